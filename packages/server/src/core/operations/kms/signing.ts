import {
  keyAlgorithm,
  type MessageType,
  type OpenedKey,
  type SignedMessage,
  type SigningAlgorithm,
} from '../../crypto/index.ts';
import type { Key } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { openedKey, partOf } from './key-material.ts';
import { checkTokensAndRecipient } from './request-members.ts';
import { algorithmFrom, keyForUse } from './use-key.ts';

const MESSAGE_TYPES: readonly MessageType[] = ['RAW', 'DIGEST', 'EXTERNAL_MU'];

/** What is to be signed or verified, and the key for it. */
export interface Signing {
  readonly key: Key;
  readonly algorithm: SigningAlgorithm;
  readonly message: SignedMessage;
  readonly signatures: NonNullable<OpenedKey['signatures']>;
}

/** Finds the key for a signature: asks policy, and checks the members of the request that Sign and Verify share. */
export function keyForSigning(attempt: Attempt, params: Params, operation: 'Sign' | 'Verify'): Signing {
  const asked = params.text('signingAlgorithm');
  const messageType = params.optionalText('messageType') ?? 'RAW';
  attempt.note.algorithm = asked;
  attempt.note.parameters = { messageType };
  const conditions = { 'kms:messagetype': [messageType], 'kms:signingalgorithm': [asked] };
  const use = { operation, usage: 'SIGN_VERIFY', conditions } as const;
  const key = keyForUse(attempt, params.text('keyId'), use, () => checkTokensAndRecipient(attempt, params));
  return {
    key,
    algorithm: algorithmFrom(key, keyAlgorithm(key.record.spec).signingAlgorithms, asked),
    message: { type: typeOf(messageType), bytes: params.bytes('message') },
    signatures: partOf(openedKey(attempt, key).signatures, key),
  };
}

function typeOf(text: string): MessageType {
  const type = MESSAGE_TYPES.find((candidate) => candidate === text);
  if (type === undefined) throw new OperationError('Validation', `there is no message type \`${text}\``);
  return type;
}
