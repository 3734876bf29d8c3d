import { createPrivateKey, type KeyObject } from 'node:crypto';
import { exposeSecret, exposeSecretToken, type SecretKey } from '../secret-key.ts';
import type { NewMaterial } from './key-algorithm.ts';
import type { KeySpec } from './key-specs.ts';
import { parsePrivateKeyInfo } from './private-key-info.ts';
import { publicKeyBytes } from './public-keys.ts';
import { invalidMaterial } from './refusals.ts';

/** A lattice key that grows from its seed (FIPS 203 and 204). */
export interface SeedKeyKind {
  readonly spec: KeySpec;
  /** OpenSSL's name. */
  readonly type: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87' | 'ml-kem-512' | 'ml-kem-768' | 'ml-kem-1024';
  readonly seedBytes: number;
}

/** Material of a seed, which becomes the stored secret. */
export function seedMaterial(kind: SeedKeyKind, seed: Uint8Array): NewMaterial {
  return { secret: seed, publicKey: publicKeyBytes(seedPrivateKey(kind, seed)) };
}

/**
 * The seed of a PKCS #8 private key (RFC 9881 and RFC 9935): the form with the seed, or with the seed and the expanded
 * key, which OpenSSL compares. The expanded key alone is refused, for no seed can be found from it.
 *
 * @throws AlgorithmError `InvalidKeyMaterial`
 */
export function importSeed(kind: SeedKeyKind, pkcs8: Uint8Array): NewMaterial {
  const reason = 'it must be a PKCS #8 private key with its seed, in DER';
  try {
    const key = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length);
    const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    const isKind = privateKey.asymmetricKeyType === kind.type;
    if (isKind && parsePrivateKeyInfo(pkcs8) !== undefined) {
      return seedMaterial(kind, privateKey.export({ format: 'raw-seed' }));
    }
  } catch (error) {
    throw invalidMaterial(kind.spec, reason, error);
  }
  throw invalidMaterial(kind.spec, reason);
}

/** The private key that a seed stands for. */
function seedPrivateKey(kind: SeedKeyKind, seed: Uint8Array): KeyObject {
  if (seed.length !== kind.seedBytes) throw invalidMaterial(kind.spec, `a seed has ${kind.seedBytes} bytes`);
  const key = Buffer.from(seed.buffer, seed.byteOffset, seed.length);
  return createPrivateKey({ key, format: 'raw-seed', asymmetricKeyType: kind.type });
}

/** Opens the private key of a stored seed. */
export function openSeed(kind: SeedKeyKind, secret: SecretKey): KeyObject {
  const seed = exposeSecret(secret, exposeSecretToken);
  try {
    return seedPrivateKey(kind, seed);
  } finally {
    seed.fill(0);
  }
}

/** PKCS #8 of a stored seed, in the form with the seed. The caller zeroes it. */
export function exportSeed(kind: SeedKeyKind, secret: SecretKey): Uint8Array {
  return openSeed(kind, secret).export({ format: 'der', type: 'pkcs8' });
}
