import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { exposeSecret, exposeSecretToken, type SecretKey, takeSecretKey } from '../secret-key.ts';
import {
  type Curve,
  decodePrivateKey,
  decodePublicKey,
  encodePrivateKey,
  encodePublicKey,
  newScalar,
  P256,
  P384,
  P521,
  publicPoint,
  SECP256K1,
} from './curves.ts';
import { signDigestByStandIn } from './ecdsa-digest.ts';
import { agreeOn } from './ecdh.ts';
import type {
  KeyAlgorithm,
  NewMaterial,
  OpenedKey,
  Signatures,
  SignedMessage,
  Verifier,
} from './key-algorithm.ts';
import type { KeySpec, KeyUsage, SigningAlgorithm } from './key-specs.ts';
import { parsePublicKey } from './public-keys.ts';
import {
  incompatibleAlgorithm,
  invalidMaterial,
  invalidPublicKey,
  refuseMessageType,
  requireDigestLength,
} from './refusals.ts';

interface EcdsaSpec {
  readonly spec: KeySpec;
  readonly curve: Curve;
  readonly algorithm: SigningAlgorithm;
  readonly digest: string;
  readonly digestBytes: number;
  /** Verifies digests, which Node cannot; and signs those that OpenSSL cannot be brought to. */
  readonly digestSigner: ECDSA;
  readonly usages: readonly KeyUsage[];
}

const PAIR_USAGES = ['SIGN_VERIFY', 'KEY_AGREEMENT'] as const;
/** RFC 6979, 3.6: additional bytes for the nonce. */
const HEDGE_BYTES = 32;
/** The digest as it is, any s, DER: as OpenSSL. */
const DIGEST_OPTIONS = { prehash: false, lowS: false, format: 'der' } as const;

const specs: readonly EcdsaSpec[] = [
  {
    spec: 'ECC_NIST_P256',
    curve: P256,
    algorithm: 'ECDSA_SHA_256',
    digest: 'sha256',
    digestBytes: 32,
    digestSigner: p256,
    usages: PAIR_USAGES,
  },
  {
    spec: 'ECC_NIST_P384',
    curve: P384,
    algorithm: 'ECDSA_SHA_384',
    digest: 'sha384',
    digestBytes: 48,
    digestSigner: p384,
    usages: PAIR_USAGES,
  },
  {
    spec: 'ECC_NIST_P521',
    curve: P521,
    algorithm: 'ECDSA_SHA_512',
    digest: 'sha512',
    digestBytes: 64,
    digestSigner: p521,
    usages: PAIR_USAGES,
  },
  {
    spec: 'ECC_SECG_P256K1',
    curve: SECP256K1,
    algorithm: 'ECDSA_SHA_256',
    digest: 'sha256',
    digestBytes: 32,
    digestSigner: secp256k1,
    usages: ['SIGN_VERIFY'],
  },
];

/** ECDSA (FIPS 186-5) and, on the NIST curves, ECDH (NIST SP 800-56A). */
export const ellipticCurveAlgorithms: readonly KeyAlgorithm[] = specs.map((one) => ({
  spec: one.spec,
  usages: one.usages,
  signingAlgorithms: [one.algorithm],
  encryptionAlgorithms: [],
  macAlgorithms: [],
  newMaterial: (entropy) => materialOf(one.curve, newScalar(one.curve, entropy)),
  importMaterial(bytes) {
    const key = decodePrivateKey(one.curve, bytes);
    if (key === undefined) {
      throw invalidMaterial(one.spec, 'it must be a PKCS #8 private key of this curve, in DER');
    }
    return materialOf(one.curve, key.scalar);
  },
  open: (secret) => openEcdsa(one, secret),
  openVerifier: (publicKey) => openVerifier(one, publicKey),
  exportPrivateKey: (secret) => exposeSecret(secret, exposeSecretToken),
}));

/** What is stored of a scalar, which is zeroed. */
export function materialOf(curve: Curve, scalar: Uint8Array): NewMaterial {
  const point = publicPoint(curve, scalar);
  const secret = encodePrivateKey(curve, { scalar, point });
  scalar.fill(0);
  return { secret, publicKey: encodePublicKey(curve, point) };
}

function openEcdsa(one: EcdsaSpec, secret: SecretKey): OpenedKey {
  const pkcs8 = exposeSecret(secret, exposeSecretToken);
  try {
    const key = decodePrivateKey(one.curve, pkcs8);
    if (key === undefined) throw invalidMaterial(one.spec, 'it is damaged');
    const publicKey = encodePublicKey(one.curve, key.point);
    const privateKey = createPrivateKey({
      key: Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length),
      format: 'der',
      type: 'pkcs8',
    });
    const agreement = { agree: (peer: Uint8Array) => agreeOn(one.spec, one.curve, privateKey, peer) };
    const scalar = takeSecretKey(key.scalar);
    return {
      spec: one.spec,
      publicKey,
      signatures: signaturesOf(one, privateKey, key.point, scalar),
      ...(one.usages.includes('KEY_AGREEMENT') ? { agreement } : {}),
    };
  } finally {
    pkcs8.fill(0);
  }
}

function signaturesOf(
  one: EcdsaSpec,
  privateKey: KeyObject,
  point: Uint8Array,
  scalar: SecretKey,
): Signatures {
  return {
    ...verifierOf(one, createPublicKey(privateKey), point),
    sign(algorithm, message, entropy) {
      requireSignable(one, algorithm, message);
      if (message.type === 'RAW') return sign(one.digest, message.bytes, privateKey);
      const secret = exposeSecret(scalar, exposeSecretToken);
      try {
        return (
          signDigestByStandIn(one.curve, one.digest, secret, message.bytes, entropy) ??
          one.digestSigner.sign(message.bytes, secret, {
            ...DIGEST_OPTIONS,
            extraEntropy: entropy.bytes(HEDGE_BYTES),
          })
        );
      } finally {
        secret.fill(0);
      }
    },
  };
}

function openVerifier(one: EcdsaSpec, spki: Uint8Array): Verifier {
  const point = decodePublicKey(one.curve, spki);
  if (point === undefined) throw invalidPublicKey(one.spec);
  return verifierOf(one, parsePublicKey(one.spec, spki), point);
}

function verifierOf(one: EcdsaSpec, publicKey: KeyObject, point: Uint8Array): Verifier {
  return {
    verify(algorithm, message, signature) {
      requireSignable(one, algorithm, message);
      if (message.type === 'RAW') return verify(one.digest, message.bytes, publicKey, signature);
      try {
        return one.digestSigner.verify(signature, message.bytes, point, DIGEST_OPTIONS);
      } catch {
        // noble throws for what is no signature at all.
        return false;
      }
    },
  };
}

function requireSignable(one: EcdsaSpec, algorithm: SigningAlgorithm, message: SignedMessage): void {
  if (algorithm !== one.algorithm) throw incompatibleAlgorithm(algorithm, one.spec);
  if (message.type === 'EXTERNAL_MU') throw refuseMessageType(algorithm, message.type);
  if (message.type === 'DIGEST') requireDigestLength(algorithm, message, one.digestBytes);
}
