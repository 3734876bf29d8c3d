import { createDecipheriv } from 'node:crypto';

/** The first half of the initial value of RFC 5649, section 3. */
const ALTERNATIVE_IV = Buffer.from('a65959a6', 'hex');
/** A wrapped key has two blocks of eight bytes or more. */
const WRAPPED_BYTES_MIN = 16;

/** AES key unwrap with padding (RFC 5649) under a key of 16, 24 or 32 bytes; undefined when it does not authenticate. */
export function unwrapKey(key: Uint8Array, wrapped: Uint8Array): Uint8Array | undefined {
  const isKey = key.length === 16 || key.length === 24 || key.length === 32;
  if (!isKey || wrapped.length < WRAPPED_BYTES_MIN || wrapped.length % 8 !== 0) return undefined;
  try {
    const decipher = createDecipheriv(`id-aes${key.length * 8}-wrap-pad`, key, ALTERNATIVE_IV);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch {
    return undefined;
  }
}
