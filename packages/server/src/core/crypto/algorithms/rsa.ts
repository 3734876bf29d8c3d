import {
  constants,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  sign,
  verify,
} from 'node:crypto';
import { constantTimeEqual } from '../hash.ts';
import { exposeSecret, exposeSecretToken, type SecretKey } from '../secret-key.ts';
import type {
  KeyAlgorithm,
  NewMaterial,
  OpenedKey,
  Signatures,
  SignedMessage,
  Verifier,
} from './key-algorithm.ts';
import type { KeySpec, RsaKeySpec, SigningAlgorithm } from './key-specs.ts';
import { openPublicKey, publicKeyBytes } from './public-keys.ts';
import {
  incompatibleAlgorithm,
  invalidMaterial,
  refuseMessageType,
  requireDigestLength,
} from './refusals.ts';
import { encodePkcs1, encodePss, isPss, type RsaDigest, SHA256, SHA384, SHA512 } from './rsa-encoding.ts';
import { encryptionOf } from './rsa-encryption.ts';
import { isConsistentRsaKey } from './rsa-validation.ts';

const { RSA_NO_PADDING, RSA_PKCS1_PADDING, RSA_PKCS1_PSS_PADDING } = constants;
const PUBLIC_EXPONENT = 65_537;

interface RsaSigning {
  readonly padding: 'pss' | 'pkcs1';
  readonly digest: RsaDigest;
}

const signings: ReadonlyMap<SigningAlgorithm, RsaSigning> = new Map<SigningAlgorithm, RsaSigning>([
  ['RSASSA_PSS_SHA_256', { padding: 'pss', digest: SHA256 }],
  ['RSASSA_PSS_SHA_384', { padding: 'pss', digest: SHA384 }],
  ['RSASSA_PSS_SHA_512', { padding: 'pss', digest: SHA512 }],
  ['RSASSA_PKCS1_V1_5_SHA_256', { padding: 'pkcs1', digest: SHA256 }],
  ['RSASSA_PKCS1_V1_5_SHA_384', { padding: 'pkcs1', digest: SHA384 }],
  ['RSASSA_PKCS1_V1_5_SHA_512', { padding: 'pkcs1', digest: SHA512 }],
]);

const bitsOf: Readonly<Record<RsaKeySpec, number>> = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 };
const specs = ['RSA_2048', 'RSA_3072', 'RSA_4096'] as const;

/** RSA (RFC 8017): signatures, or encryption. */
export const rsaAlgorithms: readonly KeyAlgorithm[] = specs.map((spec) => ({
  spec,
  usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'],
  signingAlgorithms: [...signings.keys()],
  encryptionAlgorithms: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
  macAlgorithms: [],
  newMaterial: () => 'asynchronous',
  importMaterial: (bytes) => importRsa(spec, bytes),
  open: (secret) => openRsa(spec, secret),
  openVerifier: (publicKey) => openVerifier(spec, publicKey),
  exportPrivateKey: (secret) => exposeSecret(secret, exposeSecretToken),
}));

/** Whether pairs of this spec are made apart from the request, by {@link makeRsaMaterial}. */
export function isRsaKeySpec(spec: KeySpec): spec is RsaKeySpec {
  return spec in bitsOf;
}

/** Finds a pair on Node's thread pool, in a tenth of a second to seconds. OpenSSL draws the randomness itself. */
export async function makeRsaMaterial(spec: RsaKeySpec): Promise<NewMaterial> {
  const options = {
    modulusLength: bitsOf[spec],
    publicExponent: PUBLIC_EXPONENT,
    publicKeyEncoding: { format: 'der', type: 'spki' },
    privateKeyEncoding: { format: 'der', type: 'pkcs8' },
  } as const;
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', options, (error, publicKey, privateKey) => {
      if (error === null) resolve({ secret: privateKey, publicKey });
      else reject(error);
    });
  });
}

function importRsa(spec: RsaKeySpec, bytes: Uint8Array): NewMaterial {
  const reason = `it must be a PKCS #8 private key of ${bitsOf[spec]} bits, in DER`;
  const privateKey = privateKeyOf(spec, bytes, reason);
  if (!isConsistentRsaKey(privateKey, bytes, bitsOf[spec])) throw invalidMaterial(spec, reason);
  return {
    secret: privateKey.export({ format: 'der', type: 'pkcs8' }),
    publicKey: publicKeyBytes(privateKey),
  };
}

