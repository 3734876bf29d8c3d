import { constants, type KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';
import { AlgorithmError, type PublicEncryption } from './key-algorithm.ts';
import type { KeySpec, PublicEncryptionAlgorithm } from './key-specs.ts';
import { incompatibleAlgorithm } from './refusals.ts';

const { RSA_PKCS1_OAEP_PADDING } = constants;

/** The digest of an OAEP algorithm, for the label and MGF1 alike, and its bytes. */
export interface OaepDigest {
  readonly name: 'sha1' | 'sha256';
  readonly bytes: number;
}

const digests: ReadonlyMap<PublicEncryptionAlgorithm, OaepDigest> = new Map<
  PublicEncryptionAlgorithm,
  OaepDigest
>([
  ['RSAES_OAEP_SHA_1', { name: 'sha1', bytes: 20 }],
  ['RSAES_OAEP_SHA_256', { name: 'sha256', bytes: 32 }],
]);

/** RSAES-OAEP (RFC 8017, 7.1) with the empty label. OpenSSL draws the seed itself. */
export function encryptionOf(
  spec: KeySpec,
  privateKey: KeyObject,
  publicKey: KeyObject,
  size: number,
): PublicEncryption {
  const digestOf = (algorithm: PublicEncryptionAlgorithm): OaepDigest => {
    const digest = digests.get(algorithm);
    if (digest === undefined) throw incompatibleAlgorithm(algorithm, spec);
    return digest;
  };
  return {
    encrypt(algorithm, plaintext) {
      const { name, bytes } = digestOf(algorithm);
      const bytesMax = size - 2 * bytes - 2;
      if (plaintext.length > bytesMax) {
        const message = `Algorithm ${algorithm} and key spec ${spec} cannot encrypt data larger than ${bytesMax} bytes.`;
        throw new AlgorithmError('PlaintextTooLong', message);
      }
      return publicEncrypt({ key: publicKey, padding: RSA_PKCS1_OAEP_PADDING, oaepHash: name }, plaintext);
    },
    decrypt: (algorithm, ciphertext) => decryptOaep(privateKey, digestOf(algorithm).name, ciphertext, size),
  };
}

/** The plaintext, or undefined for whatever reason: OpenSSL takes the same time over all wrong paddings. */
export function decryptOaep(
  key: KeyObject,
  oaepHash: OaepDigest['name'],
  ciphertext: Uint8Array,
  size: number,
): Uint8Array | undefined {
  if (ciphertext.length !== size) return undefined;
  try {
    return privateDecrypt({ key, padding: RSA_PKCS1_OAEP_PADDING, oaepHash }, ciphertext);
  } catch {
    return undefined;
  }
}
