const LENGTH_BYTES = 2;
const ENTRY_BYTES_MAX = 65_535;

/** Joins entries as C2SP tlog-tiles entry bundles do: each behind its 16-bit big-endian length. */
export function joinEntries(entries: readonly Uint8Array[]): Uint8Array {
  let total = 0;
  for (const entry of entries) {
    if (entry.length === 0 || entry.length > ENTRY_BYTES_MAX) {
      throw new TypeError(`an entry has 1 to ${ENTRY_BYTES_MAX} bytes, not ${entry.length}`);
    }
    total += LENGTH_BYTES + entry.length;
  }
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const entry of entries) {
    bytes[offset] = entry.length >>> 8;
    bytes[offset + 1] = entry.length & 0xff;
    bytes.set(entry, offset + LENGTH_BYTES);
    offset += LENGTH_BYTES + entry.length;
  }
  return bytes;
}

/** Splits what {@link joinEntries} joined, from the entry at `skip` on, at most `limit`. Views, no copies. */
export function splitEntries(bytes: Uint8Array, skip: number, limit: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (let position = 0; offset < bytes.length && entries.length < limit; position += 1) {
    const length = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
    const end = offset + LENGTH_BYTES + length;
    if (end > bytes.length) throw new TypeError('a batch of entries is cut short');
    if (position >= skip) entries.push(bytes.subarray(offset + LENGTH_BYTES, end));
    offset = end;
  }
  return entries;
}
