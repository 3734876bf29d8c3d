import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { eddsa } from '@noble/curves/abstract/edwards.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import { constantTimeEqual } from '../hash.ts';
import { exposeSecret, exposeSecretToken, type SecretKey, takeSecretKey } from '../secret-key.ts';
import { DER_OCTET_STRING, derContent } from './der.ts';
import type { KeyAlgorithm, OpenedKey, SignedMessage, Verifier } from './key-algorithm.ts';
import type { SigningAlgorithm } from './key-specs.ts';
import { isOfAlgorithm, parsePrivateKeyInfo } from './private-key-info.ts';
import { openPublicKey, publicKeyBytes } from './public-keys.ts';
import {
  incompatibleAlgorithm,
  invalidMaterial,
  refuseMessageType,
  requireDigestLength,
} from './refusals.ts';

const SPEC = 'ECC_NIST_EDWARDS25519';
const SEED_BYTES = 32;
const PUBLIC_KEY_BYTES = 32;
const DIGEST_BYTES = 64;
/** id-Ed25519 (RFC 8410). */
const ALGORITHM = Buffer.from('06032b6570', 'hex');
/** Everything of the PKCS #8 form before the seed. */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
/** dom2 of Ed25519ph with the empty context (RFC 8032, section 2). */
const PH_DOMAIN = Buffer.concat([Buffer.from('SigEd25519 no Ed25519 collisions'), Uint8Array.of(1, 0)]);

/** Ed25519ph of a message that has been hashed already, which Node has no way to sign. */
const ed25519ph = eddsa(
  ed25519.Point,
  (bytes: Uint8Array) => Uint8Array.from(createHash('sha512').update(bytes).digest()),
  {
    adjustScalarBytes(bytes: Uint8Array) {
      bytes[0] = (bytes[0] ?? 0) & 248;
      bytes[31] = ((bytes[31] ?? 0) & 127) | 64;
      return Uint8Array.from(bytes);
    },
    domain: (data: Uint8Array) => Uint8Array.from(Buffer.concat([PH_DOMAIN, data])),
    zip215: false,
  },
);

/** Ed25519 and Ed25519ph (RFC 8032). */
export const ed25519Algorithm: KeyAlgorithm = {
  spec: SPEC,
  usages: ['SIGN_VERIFY'],
  signingAlgorithms: ['ED25519_SHA_512', 'ED25519_PH_SHA_512'],
  encryptionAlgorithms: [],
  macAlgorithms: [],
  newMaterial: (entropy) => materialOf(entropy.bytes(SEED_BYTES)),
  importMaterial(bytes) {
    const info = parsePrivateKeyInfo(bytes);
    const isEd25519 = info !== undefined && isOfAlgorithm(info, ALGORITHM);
    const seed = isEd25519 ? derContent(info.privateKey, DER_OCTET_STRING) : undefined;
    if (seed?.length !== SEED_BYTES) {
      throw invalidMaterial(SPEC, 'it must be a PKCS #8 private key of Ed25519, in DER');
    }
    const material = materialOf(Uint8Array.from(seed));
    const carried = info?.publicKey;
    if (carried !== undefined && !constantTimeEqual(carried, rawPublicKey(material.publicKey))) {
      material.secret.fill(0);
      throw invalidMaterial(SPEC, 'the public key that it carries is not its own');
    }
    return material;
  },
  open: openEd25519,
  openVerifier,
  exportPrivateKey: (secret) => exposeSecret(secret, exposeSecretToken),
};

/** The seed is zeroed. */
function materialOf(seed: Uint8Array): { secret: Uint8Array; publicKey: Uint8Array } {
  const secret = Buffer.concat([PKCS8_PREFIX, seed]);
  seed.fill(0);
  return { secret, publicKey: publicKeyBytes(privateKeyOf(secret)) };
}

function privateKeyOf(pkcs8: Uint8Array): KeyObject {
  const key = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** A public key is the end of its SubjectPublicKeyInfo. */
function rawPublicKey(spki: Uint8Array): Uint8Array {
  return spki.subarray(-PUBLIC_KEY_BYTES);
}

function openEd25519(secret: SecretKey): OpenedKey {
  const pkcs8 = exposeSecret(secret, exposeSecretToken);
  const privateKey = privateKeyOf(pkcs8);
  const seed = takeSecretKey(Uint8Array.from(pkcs8.subarray(-SEED_BYTES)));
  pkcs8.fill(0);
  const publicKey = createPublicKey(privateKey);
  return {
    spec: SPEC,
    publicKey: publicKeyBytes(publicKey),
    signatures: {
      ...verifierOf(publicKey),
      sign(algorithm, message) {
        if (isPrehashed(algorithm, message)) return signDigest(seed, message.bytes);
        return sign(null, message.bytes, privateKey);
      },
    },
  };
}

function openVerifier(spki: Uint8Array): Verifier {
  return verifierOf(openPublicKey(SPEC, spki, ({ asymmetricKeyType }) => asymmetricKeyType === 'ed25519'));
}

function verifierOf(publicKey: KeyObject): Verifier {
  const raw = publicKey.export({ format: 'raw-public' });
  return {
    verify(algorithm, message, signature) {
      return isPrehashed(algorithm, message)
        ? verifyDigest(raw, message.bytes, signature)
        : verify(null, message.bytes, publicKey, signature);
    },
  };
}

/** The one algorithm takes messages, the other digests; neither takes what the other does. */
function isPrehashed(algorithm: SigningAlgorithm, message: SignedMessage): boolean {
  if (algorithm !== 'ED25519_SHA_512' && algorithm !== 'ED25519_PH_SHA_512') {
    throw incompatibleAlgorithm(algorithm, SPEC);
  }
  const isPh = algorithm === 'ED25519_PH_SHA_512';
  if (message.type !== (isPh ? 'DIGEST' : 'RAW')) throw refuseMessageType(algorithm, message.type);
  if (isPh) requireDigestLength(algorithm, message, DIGEST_BYTES);
  return isPh;
}

function signDigest(seed: SecretKey, digest: Uint8Array): Uint8Array {
  const bytes = exposeSecret(seed, exposeSecretToken);
  try {
    return ed25519ph.sign(digest, bytes);
  } finally {
    bytes.fill(0);
  }
}

function verifyDigest(publicKey: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  try {
    return ed25519ph.verify(signature, digest, publicKey);
  } catch {
    // noble throws for what is no signature at all.
    return false;
  }
}
