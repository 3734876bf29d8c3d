import type { Operation } from '../operation.ts';
import {
  encryptWith,
  endDryRun,
  keyForUse,
  checkTokensAndRecipient,
  requireSymmetricAlgorithm,
  SYMMETRIC_ALGORITHM,
} from './use-key.ts';

/** `Encrypt`: at most 4,096 bytes under a symmetric key, bound to the encryption context. */
export const encrypt: Operation = {
  name: 'Encrypt',
  action: 'key.encrypt',
  run(attempt, params) {
    const context = params.textMap('encryptionContext');
    attempt.note.context = context;
    attempt.note.algorithm = SYMMETRIC_ALGORITHM;
    const use = { permission: 'kms:Encrypt', context };
    const key = keyForUse(attempt, params.text('keyId'), use, () => checkTokensAndRecipient(attempt, params));
    requireSymmetricAlgorithm(params, 'encryptionAlgorithm');
    endDryRun(params);
    return {
      ciphertextBlob: encryptWith(attempt, key, context, params.bytes('plaintext')),
      encryptionAlgorithm: SYMMETRIC_ALGORITHM,
      keyId: key.record.arn,
    };
  },
};
