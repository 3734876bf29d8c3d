import { constants, createPrivateKey, type KeyObject, privateDecrypt } from 'node:crypto';
import { exposeSecret, exposeSecretToken, type SecretKey } from '../secret-key.ts';
import { unwrapKey } from './aes-key-wrap.ts';
import { keyAlgorithm } from './key-algorithms.ts';
import type { RsaKeySpec } from './key-specs.ts';
import { decryptOaep, type OaepDigest } from './rsa-encryption.ts';

/** The key specs that material to import is wrapped under; such a pair lives as long as its import token. */
export type WrappingKeySpec = RsaKeySpec | 'SM2';

/** How material to import is wrapped. */
export type WrappingAlgorithm =
  | 'RSAES_PKCS1_V1_5'
  | 'RSAES_OAEP_SHA_1'
  | 'RSAES_OAEP_SHA_256'
  | 'RSA_AES_KEY_WRAP_SHA_1'
  | 'RSA_AES_KEY_WRAP_SHA_256'
  | 'SM2PKE';

/**
 * Unwraps material: undefined for whatever reason. RSAES_PKCS1_V1_5 cannot tell a wrong ciphertext (OpenSSL answers
 * random bytes, so that nobody learns from the difference): what comes out is checked as all material is.
 *
 * @param secret The private half: as {@link KeyAlgorithm.newMaterial} or {@link KeyPairs} made it.
 */
export function unwrapMaterial(
  spec: WrappingKeySpec,
  algorithm: WrappingAlgorithm,
  secret: SecretKey,
  wrapped: Uint8Array,
): Uint8Array | undefined {
  if (spec === 'SM2') {
    return algorithm === 'SM2PKE'
      ? keyAlgorithm('SM2').open(secret).encryption?.decrypt(algorithm, wrapped)
      : undefined;
  }
  const pkcs8 = exposeSecret(secret, exposeSecretToken);
  const key = createPrivateKey({
    key: Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length),
    format: 'der',
    type: 'pkcs8',
  });
  pkcs8.fill(0);
  const size = Number(spec.slice('RSA_'.length)) / 8;
  switch (algorithm) {
    case 'RSAES_PKCS1_V1_5':
      return decryptPkcs1(key, wrapped, size);
    case 'RSAES_OAEP_SHA_1':
      return decryptOaep(key, 'sha1', wrapped, size);
    case 'RSAES_OAEP_SHA_256':
      return decryptOaep(key, 'sha256', wrapped, size);
    case 'RSA_AES_KEY_WRAP_SHA_1':
      return unwrapTwice(key, 'sha1', wrapped, size);
    case 'RSA_AES_KEY_WRAP_SHA_256':
      return unwrapTwice(key, 'sha256', wrapped, size);
    case 'SM2PKE':
      return undefined;
  }
}

function decryptPkcs1(key: KeyObject, wrapped: Uint8Array, size: number): Uint8Array | undefined {
  if (wrapped.length !== size) return undefined;
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, wrapped);
  } catch {
    return undefined;
  }
}

/** CKM_RSA_AES_KEY_WRAP (PKCS #11, 2.1.21): an AES key under OAEP, then the material under the AES key. */
function unwrapTwice(
  key: KeyObject,
  oaepHash: OaepDigest['name'],
  wrapped: Uint8Array,
  size: number,
): Uint8Array | undefined {
  const aesKey = decryptOaep(key, oaepHash, wrapped.subarray(0, size), size);
  if (aesKey === undefined) return undefined;
  try {
    return unwrapKey(aesKey, wrapped.subarray(size));
  } finally {
    aesKey.fill(0);
  }
}
