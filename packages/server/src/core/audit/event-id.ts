import type { Entropy } from '../crypto/index.ts';

/** A new UUIDv7 (RFC 9562 section 5.7) for the instant `nowMs`: ids sort by time. */
export function newEventId(nowMs: number, entropy: Entropy): string {
  return formatUuid(nowMs, 0x70, entropy.bytes(16));
}

/** A new random UUID (RFC 9562 section 5.4, version 4). */
export function newRandomUuid(entropy: Entropy): string {
  return formatUuid(undefined, 0x40, entropy.bytes(16));
}

function formatUuid(timeMs: number | undefined, version: number, random: Uint8Array): string {
  const bytes = Buffer.from(random.buffer, random.byteOffset, random.length);
  if (timeMs !== undefined) bytes.writeUIntBE(timeMs, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | version;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
