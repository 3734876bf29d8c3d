import { createECDH } from 'node:crypto';
import { exposeSecret, exposeSecretToken, type SecretKey } from '../secret-key.ts';
import { type Curve, decodePublicKey } from './curves.ts';
import type { KeySpec } from './key-specs.ts';
import { invalidPublicKey } from './refusals.ts';

/**
 * Diffie-Hellman (NIST SP 800-56A, 5.7.1.2): the x coordinate of the peer's point times our scalar. OpenSSL refuses
 * points that are not on the curve; the cofactor of all our curves is one.
 *
 * @param peer SubjectPublicKeyInfo, DER.
 * @throws AlgorithmError `InvalidPublicKey`
 */
export function agreeOn(spec: KeySpec, curve: Curve, scalar: SecretKey, peer: Uint8Array): Uint8Array {
  const point = decodePublicKey(curve, peer);
  if (point === undefined) throw invalidPublicKey(spec);
  const bytes = exposeSecret(scalar, exposeSecretToken);
  try {
    const own = createECDH(curve.name);
    own.setPrivateKey(bytes);
    return own.computeSecret(point);
  } catch (error) {
    throw invalidPublicKey(spec, error);
  } finally {
    bytes.fill(0);
  }
}
