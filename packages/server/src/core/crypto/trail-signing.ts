import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { exposeSecret, exposeSecretToken, type SecretKey } from './secret-key.ts';

/** As CloudTrail's own keys. */
const MODULUS_BITS = 2048;
const SHA256 = 'sha256';

/** The key that digests of the trail are signed with: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017), as CloudTrail's are. */
export interface TrailSigningKey {
  /** PKCS#1, DER. */
  readonly publicKey: Uint8Array;
  /** The same text always gets the same signature. */
  sign(text: string): Uint8Array;
  verify(text: string, signature: Uint8Array): boolean;
}

/** Makes a private key: PKCS#8, DER. OpenSSL takes the randomness itself. The caller zeroes it when done. */
export function newTrailSecret(): Uint8Array {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: MODULUS_BITS });
  return privateKey.export({ type: 'pkcs8', format: 'der' });
}

/** Opens a key that {@link newTrailSecret} made. Its private half stays inside OpenSSL. */
export function openTrailSigningKey(secret: SecretKey): TrailSigningKey {
  const der = exposeSecret(secret, exposeSecretToken);
  try {
    const key = Buffer.from(der.buffer, der.byteOffset, der.length);
    const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(privateKey);
    return {
      publicKey: publicKey.export({ type: 'pkcs1', format: 'der' }),
      sign: (text) => sign(SHA256, Buffer.from(text, 'utf8'), privateKey),
      verify: (text, signature) => verify(SHA256, Buffer.from(text, 'utf8'), publicKey, signature),
    };
  } finally {
    der.fill(0);
  }
}
