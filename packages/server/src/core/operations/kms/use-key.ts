import type { KeyUsage } from '../../crypto/index.ts';
import { currentMaterial, type Key } from '../../keys/index.ts';
import type { AccessQuestion } from '../access-question.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { type KeyOperation, requireState } from './key-states.ts';
import { describeKey, describeUse, resolveKey } from './resolve-key.ts';

/** What a use of a key takes part in: the operation, and the request members that policy can speak of. */
export interface KeyUse {
  readonly operation: KeyOperation;
  /** Where it is not named after the operation: `kms:ReEncryptTo`. */
  readonly permission?: string;
  /** What the key must have been made for. */
  readonly usage: KeyUsage;
  readonly context?: Readonly<Record<string, string>> | undefined;
  /** Condition keys of the request, by lower-case name, for example `kms:signingalgorithm`. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  /** Whether a ReEncrypt encrypts under the key that it decrypts with, given the id of the key in question. */
  readonly isSameKey?: (keyId: string) => boolean;
}

/**
 * Finds the key that the member `keyId` names, notes it for the record, asks policy, has the other members checked, and
 * refuses a key that was made for something else, or is in no state for it. The order is AWS's: who may not use a key
 * learns neither its state nor what else is wrong with the request.
 */
export function keyForUse(attempt: Attempt, requested: string, use: KeyUse, checkMembers: () => void): Key {
  const resolved = resolveKey(attempt, requested, permissionOf(use));
  attempt.note.key = describeKey(attempt, resolved);
  attempt.authorize(questionOf(resolved.key, use, resolved.alias));
  checkMembers();
  requireUsage(resolved.key, use);
  requireState(attempt, resolved.key, use.operation);
  attempt.note.key = describeUse(attempt, resolved.key, requested, currentMaterial(resolved.key.record).id);
  return resolved.key;
}

/** What policy is asked about a use of a key. */
export function questionOf(key: Key, use: KeyUse, alias: string | undefined): AccessQuestion {
  const permission = permissionOf(use);
  const isSameKey = use.isSameKey?.(key.record.id);
  return {
    permission,
    resource: key.record.arn,
    key,
    grantOperation: permission.slice('kms:'.length),
    encryptionContext: use.context,
    conditions: {
      ...use.conditions,
      ...(alias === undefined ? {} : { 'kms:requestalias': [alias] }),
      ...(isSameKey === undefined ? {} : { 'kms:reencryptonsamekey': [String(isSameKey)] }),
    },
  };
}

/** The permission that a use takes. */
export function permissionOf({ operation, permission }: KeyUse): string {
  return permission ?? `kms:${operation}`;
}

/** @throws OperationError `InvalidKeyUsage` for a key that was made for something else. */
export function requireUsage(
  { record: { arn, usage } }: Key,
  { operation, usage: wanted }: Pick<KeyUse, 'operation' | 'usage'>,
): void {
  if (usage === wanted) return;
  const message = `${arn} key usage is ${usage} which is not valid for ${operation}.`;
  throw new OperationError('InvalidKeyUsage', message);
}

/**
 * The algorithm that a request asks for, as one of those that the key has.
 *
 * @throws OperationError `InvalidKeyUsage` when it has it not.
 */
export function algorithmFrom<Algorithm extends string>(
  { record }: Key,
  algorithms: readonly Algorithm[],
  asked: string,
): Algorithm {
  const found = algorithms.find((algorithm) => algorithm === asked);
  if (found !== undefined) return found;
  const message = `Algorithm ${asked} is incompatible with key spec ${record.spec}.`;
  throw new OperationError('InvalidKeyUsage', message);
}
