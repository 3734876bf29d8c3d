import { currentMaterial } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { findKeyId } from './resolve-key.ts';
import {
  encryptWith,
  endDryRun,
  keyForUse,
  type KeyUse,
  type Opened,
  openCiphertext,
  refuseDryRunModifiers,
  checkTokensAndRecipient,
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
    noteRequested(attempt, params);
    refuseDryRunModifiers(params);
    const destinationId = findKeyId(attempt, params.text('destinationKeyId'));
    const isSameKey = (sourceId: string): boolean => sourceId === destinationId;
    const opened = openCiphertext(
      attempt,
      params.bytes('ciphertextBlob'),
      params.optionalText('sourceKeyId'),
      { permission: 'kms:ReEncryptFrom', context: sourceContext, isSameKey },
      'sourceKey',
      () => checkTokensAndRecipient(attempt, params),
    );
    try {
      const sourceId = opened.key.record.id;
      const isSource = (keyId: string): boolean => keyId === sourceId;
      const use = { permission: 'kms:ReEncryptTo', context, isSameKey: isSource };
      return encryptAgain(attempt, params, opened, use);
    } finally {
      opened.plaintext.fill(0);
    }
  },
};

/** Whichever step refuses, the event names both keys as the caller did. */
function noteRequested(attempt: Attempt, params: Params): void {
  attempt.note.key = { requested: params.text('destinationKeyId') };
  const source = params.optionalText('sourceKeyId');
  if (source !== undefined) attempt.note.sourceKey = { requested: source };
}

function encryptAgain(attempt: Attempt, params: Params, opened: Opened, use: KeyUse): Result {
  const key = keyForUse(attempt, params.text('destinationKeyId'), use, () => undefined);
  requireSymmetricAlgorithm(params, 'sourceEncryptionAlgorithm');
  requireSymmetricAlgorithm(params, 'destinationEncryptionAlgorithm');
  endDryRun(params);
  return {
    ciphertextBlob: encryptWith(attempt, key, use.context, opened.plaintext),
    destinationEncryptionAlgorithm: SYMMETRIC_ALGORITHM,
    destinationKeyMaterialId: currentMaterial(key.record).id,
    keyId: key.record.arn,
    sourceEncryptionAlgorithm: SYMMETRIC_ALGORITHM,
    sourceKeyId: opened.key.record.arn,
    sourceKeyMaterialId: opened.materialId,
  };
}
