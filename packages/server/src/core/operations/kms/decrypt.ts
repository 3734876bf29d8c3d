import type { Operation } from '../operation.ts';
import {
  endDryRun,
  openCiphertext,
  refuseDryRunModifiers,
  checkTokensAndRecipient,
  requireSymmetricAlgorithm,
  SYMMETRIC_ALGORITHM,
} from './use-key.ts';

/** `Decrypt`: opens what Encrypt, ReEncrypt or the data key operations made; the ciphertext names its key. */
export const decrypt: Operation = {
  name: 'Decrypt',
  action: 'key.decrypt',
  run(attempt, params) {
    const context = params.textMap('encryptionContext');
    attempt.note.context = context;
    attempt.note.algorithm = SYMMETRIC_ALGORITHM;
    const requested = params.optionalText('keyId');
    if (requested !== undefined) attempt.note.key = { requested };
    refuseDryRunModifiers(params);
    const use = { permission: 'kms:Decrypt', context };
    const ciphertext = params.bytes('ciphertextBlob');
    const opened = openCiphertext(attempt, ciphertext, requested, use, 'key', () =>
      checkTokensAndRecipient(attempt, params),
    );
    try {
      requireSymmetricAlgorithm(params, 'encryptionAlgorithm');
      endDryRun(params);
    } catch (error) {
      opened.plaintext.fill(0);
      throw error;
    }
    return {
      encryptionAlgorithm: SYMMETRIC_ALGORITHM,
      keyId: opened.key.record.arn,
      keyMaterialId: opened.materialId,
      plaintext: opened.plaintext,
    };
  },
};
