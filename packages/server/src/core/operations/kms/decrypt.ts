import type { Operation } from '../operation.ts';
import { encryptionUse, openCiphertext, SYMMETRIC_ALGORITHM } from './encryption.ts';
import { checkTokensAndRecipient, endDryRun, ignoresCiphertext } from './request-members.ts';

/**
 * `Decrypt`: opens what Encrypt, ReEncrypt or the data key operations made. A symmetric ciphertext names its key; one
 * under a pair does not, so the request has to.
 */
export const decrypt: Operation = {
  name: 'Decrypt',
  action: 'key.decrypt',
  run(attempt, params) {
    const context = params.textMap('encryptionContext');
    const algorithm = params.optionalText('encryptionAlgorithm') ?? SYMMETRIC_ALGORITHM;
    attempt.note.context = context;
    attempt.note.algorithm = algorithm;
    const requested = params.optionalText('keyId');
    if (requested !== undefined) attempt.note.key = { requested };
    const ciphertext = ignoresCiphertext(params, 'keyId') ? undefined : params.bytes('ciphertextBlob');
    const use = encryptionUse({ operation: 'Decrypt', context }, algorithm);
    const opened = openCiphertext(attempt, { ciphertext, requested, note: 'key' }, use, () =>
      checkTokensAndRecipient(attempt, params),
    );
    endDryRun(params, opened.plaintext);
    return {
      encryptionAlgorithm: algorithm,
      keyId: opened.key.record.arn,
      keyMaterialId: opened.materialId,
      plaintext: opened.plaintext,
    };
  },
};
