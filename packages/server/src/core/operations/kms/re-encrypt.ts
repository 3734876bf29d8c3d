import { currentMaterial } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import {
  type EncryptionUse,
  encryptionUse,
  encryptWith,
  type Opened,
  openCiphertext,
  requireEncryption,
  SYMMETRIC_ALGORITHM,
} from './encryption.ts';
import { checkTokensAndRecipient, endDryRun, ignoresCiphertext } from './request-members.ts';
import { findKeyId } from './resolve-key.ts';
import { keyForUse } from './use-key.ts';

/** `ReEncrypt`: from one key or context to another; the plaintext never leaves the service. */
export const reEncrypt: Operation = {
  name: 'ReEncrypt',
  action: 'key.re-encrypt',
  run(attempt, params) {
    const { source, destination } = usesOf(params);
    attempt.note.context = destination.context;
    attempt.note.sourceContext = source.context;
    noteAlgorithms(attempt, source.algorithm, destination.algorithm);
    noteRequested(attempt, params);
    const isIgnored = ignoresCiphertext(params, 'sourceKeyId');
    const destinationId = findKeyId(attempt, params.text('destinationKeyId'));
    const opened = openCiphertext(
      attempt,
      {
        ciphertext: isIgnored ? undefined : params.bytes('ciphertextBlob'),
        requested: params.optionalText('sourceKeyId'),
        note: 'sourceKey',
      },
      { ...source, isSameKey: (sourceId) => sourceId === destinationId },
      () => checkTokensAndRecipient(attempt, params),
    );
    try {
      const sourceId = opened.key.record.id;
      const use = { ...destination, isSameKey: (keyId: string) => keyId === sourceId };
      return encryptAgain(attempt, params, opened, [source, use]);
    } finally {
      opened.plaintext.fill(0);
    }
  },
};

function usesOf(params: Params): { readonly source: EncryptionUse; readonly destination: EncryptionUse } {
  const algorithmOf = (member: string): string => params.optionalText(member) ?? SYMMETRIC_ALGORITHM;
  return {
    source: encryptionUse(
      {
        operation: 'ReEncrypt',
        permission: 'kms:ReEncryptFrom',
        context: params.textMap('sourceEncryptionContext'),
      },
      algorithmOf('sourceEncryptionAlgorithm'),
    ),
    destination: encryptionUse(
      {
        operation: 'ReEncrypt',
        permission: 'kms:ReEncryptTo',
        context: params.textMap('destinationEncryptionContext'),
      },
      algorithmOf('destinationEncryptionAlgorithm'),
    ),
  };
}

/** An event has one algorithm, the one that encrypts; the other is told where it is another. */
function noteAlgorithms(attempt: Attempt, source: string, destination: string): void {
  attempt.note.algorithm = destination;
  if (source !== destination) attempt.note.parameters = { sourceEncryptionAlgorithm: source };
}

/** Whichever step refuses, the event names both keys as the caller did. */
function noteRequested(attempt: Attempt, params: Params): void {
  attempt.note.key = { requested: params.text('destinationKeyId') };
  const source = params.optionalText('sourceKeyId');
  if (source !== undefined) attempt.note.sourceKey = { requested: source };
}

function encryptAgain(
  attempt: Attempt,
  params: Params,
  opened: Opened,
  [source, destination]: readonly [EncryptionUse, EncryptionUse],
): Result {
  const key = keyForUse(attempt, params.text('destinationKeyId'), destination, () => undefined);
  requireEncryption(key, destination);
  if (opened.isIgnored === true) endDryRun(params);
  const ciphertextBlob = encryptWith(attempt, key, destination, opened.plaintext);
  endDryRun(params);
  const isSymmetric = destination.algorithm === SYMMETRIC_ALGORITHM;
  return {
    ciphertextBlob,
    destinationEncryptionAlgorithm: destination.algorithm,
    destinationKeyMaterialId: isSymmetric ? currentMaterial(key.record).id : undefined,
    keyId: key.record.arn,
    sourceEncryptionAlgorithm: source.algorithm,
    sourceKeyId: opened.key.record.arn,
    sourceKeyMaterialId: opened.materialId,
  };
}
