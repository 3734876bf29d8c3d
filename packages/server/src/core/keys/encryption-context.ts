/** Name and value pairs that are bound to a ciphertext and written to the record in clear. */
export type EncryptionContext = Readonly<Record<string, string>>;

/**
 * The one byte encoding of an encryption context (`spec/ciphertext.md`): the number of pairs, then the pairs sorted
 * by the bytes of their names, every part behind its 32-bit big-endian byte length. Names are unique by type, so
 * equal contexts have equal bytes and different ones never do.
 */
export function canonicalContext(context: EncryptionContext | undefined): Uint8Array {
  const pairs = Object.entries(context ?? {}).map(([name, value]) => ({
    name: Buffer.from(name, 'utf8'),
    value: Buffer.from(value, 'utf8'),
  }));
  if (pairs.length > 1) pairs.sort((left, right) => Buffer.compare(left.name, right.name));
  const length = pairs.reduce((sum, { name, value }) => sum + 8 + name.length + value.length, 4);
  const bytes = Buffer.allocUnsafe(length);
  let offset = bytes.writeUInt32BE(pairs.length, 0);
  for (const { name, value } of pairs) {
    offset = bytes.writeUInt32BE(name.length, offset);
    offset += name.copy(bytes, offset);
    offset = bytes.writeUInt32BE(value.length, offset);
    offset += value.copy(bytes, offset);
  }
  return bytes;
}
