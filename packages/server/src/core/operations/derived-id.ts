import { sha256Hex } from '../crypto/index.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const CHARACTERS = 26;
const BITS_PER_CHARACTER = 5n;

/**
 * A name that is made from what it is of, so that the same thing never gets two: the prefix and 26 characters, the first
 * 130 bits of the text's SHA-256 in the base32 of RFC 4648 section 6, in lower case.
 */
export function derivedId(prefix: string, text: string): string {
  let bits = BigInt(`0x${sha256Hex(text)}`) >> (256n - BigInt(CHARACTERS) * BITS_PER_CHARACTER);
  let characters = '';
  for (let position = 0; position < CHARACTERS; position += 1) {
    characters = (BASE32[Number(bits & 31n)] ?? '') + characters;
    bits >>= BITS_PER_CHARACTER;
  }
  return `${prefix}${characters}`;
}
