import { LogError } from '../errors.ts';
import { tileWidthMax } from './path.ts';

/** The longest entry that a bundle can hold, for its length has 16 bits (tlog-tiles, "Log Entries"). */
export const entryBytesMax = 65_535;

/** Entries in a full bundle. */
export const bundleEntriesMax: number = tileWidthMax;

const lengthBytes = 2;

/**
 * An entry bundle: each entry after its length as 16 bits, most significant first (tlog-tiles, "Log Entries"). Throws
 * `out-of-range` for more than 256 entries and for an entry of more than 65,535 bytes.
 */
export function encodeEntries(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length > bundleEntriesMax) {
    throw new LogError('out-of-range', `could not bundle \`${entries.length}\` entries`);
  }
  const bytes = new Uint8Array(entries.reduce((length, entry) => length + lengthBytes + entry.length, 0));
  let offset = 0;
  for (const entry of entries) offset = writeEntry(bytes, offset, entry);
  return bytes;
}

/** Writes one entry of a bundle to `bytes` at `offset` and returns the offset after it. */
export function writeEntry(bytes: Uint8Array, offset: number, entry: Uint8Array): number {
  if (entry.length > entryBytesMax) {
    throw new LogError('out-of-range', `could not bundle an entry of \`${entry.length}\` bytes`);
  }
  bytes[offset] = entry.length >> 8;
  bytes[offset + 1] = entry.length & 255;
  bytes.set(entry, offset + lengthBytes);
  return offset + lengthBytes + entry.length;
}

/**
 * The entries of a bundle, as views of its bytes. Throws `malformed-bundle` when the bytes end within an entry or go
 * on after 256 of them.
 */
export function decodeEntries(bytes: Uint8Array): Uint8Array[] {
  const spans = scanEntries(bytes);
  if (!spans.complete) {
    throw new LogError(
      'malformed-bundle',
      `could not read entry \`${spans.count}\` of a bundle of \`${bytes.length}\` bytes`,
    );
  }
  return Array.from({ length: spans.count }, (_, index) =>
    bytes.subarray(spans.starts[index], spans.ends[index]),
  );
}

/** Where the entries of a bundle are. */
export interface EntrySpans {
  readonly count: number;
  /** Offset of the first byte of each entry, after its length. */
  readonly starts: Uint32Array;
  /** Offset after the last byte of each entry. */
  readonly ends: Uint32Array;
  /** Whether these entries are all there is: no half entry and nothing after the 256th. */
  readonly complete: boolean;
}

/** Finds at most `limit` entries of a bundle, without copying and without throwing. */
export function scanEntries(bytes: Uint8Array, limit: number = bundleEntriesMax): EntrySpans {
  const starts = new Uint32Array(limit);
  const ends = new Uint32Array(limit);
  let offset = 0;
  let count = 0;
  while (count < limit && offset + lengthBytes <= bytes.length) {
    const start = offset + lengthBytes;
    const end = start + (((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0));
    if (end > bytes.length) break;
    starts[count] = start;
    ends[count] = end;
    offset = end;
    count += 1;
  }
  return { count, starts, ends, complete: offset === bytes.length };
}
