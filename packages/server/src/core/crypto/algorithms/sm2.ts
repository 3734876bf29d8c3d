import { exposeSecret, exposeSecretToken, type SecretKey, takeSecretKey } from '../secret-key.ts';
import { decodePrivateKey, decodePublicKey, encodePublicKey, newScalar, SM2_CURVE } from './curves.ts';
import { materialOf } from './ecdsa.ts';
import {
  AlgorithmError,
  type KeyAlgorithm,
  type OpenedKey,
  type SignedMessage,
  type Verifier,
} from './key-algorithm.ts';
import type { PublicEncryptionAlgorithm, SigningAlgorithm } from './key-specs.ts';
import {
  incompatibleAlgorithm,
  invalidMaterial,
  invalidPublicKey,
  refuseMessageType,
  requireDigestLength,
} from './refusals.ts';
import { type Sm2Point, toBytes, toInteger } from './sm2-curve.ts';
import { decryptSm2, encryptSm2, parsePoint } from './sm2-encryption.ts';
import { sm2MessageDigest, signSm2, verifySm2 } from './sm2-signature.ts';

const DIGEST_BYTES = 32;
const PLAINTEXT_BYTES_MAX = 1024;

/** SM2 (GB/T 32918): signatures, encryption, Diffie-Hellman. */
export const sm2Algorithm: KeyAlgorithm = {
  spec: 'SM2',
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT'],
  signingAlgorithms: ['SM2DSA'],
  encryptionAlgorithms: ['SM2PKE'],
  macAlgorithms: [],
  newMaterial: (entropy) => materialOf(SM2_CURVE, newScalar(SM2_CURVE, entropy)),
  importMaterial(bytes) {
    const key = decodePrivateKey(SM2_CURVE, bytes);
    if (key === undefined) {
      throw invalidMaterial('SM2', 'it must be a PKCS #8 private key of this curve, in DER');
    }
    return materialOf(SM2_CURVE, key.scalar);
  },
  open: openSm2,
  openVerifier,
  exportPrivateKey: (secret) => exposeSecret(secret, exposeSecretToken),
};

function openSm2(secret: SecretKey): OpenedKey {
  const pkcs8 = exposeSecret(secret, exposeSecretToken);
  const key = decodePrivateKey(SM2_CURVE, pkcs8);
  pkcs8.fill(0);
  const point = key === undefined ? undefined : parsePoint(key.point);
  if (key === undefined || point === undefined) throw invalidMaterial('SM2', 'it is damaged');
  const scalar = takeSecretKey(key.scalar);
  return {
    spec: 'SM2',
    publicKey: encodePublicKey(SM2_CURVE, key.point),
    signatures: {
      ...verifierOf(key.point, point),
      sign(algorithm, message, entropy) {
        const digest = digestOf(key.point, algorithm, message);
        return withScalar(scalar, (bytes) => signSm2(bytes, digest, entropy));
      },
    },
    encryption: {
      encrypt(algorithm, plaintext, entropy) {
        requireEncryption(algorithm);
        const isFit = plaintext.length > 0 && plaintext.length <= PLAINTEXT_BYTES_MAX;
        if (isFit) return encryptSm2(point, plaintext, entropy);
        const message = `Algorithm SM2PKE and key spec SM2 cannot encrypt data larger than ${PLAINTEXT_BYTES_MAX} bytes.`;
        throw new AlgorithmError('PlaintextTooLong', message);
      },
      decrypt(algorithm, ciphertext) {
        requireEncryption(algorithm);
        return withScalar(scalar, (bytes) => decryptSm2(bytes, ciphertext));
      },
    },
    agreement: { agree: (peer) => agree(scalar, peer) },
  };
}

function openVerifier(spki: Uint8Array): Verifier {
  const bytes = decodePublicKey(SM2_CURVE, spki);
  const point = bytes === undefined ? undefined : parsePoint(bytes);
  if (bytes === undefined || point === undefined) throw invalidPublicKey('SM2');
  return verifierOf(bytes, point);
}

function verifierOf(bytes: Uint8Array, point: Sm2Point): Verifier {
  return {
    verify: (algorithm, message, signature) =>
      verifySm2(point, digestOf(bytes, algorithm, message), signature),
  };
}

function digestOf(point: Uint8Array, algorithm: SigningAlgorithm, message: SignedMessage): Uint8Array {
  if (algorithm !== 'SM2DSA') throw incompatibleAlgorithm(algorithm, 'SM2');
  if (message.type === 'RAW') return sm2MessageDigest(point, message.bytes);
  if (message.type !== 'DIGEST') throw refuseMessageType(algorithm, message.type);
  requireDigestLength(algorithm, message, DIGEST_BYTES);
  return message.bytes;
}

/** The x coordinate, as ECDH has it: OpenSSL's ECDH does not take this curve. */
function agree(scalar: SecretKey, peer: Uint8Array): Uint8Array {
  const bytes = decodePublicKey(SM2_CURVE, peer);
  const point = bytes === undefined ? undefined : parsePoint(bytes);
  if (point === undefined) throw invalidPublicKey('SM2');
  return withScalar(scalar, (secret) => toBytes(point.multiply(toInteger(secret)).x));
}

function requireEncryption(algorithm: PublicEncryptionAlgorithm): void {
  if (algorithm !== 'SM2PKE') throw incompatibleAlgorithm(algorithm, 'SM2');
}

function withScalar<Result>(scalar: SecretKey, use: (bytes: Uint8Array) => Result): Result {
  const bytes = exposeSecret(scalar, exposeSecretToken);
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}
