import { diffieHellman, type KeyObject } from 'node:crypto';
import { type Curve, decodePublicKey } from './curves.ts';
import type { KeySpec } from './key-specs.ts';
import { parsePublicKey } from './public-keys.ts';
import { invalidPublicKey } from './refusals.ts';

/**
 * Diffie-Hellman (NIST SP 800-56A, 5.7.1.2): the x coordinate of the peer's point times our scalar. OpenSSL refuses
 * points that are not on the curve; the cofactor of all our curves is one.
 *
 * @param peer SubjectPublicKeyInfo, DER, with the point uncompressed.
 * @throws AlgorithmError `InvalidPublicKey`
 */
export function agreeOn(spec: KeySpec, curve: Curve, privateKey: KeyObject, peer: Uint8Array): Uint8Array {
  if (decodePublicKey(curve, peer) === undefined) throw invalidPublicKey(spec);
  return diffieHellman({ privateKey, publicKey: parsePublicKey(spec, peer) });
}
