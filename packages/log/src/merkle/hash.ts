import type { LogHasher } from '../crypto/index.ts';

/** Length of every hash of the tree. */
export const hashBytes = 32;

/** The hash of the empty tree: SHA-256 of nothing (RFC 6962 section 2.1). */
export function emptyRoot(hasher: LogHasher): Uint8Array {
  return hasher.sha256(new Uint8Array(0));
}

/** The hash of a leaf: SHA-256(0x00 || entry) (RFC 6962 section 2.1). */
export function leafHash(entry: Uint8Array, hasher: LogHasher): Uint8Array {
  const message = new Uint8Array(1 + entry.length);
  message.set(entry, 1);
  return hasher.sha256(message);
}

/** The hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962 section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array, hasher: LogHasher): Uint8Array {
  const message = new Uint8Array(1 + 2 * hashBytes);
  message[0] = 0x01;
  message.set(left, 1);
  message.set(right, 1 + hashBytes);
  return hasher.sha256(message);
}
