import { currentMaterial } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import {
  encryptWith,
  endDryRun,
  keyForUse,
  openCiphertext,
  refuseUnsupportedMembers,
  requireSymmetricAlgorithm,
  SYMMETRIC_ALGORITHM,
} from './use-key.ts';

/** `ReEncrypt`: from one key or context to another; the plaintext never leaves the service. */
export const reEncrypt: Operation = {
  name: 'ReEncrypt',
  action: 'key.re-encrypt',
  run(attempt, params) {
    const context = params.textMap('destinationEncryptionContext');
    const sourceContext = params.textMap('sourceEncryptionContext');
    attempt.note.context = context;
    attempt.note.sourceContext = sourceContext;
    attempt.note.algorithm = SYMMETRIC_ALGORITHM;
    refuseUnsupportedMembers(params);
    if (params.texts('dryRunModifiers').length > 0) {
      throw new OperationError('Unsupported', 'DryRunModifiers are not supported.');
    }
    const opened = openCiphertext(
      attempt,
      params.bytes('ciphertextBlob'),
      params.optionalText('sourceKeyId'),
      { permission: 'kms:ReEncryptFrom', context: sourceContext },
      'sourceKey',
    );
    const use = { permission: 'kms:ReEncryptTo', context };
    const key = keyForUse(attempt, params.text('destinationKeyId'), use);
    requireSymmetricAlgorithm(params, 'sourceEncryptionAlgorithm');
    requireSymmetricAlgorithm(params, 'destinationEncryptionAlgorithm');
    endDryRun(params);
    const ciphertext = encryptWith(attempt, key, context, opened.plaintext);
    opened.plaintext.fill(0);
    return {
      ciphertextBlob: ciphertext,
      destinationEncryptionAlgorithm: SYMMETRIC_ALGORITHM,
      destinationKeyMaterialId: currentMaterial(key.record).id,
      keyId: key.record.arn,
      sourceEncryptionAlgorithm: SYMMETRIC_ALGORITHM,
      sourceKeyId: opened.key.record.arn,
      sourceKeyMaterialId: opened.materialId,
    };
  },
};
