import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import {
  endDryRun,
  openCiphertext,
  refuseUnsupportedMembers,
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
    refuseUnsupportedMembers(params);
    if (params.texts('dryRunModifiers').length > 0) {
      throw new OperationError('Unsupported', 'DryRunModifiers are not supported.');
    }
    const use = { permission: 'kms:Decrypt', context };
    const ciphertext = params.bytes('ciphertextBlob');
    const opened = openCiphertext(attempt, ciphertext, params.optionalText('keyId'), use, 'key');
    requireSymmetricAlgorithm(params, 'encryptionAlgorithm');
    endDryRun(params);
    return {
      encryptionAlgorithm: SYMMETRIC_ALGORITHM,
      keyId: opened.key.record.arn,
      keyMaterialId: opened.materialId,
      plaintext: opened.plaintext,
    };
  },
};
