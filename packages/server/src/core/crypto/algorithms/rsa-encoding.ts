// The encodings of RFC 8017, section 9, for digests that somebody else has made: Node signs messages only.
import { createHash } from 'node:crypto';
import { constantTimeEqual } from '../hash.ts';

/** A digest that RSA signs. */
export interface RsaDigest {
  /** OpenSSL's name. */
  readonly name: string;
  readonly bytes: number;
  /** What DigestInfo has before the digest (RFC 8017, 9.2, note 1). */
  readonly infoPrefix: Uint8Array;
}

export const SHA256: RsaDigest = {
  name: 'sha256',
  bytes: 32,
  infoPrefix: Buffer.from('3031300d060960864801650304020105000420', 'hex'),
};
export const SHA384: RsaDigest = {
  name: 'sha384',
  bytes: 48,
  infoPrefix: Buffer.from('3041300d060960864801650304020205000430', 'hex'),
};
export const SHA512: RsaDigest = {
  name: 'sha512',
  bytes: 64,
  infoPrefix: Buffer.from('3051300d060960864801650304020305000440', 'hex'),
};

const TRAILER = 0xbc;
const ZEROS_BYTES = 8;

/** EMSA-PKCS1-v1_5 (9.2), `size` bytes. */
export function encodePkcs1(digest: RsaDigest, hashed: Uint8Array, size: number): Uint8Array {
  const padding = Buffer.alloc(size - 3 - digest.infoPrefix.length - hashed.length, 0xff);
  return Buffer.concat([Uint8Array.of(0, 1), padding, Uint8Array.of(0), digest.infoPrefix, hashed]);
}

/** EMSA-PSS (9.1.1) with MGF1 over the same digest, for a modulus of exactly `size` bytes. */
export function encodePss(digest: RsaDigest, hashed: Uint8Array, salt: Uint8Array, size: number): Uint8Array {
  const hash = saltedHash(digest, hashed, salt);
  const block = Buffer.alloc(size - digest.bytes - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  mask(digest, hash, block);
  // The modulus has a multiple of eight bits, so the encoded message has one bit less than its bytes.
  block[0] = (block[0] ?? 0) & 0x7f;
  return Buffer.concat([block, hash, Uint8Array.of(TRAILER)]);
}

/** EMSA-PSS-VERIFY (9.1.2) with a salt as long as the digest. */
export function isPss(digest: RsaDigest, hashed: Uint8Array, encoded: Uint8Array): boolean {
  const block = Buffer.from(encoded.subarray(0, encoded.length - digest.bytes - 1));
  const hash = encoded.subarray(block.length, -1);
  if (encoded.at(-1) !== TRAILER || ((block[0] ?? 0x80) & 0x80) !== 0) return false;
  mask(digest, hash, block);
  block[0] = (block[0] ?? 0) & 0x7f;
  const one = block.length - digest.bytes - 1;
  const isPadded = block.subarray(0, one).every((byte) => byte === 0) && block[one] === 1;
  return isPadded && constantTimeEqual(hash, saltedHash(digest, hashed, block.subarray(one + 1)));
}

function saltedHash(digest: RsaDigest, hashed: Uint8Array, salt: Uint8Array): Uint8Array {
  return createHash(digest.name).update(Buffer.alloc(ZEROS_BYTES)).update(hashed).update(salt).digest();
}

/** Adds the mask that MGF1 (appendix B.2.1) makes of `seed` to `block`. */
function mask(digest: RsaDigest, seed: Uint8Array, block: Uint8Array): void {
  const counter = Buffer.alloc(4);
  for (let at = 0; at < block.length; at += digest.bytes) {
    counter.writeUInt32BE(at / digest.bytes);
    const stream = createHash(digest.name).update(seed).update(counter).digest();
    const length = Math.min(stream.length, block.length - at);
    for (let index = 0; index < length; index += 1) {
      block[at + index] = (block[at + index] ?? 0) ^ (stream[index] ?? 0);
    }
  }
}
