import { createPublicKey, decapsulate, encapsulate } from 'node:crypto';
import type { SecretKey } from '../secret-key.ts';
import type { KeyAlgorithm, OpenedKey } from './key-algorithm.ts';
import { publicKeyBytes } from './public-keys.ts';
import { exportSeed, importSeed, openSeed, type SeedKeyKind, seedMaterial } from './seed-keys.ts';

interface MlKemKind extends SeedKeyKind {
  readonly ciphertextBytes: number;
}

/** d and z (FIPS 203, 7.1). */
const SEED_BYTES = 64;

const kinds: readonly MlKemKind[] = [
  { spec: 'ML_KEM_512', type: 'ml-kem-512', seedBytes: SEED_BYTES, ciphertextBytes: 768 },
  { spec: 'ML_KEM_768', type: 'ml-kem-768', seedBytes: SEED_BYTES, ciphertextBytes: 1088 },
  { spec: 'ML_KEM_1024', type: 'ml-kem-1024', seedBytes: SEED_BYTES, ciphertextBytes: 1568 },
];

/** ML-KEM (FIPS 203). */
export const mlKemAlgorithms: readonly KeyAlgorithm[] = kinds.map((kind) => ({
  spec: kind.spec,
  usages: ['ENCAPSULATE_DECAPSULATE'],
  signingAlgorithms: [],
  encryptionAlgorithms: [],
  macAlgorithms: [],
  newMaterial: (entropy) => seedMaterial(kind, entropy.bytes(SEED_BYTES)),
  importMaterial: (bytes) => importSeed(kind, bytes),
  open: (secret) => openMlKem(kind, secret),
  exportPrivateKey: (secret) => exportSeed(kind, secret),
}));

function openMlKem(kind: MlKemKind, secret: SecretKey): OpenedKey {
  const privateKey = openSeed(kind, secret);
  const publicKey = createPublicKey(privateKey);
  return {
    spec: kind.spec,
    publicKey: publicKeyBytes(privateKey),
    encapsulation: {
      encapsulate() {
        const { ciphertext, sharedKey } = encapsulate(publicKey);
        return { ciphertext, sharedSecret: sharedKey };
      },
      decapsulate(ciphertext) {
        return ciphertext.length === kind.ciphertextBytes ? decapsulate(privateKey, ciphertext) : undefined;
      },
    },
  };
}
