import type { Operation } from '../operation.ts';
import { KEY_AGREEMENT_ALGORITHM } from './algorithm-lists.ts';
import { askAlgorithm, openedKey, partOf } from './key-material.ts';
import { checkTokensAndRecipient, endDryRun } from './request-members.ts';
import { algorithmFrom, keyForUse } from './use-key.ts';

/** `DeriveSharedSecret`: the raw secret of this key and a peer's public key. It is not in the record. */
export const deriveSharedSecret: Operation = {
  name: 'DeriveSharedSecret',
  action: 'key.derive-shared-secret',
  run(attempt, params) {
    const asked = params.text('keyAgreementAlgorithm');
    attempt.note.algorithm = asked;
    const use = {
      operation: 'DeriveSharedSecret',
      usage: 'KEY_AGREEMENT',
      conditions: { 'kms:keyagreementalgorithm': [asked] },
    } as const;
    const key = keyForUse(attempt, params.text('keyId'), use, () => checkTokensAndRecipient(attempt, params));
    const keyAgreementAlgorithm = algorithmFrom(key, [KEY_AGREEMENT_ALGORITHM], asked);
    const agreement = partOf(openedKey(attempt, key).agreement, key);
    const sharedSecret = askAlgorithm(() => agreement.agree(params.bytes('publicKey')));
    endDryRun(params, sharedSecret);
    return { keyAgreementAlgorithm, keyId: key.record.arn, keyOrigin: key.record.origin, sharedSecret };
  },
};
