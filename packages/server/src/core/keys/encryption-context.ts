/** Name and value pairs that are bound to a ciphertext and written to the record in clear. */
export type EncryptionContext = Readonly<Record<string, string>>;

/** Bytes of a length or number of pairs. */
const LENGTH_BYTES = 4;
const ASCII = /^[\0-\x7f]*$/;
const NOTHING = new Uint8Array(0);

/**
 * The one byte encoding of an encryption context (`spec/ciphertext.md`): the number of pairs, then the pairs sorted
 * by the bytes of their names, every part behind its 32-bit big-endian byte length. Names are unique by type, so
 * equal contexts have equal bytes and different ones never do. `prefix` is put in front as it is.
 *
 * @throws TypeError for lone surrogates, which have no UTF-8: fronts refuse them.
 */
export function canonicalContext(context: EncryptionContext = {}, prefix: Uint8Array = NOTHING): Buffer {
  const names = sortedNames(context);
  let length = prefix.length + LENGTH_BYTES;
  for (const name of names) length += 2 * LENGTH_BYTES + byteLength(name) + byteLength(context[name] ?? '');
  const bytes = Buffer.allocUnsafe(length);
  bytes.set(prefix);
  let offset = bytes.writeUInt32BE(names.length, prefix.length);
  for (const name of names) {
    offset = writeText(bytes, name, offset);
    offset = writeText(bytes, context[name] ?? '', offset);
  }
  return bytes;
}

/** Names in the order of their UTF-8 bytes, which for ASCII is the order of the texts. */
function sortedNames(context: EncryptionContext): readonly string[] {
  const names = Object.keys(context);
  if (names.length < 2) return names;
  if (names.every((name) => ASCII.test(name))) return names.sort();
  return names.sort((left, right) => Buffer.compare(Buffer.from(left, 'utf8'), Buffer.from(right, 'utf8')));
}

/** INVARIANT: different texts have different bytes. Node would write every lone surrogate as the same U+FFFD. */
function byteLength(text: string): number {
  if (!text.isWellFormed()) throw new TypeError('a text of an encryption context is not well-formed');
  return Buffer.byteLength(text, 'utf8');
}

function writeText(bytes: Buffer, text: string, offset: number): number {
  const written = bytes.write(text, offset + LENGTH_BYTES, 'utf8');
  return bytes.writeUInt32BE(written, offset) + written;
}
