import { createPublicKey, type KeyObject } from 'node:crypto';
import { constantTimeEqual } from '../hash.ts';
import type { KeySpec } from './key-specs.ts';
import { invalidPublicKey } from './refusals.ts';

/**
 * Opens SubjectPublicKeyInfo in DER, written in the one way that keys of the spec are.
 *
 * @throws AlgorithmError `InvalidPublicKey`
 */
export function openPublicKey(
  spec: KeySpec,
  spki: Uint8Array,
  isOfSpec: (key: KeyObject) => boolean,
): KeyObject {
  const key = parsePublicKey(spec, spki);
  if (!isOfSpec(key) || !constantTimeEqual(publicKeyBytes(key), spki)) throw invalidPublicKey(spec);
  return key;
}

/** SubjectPublicKeyInfo, DER, of the public half of a key. */
export function publicKeyBytes(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ format: 'der', type: 'spki' });
}

/**
 * Opens SubjectPublicKeyInfo in DER, in whatever form.
 *
 * @throws AlgorithmError `InvalidPublicKey`
 */
export function parsePublicKey(spec: KeySpec, spki: Uint8Array): KeyObject {
  try {
    const key = Buffer.from(spki.buffer, spki.byteOffset, spki.length);
    return createPublicKey({ key, format: 'der', type: 'spki' });
  } catch (error) {
    throw invalidPublicKey(spec, error);
  }
}
