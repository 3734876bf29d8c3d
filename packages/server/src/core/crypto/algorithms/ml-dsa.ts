import { createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type DSA, ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { exposeSecret, exposeSecretToken, type SecretKey } from '../secret-key.ts';
import type { KeyAlgorithm, OpenedKey, SignedMessage, Verifier } from './key-algorithm.ts';
import type { SigningAlgorithm } from './key-specs.ts';
import { openPublicKey, publicKeyBytes } from './public-keys.ts';
import { incompatibleAlgorithm, refuseMessageTypeOf, requireDigestLength } from './refusals.ts';
import { exportSeed, importSeed, openSeed, type SeedKeyKind, seedMaterial } from './seed-keys.ts';

interface MlDsaKind extends SeedKeyKind {
  /** Node signs messages only; this signs what has been hashed outside. */
  readonly muSigner: DSA;
}

const ALGORITHM = 'ML_DSA_SHAKE_256';
const SEED_BYTES = 32;
const MU_BYTES = 64;
const HEDGE_BYTES = 32;

const kinds: readonly MlDsaKind[] = [
  { spec: 'ML_DSA_44', type: 'ml-dsa-44', seedBytes: SEED_BYTES, muSigner: ml_dsa44 },
  { spec: 'ML_DSA_65', type: 'ml-dsa-65', seedBytes: SEED_BYTES, muSigner: ml_dsa65 },
  { spec: 'ML_DSA_87', type: 'ml-dsa-87', seedBytes: SEED_BYTES, muSigner: ml_dsa87 },
];

/** ML-DSA (FIPS 204) with the empty context, hedged (section 3.4). */
export const mlDsaAlgorithms: readonly KeyAlgorithm[] = kinds.map((kind) => ({
  spec: kind.spec,
  usages: ['SIGN_VERIFY'],
  signingAlgorithms: [ALGORITHM],
  encryptionAlgorithms: [],
  macAlgorithms: [],
  newMaterial: (entropy) => seedMaterial(kind, entropy.bytes(SEED_BYTES)),
  importMaterial: (bytes) => importSeed(kind, bytes),
  open: (secret) => openMlDsa(kind, secret),
  openVerifier: (publicKey) => openVerifier(kind, publicKey),
  exportPrivateKey: (secret) => exportSeed(kind, secret),
}));

function openMlDsa(kind: MlDsaKind, secret: SecretKey): OpenedKey {
  const privateKey = openSeed(kind, secret);
  return {
    spec: kind.spec,
    publicKey: publicKeyBytes(privateKey),
    signatures: {
      ...verifierOf(kind, createPublicKey(privateKey)),
      sign(algorithm, message, entropy) {
        return isExternal(kind, algorithm, message)
          ? signMu(kind, secret, message.bytes, entropy.bytes(HEDGE_BYTES))
          : sign(null, message.bytes, privateKey);
      },
    },
  };
}

function openVerifier(kind: MlDsaKind, spki: Uint8Array): Verifier {
  const isOfSpec = ({ asymmetricKeyType }: KeyObject): boolean => asymmetricKeyType === kind.type;
  return verifierOf(kind, openPublicKey(kind.spec, spki, isOfSpec));
}

function verifierOf(kind: MlDsaKind, publicKey: KeyObject): Verifier {
  return {
    verify(algorithm, message, signature) {
      return isExternal(kind, algorithm, message)
        ? verifyMu(kind, publicKey, message.bytes, signature)
        : verify(null, message.bytes, publicKey, signature);
    },
  };
}

function isExternal(kind: MlDsaKind, algorithm: SigningAlgorithm, message: SignedMessage): boolean {
  if (algorithm !== ALGORITHM) throw incompatibleAlgorithm(algorithm, kind.spec);
  if (message.type === 'DIGEST') throw refuseMessageTypeOf(kind.spec, message.type);
  if (message.type === 'EXTERNAL_MU') requireDigestLength(algorithm, message, MU_BYTES);
  return message.type === 'EXTERNAL_MU';
}

/** ML-DSA.Sign_internal (FIPS 204, algorithm 7) from step 7 on, with the `rnd` that is given. */
function signMu(kind: MlDsaKind, secret: SecretKey, mu: Uint8Array, extraEntropy: Uint8Array): Uint8Array {
  const seed = exposeSecret(secret, exposeSecretToken);
  const { secretKey } = kind.muSigner.keygen(seed);
  seed.fill(0);
  try {
    return kind.muSigner.internal.sign(mu, secretKey, { externalMu: true, extraEntropy });
  } finally {
    secretKey.fill(0);
    extraEntropy.fill(0);
  }
}

function verifyMu(kind: MlDsaKind, publicKey: KeyObject, mu: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = publicKey.export({ format: 'raw-public' });
    return kind.muSigner.internal.verify(signature, mu, key, { externalMu: true });
  } catch {
    // noble throws for what is no signature at all.
    return false;
  }
}
