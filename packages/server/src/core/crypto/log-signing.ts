import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { exposeSecret, exposeSecretToken, type SecretKey } from './secret-key.ts';

/** What checkpoints are signed with: Ed25519 (RFC 8032) and ML-DSA-44 (FIPS 204). */
export type LogSigningAlgorithm = 'ed25519' | 'ml-dsa-44';

/** A signing key of the log. Its private half stays inside OpenSSL. */
export interface LogSigningKey {
  readonly algorithm: LogSigningAlgorithm;
  /** The raw public key: 32 bytes for Ed25519, 1,312 for ML-DSA-44. */
  readonly publicKey: Uint8Array;
  /** Signs `message` itself, not a digest; with the empty context string for ML-DSA-44. 64 or 2,420 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

const SEED_BYTES = 32;

/** The signing key that a seed of 32 random bytes stands for. The same seed always gives the same key. */
export function openLogSigningKey(algorithm: LogSigningAlgorithm, seed: SecretKey): LogSigningKey {
  const privateKey = privateKeyOf(algorithm, seed);
  return {
    algorithm,
    publicKey: createPublicKey(privateKey).export({ format: 'raw-public' }),
    sign: (message) => sign(null, message, privateKey),
  };
}

function privateKeyOf(algorithm: LogSigningAlgorithm, seed: SecretKey): KeyObject {
  const bytes = exposeSecret(seed, exposeSecretToken);
  try {
    if (bytes.length !== SEED_BYTES) {
      throw new TypeError(`a seed has ${SEED_BYTES} bytes, not ${bytes.length}`);
    }
    const format = algorithm === 'ed25519' ? ('raw-private' as const) : ('raw-seed' as const);
    return createPrivateKey({
      key: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
      format,
      asymmetricKeyType: algorithm,
    });
  } finally {
    bytes.fill(0);
  }
}