function privateKeyOf(spec: RsaKeySpec, pkcs8: Uint8Array, reason: string): KeyObject {
  try {
    const key = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length);
    return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
  } catch (error) {
    throw invalidMaterial(spec, reason, error);
  }
}

function openRsa(spec: RsaKeySpec, secret: SecretKey): OpenedKey {
  const pkcs8 = exposeSecret(secret, exposeSecretToken);
  const privateKey = privateKeyOf(spec, pkcs8, 'it is damaged');
  pkcs8.fill(0);
  const publicKey = createPublicKey(privateKey);
  const size = bitsOf[spec] / 8;
  return {
    spec,
    publicKey: publicKeyBytes(publicKey),
    signatures: signaturesOf(spec, privateKey),
    encryption: encryptionOf(spec, privateKey, publicKey, size),
  };
}

function signaturesOf(spec: RsaKeySpec, privateKey: KeyObject): Signatures {
  const size = bitsOf[spec] / 8;
  return {
    ...verifierOf(spec, createPublicKey(privateKey)),
    sign(algorithm, message, entropy) {
      const { padding, digest } = signingOf(spec, algorithm, message);
      if (message.type === 'RAW') {
        return sign(digest.name, message.bytes, nativeOptions(privateKey, padding, digest));
      }
      const encoded =
        padding === 'pkcs1'
          ? encodePkcs1(digest, message.bytes, size)
          : encodePss(digest, message.bytes, entropy.bytes(digest.bytes), size);
      return privateEncrypt({ key: privateKey, padding: RSA_NO_PADDING }, encoded);
    },
  };
}

function openVerifier(spec: RsaKeySpec, spki: Uint8Array): Verifier {
  const isOfSpec = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): boolean =>
    asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === bitsOf[spec];
  return verifierOf(spec, openPublicKey(spec, spki, isOfSpec));
}

function verifierOf(spec: RsaKeySpec, publicKey: KeyObject): Verifier {
  const size = bitsOf[spec] / 8;
  return {
    verify(algorithm, message, signature) {
      const { padding, digest } = signingOf(spec, algorithm, message);
      // RFC 8017, 8.1.2 and 8.2.2, step 1; OpenSSL takes a signature without its leading zeros as well.
      if (signature.length !== size) return false;
      if (message.type === 'RAW') {
        return verify(digest.name, message.bytes, nativeOptions(publicKey, padding, digest), signature);
      }
      const encoded = openSignature(publicKey, signature);
      if (encoded === undefined) return false;
      return padding === 'pkcs1'
        ? constantTimeEqual(encoded, encodePkcs1(digest, message.bytes, size))
        : isPss(digest, message.bytes, encoded);
    },
  };
}

function signingOf(spec: KeySpec, algorithm: SigningAlgorithm, message: SignedMessage): RsaSigning {
  const signing = signings.get(algorithm);
  if (signing === undefined) throw incompatibleAlgorithm(algorithm, spec);
  if (message.type === 'EXTERNAL_MU') throw refuseMessageType(algorithm, message.type);
  if (message.type === 'DIGEST') requireDigestLength(algorithm, message, signing.digest.bytes);
  return signing;
}

function nativeOptions(
  key: KeyObject,
  padding: RsaSigning['padding'],
  digest: RsaDigest,
): { key: KeyObject; padding: number; saltLength?: number } {
  return padding === 'pss'
    ? { key, padding: RSA_PKCS1_PSS_PADDING, saltLength: digest.bytes }
    : { key, padding: RSA_PKCS1_PADDING };
}

/** RSAVP1 (RFC 8017, 5.2.2): the encoded message, or undefined when the signature is out of range. */
function openSignature(key: KeyObject, signature: Uint8Array): Uint8Array | undefined {
  try {
    return publicDecrypt({ key, padding: RSA_NO_PADDING }, signature);
  } catch {
    return undefined;
  }
}
