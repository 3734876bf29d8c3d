import type { AliasRecord, Key } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { regionSuffix, storedRegion } from '../regions.ts';
import { writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';
import { aliasArn, describeKey, resolveKeyById } from './resolve-key.ts';

/**
 * Reads an alias name that is to be created, changed or deleted.
 *
 * @throws OperationError `Validation` or `InvalidAliasName`.
 */
export function ownAliasName(name: string): string {
  if (!name.startsWith('alias/') || name.length === 'alias/'.length) {
    throw new OperationError(
      'Validation',
      'Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html',
    );
  }
  if (name.startsWith('alias/aws/')) {
    throw new OperationError('InvalidAliasName', `The alias name ${name} is reserved.`);
  }
  if (name.slice('alias/'.length).includes(':')) {
    throw new OperationError('Validation', `${name} contains invalid characters for an alias`);
  }
  return name;
}

/**
 * Declares an alias's new record, or its removal, as an effect. Every key that it leads or led to is written as well,
 * unchanged: decisions that hung on the key's aliases are judged again (G5).
 */
export function writeAlias(
  attempt: Attempt,
  name: string,
  record: AliasRecord | null,
  keys: readonly (Key | undefined)[],
): void {
  const region = regionSuffix(storedRegion(attempt.place));
  attempt.write(`alias:${attempt.account}/${name}${region}`, record);
  for (const key of keys) if (key !== undefined) writeKey(attempt, key.record);
}

/**
 * Finds the key that an alias is to point to, and asks policy about the alias and about the key: AWS wants both. A key
 * of another account is denied: no policy there allows that.
 *
 * @throws OperationError when one of the answers is no.
 */
export function aliasTarget(
  attempt: Attempt,
  name: string,
  requested: string,
  operation: 'CreateAlias' | 'UpdateAlias',
): Key {
  const permission = `kms:${operation}`;
  attempt.note.key = { requested };
  if (requested.startsWith('alias/')) {
    throw new OperationError('Validation', 'Aliases must refer to keys. Not aliases');
  }
  const resolved = resolveKeyById(attempt, requested, permission);
  attempt.note.key = describeKey(attempt, resolved);
  authorizeAlias(attempt, name, permission);
  authorizeAliasedKey(attempt, resolved.key, permission);
  requireState(attempt, resolved.key, operation);
  return resolved.key;
}

/** Asks the identity policies about the alias itself. */
export function authorizeAlias(attempt: Attempt, name: string, permission: string): void {
  attempt.authorize({ permission, resource: aliasArn(attempt, attempt.account, name) });
}

/** Asks the policies about a key whose alias is changed. */
export function authorizeAliasedKey(attempt: Attempt, key: Key, permission: string): void {
  attempt.authorize({ permission, resource: key.record.arn, key });
}

/** The caller's alias of this name in the Region that is asked. */
export function findAlias(attempt: Attempt, name: string): AliasRecord | undefined {
  return attempt.view.alias(attempt.account, name, storedRegion(attempt.place));
}

/** @throws OperationError `NotFound`. */
export function existingAlias(attempt: Attempt, name: string): AliasRecord {
  const alias = findAlias(attempt, name);
  if (alias === undefined) {
    throw new OperationError('NotFound', `Alias ${aliasArn(attempt, attempt.account, name)} is not found.`);
  }
  return alias;
}
