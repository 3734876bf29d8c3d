import type { Entropy } from '../crypto/index.ts';

/** A new UUIDv7 (RFC 9562 section 5.7) for the instant `nowMs`: ids sort by time. */
export function newEventId(nowMs: number, entropy: Entropy): string {
  return formatUuid(nowMs, 0x70, entropy.bytes(16));
}

/** A new random UUID (RFC 9562 section 5.4, version 4). */
export function newRandomUuid(entropy: Entropy): string {
  return formatUuid(undefined, 0x40, entropy.bytes(16));
}

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
/** The bytes after which a UUID has a hyphen. */
const GROUPS: ReadonlySet<number> = new Set([3, 5, 7, 9]);
const TIME_BYTES = 6;

function formatUuid(timeMs: number | undefined, version: number, random: Uint8Array): string {
  let text = '';
  for (let i = 0; i < random.length; i += 1) {
    let byte = random[i] ?? 0;
    if (timeMs !== undefined && i < TIME_BYTES) byte = timeByte(timeMs, i);
    else if (i === 6) byte = (byte & 0x0f) | version;
    else if (i === 8) byte = (byte & 0x3f) | 0x80;
    text += HEX[byte] ?? '';
    if (GROUPS.has(i)) text += '-';
  }
  return text;
}

/** A byte of the big-endian 48-bit number of milliseconds. */
function timeByte(timeMs: number, position: number): number {
  return Math.floor(timeMs / 2 ** (8 * (TIME_BYTES - 1 - position))) & 0xff;
}
