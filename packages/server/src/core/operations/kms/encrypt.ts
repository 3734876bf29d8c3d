import type { Operation } from '../operation.ts';
import { encryptionUse, encryptWith, requireEncryption, SYMMETRIC_ALGORITHM } from './encryption.ts';
import { checkTokensAndRecipient, endDryRun } from './request-members.ts';
import { keyForUse } from './use-key.ts';

/**
 * `Encrypt`: at most 4,096 bytes under a symmetric key, bound to the encryption context; or what fits the public half of
 * an RSA or SM2 pair, bound to nothing.
 */
export const encrypt: Operation = {
  name: 'Encrypt',
  action: 'key.encrypt',
  run(attempt, params) {
    const context = params.textMap('encryptionContext');
    const algorithm = params.optionalText('encryptionAlgorithm') ?? SYMMETRIC_ALGORITHM;
    attempt.note.context = context;
    attempt.note.algorithm = algorithm;
    const use = encryptionUse({ operation: 'Encrypt', context }, algorithm);
    const key = keyForUse(attempt, params.text('keyId'), use, () => checkTokensAndRecipient(attempt, params));
    requireEncryption(key, use);
    // A plaintext that is too long for the key is told in a dry run as well.
    const ciphertextBlob = encryptWith(attempt, key, use, params.bytes('plaintext'));
    endDryRun(params);
    return { ciphertextBlob, encryptionAlgorithm: algorithm, keyId: key.record.arn };
  },
};
