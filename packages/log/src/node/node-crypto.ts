import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import type { LogCrypto } from '../crypto/index.ts';

const hashBytes = 32;
const keysMax = 64;

/** The start of a SubjectPublicKeyInfo (RFC 5280 section 4.1) up to the raw key, by algorithm. */
const spkiStart = {
  ed25519: Buffer.from('302a300506032b6570032100', 'hex'),
  mlDsa44: Buffer.from('30820532300b06096086480165030403110382052100', 'hex'),
} as const;

const publicKeyBytes = { ed25519: 32, mlDsa44: 1312 } as const;

/**
 * Hashes and checks signatures with OpenSSL. It keeps the last public keys that it has seen, for parsing one takes
 * longer than using it. ML-DSA-44 needs Node 24 or later.
 */
export const nodeCrypto: LogCrypto = {
  sha256,
  sha256Into,
  hashPairs,
  hashEntries,
  verifyEd25519: (publicKey, message, signature) => verifyWith('ed25519', publicKey, message, signature),
  verifyMlDsa44: (publicKey, message, signature) => verifyWith('mlDsa44', publicKey, message, signature),
};

function sha256(bytes: Uint8Array): Uint8Array {
  const digest = new Uint8Array(hashBytes);
  sha256Into(bytes, digest, 0);
  return digest;
}

/** A digest as a string of 32 code units below 256: OpenSSL's answer without the cost of a Buffer for each. */
function sha256Into(bytes: Uint8Array, target: Uint8Array, offset: number): void {
  const digest = hash('sha256', bytes, 'binary');
  for (let index = 0; index < hashBytes; index += 1) target[offset + index] = digest.charCodeAt(index);
}

function hashPairs(nodes: Uint8Array, from: number, to: number, pairs: number): void {
  const message = new Uint8Array(1 + 2 * hashBytes);
  message[0] = 0x01;
  for (let pair = 0; pair < pairs; pair += 1) {
    const start = from + 2 * hashBytes * pair;
    message.set(nodes.subarray(start, start + 2 * hashBytes), 1);
    sha256Into(message, nodes, to + hashBytes * pair);
  }
}

/** The byte before an entry is the end of its length: it is the prefix of leaves for as long as the hash takes. */
function hashEntries(
  bundle: Uint8Array,
  starts: Uint32Array,
  ends: Uint32Array,
  count: number,
  target: Uint8Array,
  offset: number,
): void {
  for (let index = 0; index < count; index += 1) {
    const prefix = (starts[index] ?? 1) - 1;
    const saved = bundle[prefix] ?? 0;
    bundle[prefix] = 0x00;
    sha256Into(bundle.subarray(prefix, ends[index]), target, offset + hashBytes * index);
    bundle[prefix] = saved;
  }
}

const keys = new Map<string, KeyObject>();

function verifyWith(
  algorithm: keyof typeof spkiStart,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  // OpenSSL takes no notice of bytes behind a key, and so would take many keys for the same.
  if (publicKey.length !== publicKeyBytes[algorithm]) return false;
  try {
    return verify(null, message, keyObject(algorithm, publicKey), signature);
  } catch {
    // OpenSSL throws for bytes that are no key of the algorithm: they have signed nothing.
    return false;
  }
}

function keyObject(algorithm: keyof typeof spkiStart, publicKey: Uint8Array): KeyObject {
  const spki = Buffer.concat([spkiStart[algorithm], publicKey]);
  const name = spki.toString('latin1');
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  if (keys.size >= keysMax) keys.clear();
  keys.set(name, key);
  return key;
}
