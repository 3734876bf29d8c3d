import type { KeyAlgorithm } from './key-algorithm.ts';
import { invalidMaterial } from './refusals.ts';

const KEY_BYTES = 32;

/** 256 bits for XAES-256-GCM (`spec/ciphertext.md`); the key ring encrypts with it, not this interface. */
export const symmetricDefault: KeyAlgorithm = {
  spec: 'SYMMETRIC_DEFAULT',
  usages: ['ENCRYPT_DECRYPT'],
  signingAlgorithms: [],
  encryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  macAlgorithms: [],
  newMaterial: (entropy) => ({ secret: entropy.bytes(KEY_BYTES) }),
  importMaterial(bytes) {
    if (bytes.length !== KEY_BYTES) {
      throw invalidMaterial('SYMMETRIC_DEFAULT', `it must have ${KEY_BYTES} bytes`);
    }
    return { secret: Uint8Array.from(bytes) };
  },
  open: () => ({ spec: 'SYMMETRIC_DEFAULT' }),
};
