// As much of DER (ITU-T X.690) as keys, signatures and ciphertexts need: definite, shortest lengths, tags of one byte.

export const DER_INTEGER = 0x02;
export const DER_BIT_STRING = 0x03;
export const DER_OCTET_STRING = 0x04;
export const DER_SEQUENCE = 0x30;

/** One element: its tag, and what is inside. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** An element around the joined `parts`. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Uint8Array.of(tag), lengthBytes(length), ...parts]);
}

/** A non-negative INTEGER from its big-endian bytes, which may have leading zeros. */
export function derUnsigned(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  const isNegative = ((digits[0] ?? 0) & 0x80) !== 0;
  return isNegative ? der(DER_INTEGER, Uint8Array.of(0), digits) : der(DER_INTEGER, digits);
}

/** The elements that follow one another in `bytes`, or undefined when these are not DER to the last byte. */
export function derElements(bytes: Uint8Array): readonly DerElement[] | undefined {
  const elements: DerElement[] = [];
  let at = 0;
  while (at < bytes.length) {
    const header = readHeader(bytes, at);
    if (header === undefined || header.end > bytes.length) return undefined;
    elements.push({ tag: header.tag, content: bytes.subarray(header.start, header.end) });
    at = header.end;
  }
  return elements;
}

/** What is inside of the one element that `bytes` are, when it has this tag. */
export function derContent(bytes: Uint8Array, tag: number): Uint8Array | undefined {
  const elements = derElements(bytes);
  const [only] = elements ?? [];
  return elements?.length === 1 && only?.tag === tag ? only.content : undefined;
}

/** The elements of the one SEQUENCE that `bytes` are. */
export function derSequence(bytes: Uint8Array): readonly DerElement[] | undefined {
  const content = derContent(bytes, DER_SEQUENCE);
  return content === undefined ? undefined : derElements(content);
}

/** A non-negative INTEGER of at most `size` bytes, padded to `size`; undefined when it is none or not the shortest. */
export function unsignedOf(element: DerElement | undefined, size: number): Uint8Array | undefined {
  if (element?.tag !== DER_INTEGER) return undefined;
  const [first = 0x80, second = 0x80] = element.content;
  const isShortest = first !== 0 || second >= 0x80;
  if (first >= 0x80 || !(isShortest || element.content.length === 1)) return undefined;
  const digits = first === 0 ? element.content.subarray(1) : element.content;
  if (digits.length > size) return undefined;
  const padded = new Uint8Array(size);
  padded.set(digits, size - digits.length);
  return padded;
}

function readHeader(bytes: Uint8Array, at: number): { tag: number; start: number; end: number } | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) return undefined;
  if (first < 0x80) return { tag, start: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  // Three bytes of length are sixteen times the longest thing that a request can hold.
  if (count === 0 || count > 3) return undefined;
  const digits = bytes.subarray(at + 2, at + 2 + count);
  if (digits.length < count || digits[0] === 0) return undefined;
  const length = digits.reduce((sum, byte) => sum * 256 + byte, 0);
  return length < 0x80 ? undefined : { tag, start: at + 2 + count, end: at + 2 + count + length };
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const digits: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) digits.unshift(rest % 256);
  return Uint8Array.of(0x80 | digits.length, ...digits);
}
