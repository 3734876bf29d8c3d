import { keyAlgorithm, type KeySpec, type KeyUsage } from '../../crypto/index.ts';
import type { KeyRecord } from '../../keys/index.ts';

/** The algorithms that a key can be used with, by the member of KMS that tells them; those of its usage alone. */
export interface KeyAlgorithmLists {
  readonly encryptionAlgorithms?: readonly string[];
  readonly signingAlgorithms?: readonly string[];
  readonly macAlgorithms?: readonly string[];
  readonly keyAgreementAlgorithms?: readonly string[];
  readonly encapsulationAlgorithms?: readonly string[];
}

/** The one algorithm of key agreement. */
export const KEY_AGREEMENT_ALGORITHM = 'ECDH';
/** The one algorithm of key encapsulation. */
export const ENCAPSULATION_ALGORITHM = 'ML_KEM';

/** What KMS tells of a key's algorithms. */
export function algorithmLists({ spec, usage }: Pick<KeyRecord, 'spec' | 'usage'>): KeyAlgorithmLists {
  const { encryptionAlgorithms, macAlgorithms, signingAlgorithms } = keyAlgorithm(spec);
  switch (usage) {
    case 'ENCRYPT_DECRYPT':
      return { encryptionAlgorithms };
    case 'SIGN_VERIFY':
      return { signingAlgorithms };
    case 'GENERATE_VERIFY_MAC':
      return { macAlgorithms };
    case 'KEY_AGREEMENT':
      return { keyAgreementAlgorithms: [KEY_AGREEMENT_ALGORITHM] };
    case 'ENCAPSULATE_DECAPSULATE':
      return { encapsulationAlgorithms: [ENCAPSULATION_ALGORITHM] };
  }
}

/** Whether a key of this spec is one secret, not a pair. */
export function isSymmetric(spec: KeySpec): boolean {
  return spec === 'SYMMETRIC_DEFAULT' || keyAlgorithm(spec).macAlgorithms.length > 0;
}

/** Whether keys of the spec may be made for the usage. */
export function isUsageOf(spec: KeySpec, usage: string): usage is KeyUsage {
  return keyAlgorithm(spec).usages.some((candidate) => candidate === usage);
}
