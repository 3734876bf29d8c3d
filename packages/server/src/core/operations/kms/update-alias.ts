import { keyAlgorithm } from '../../crypto/index.ts';
import type { Key, KeyRecord } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { isSymmetric } from './algorithm-lists.ts';
import { aliasTarget, authorizeAliasedKey, existingAlias, ownAliasName, writeAlias } from './aliases.ts';
import { requireRoomForAlias } from './quotas.ts';
import { findKey } from './resolve-key.ts';

/** `UpdateAlias`: points an alias to another key. Policy is asked about the alias and about both keys. */
export const updateAlias: Operation = {
  name: 'UpdateAlias',
  action: 'alias.update',
  run(attempt, params) {
    const name = ownAliasName(params.text('aliasName'));
    attempt.note.parameters = { aliasName: name };
    const key = aliasTarget(attempt, name, params.text('targetKeyId'), 'UpdateAlias');
    const alias = existingAlias(attempt, name);
    const previous = findKey(attempt, alias.targetKeyId);
    if (previous !== undefined) authorizeAliasedKey(attempt, previous, 'kms:UpdateAlias');
    if (previous !== undefined) requireAlike(previous, key);
    if (previous?.record.id !== key.record.id) requireRoomForAlias(attempt, key.record);
    attempt.note.change = {
      before: { targetKeyId: alias.targetKeyId },
      after: { targetKeyId: key.record.id },
    };
    const record = { ...alias, targetKeyId: key.record.id, updatedAtMs: attempt.nowMs };
    writeAlias(attempt, name, record, [key, previous]);
    return {};
  },
};

/**
 * An alias stays with keys of one type and usage, as in KMS: whatever is encrypted or signed through it goes on to be.
 *
 * @throws OperationError `Validation`.
 */
function requireAlike({ record: previous }: Key, { record: next }: Key): void {
  if (typeOf(previous) === typeOf(next) && previous.usage === next.usage) return;
  const message = `The current and new KMS keys of an alias must be of the same type and have the same key usage: ${previous.arn} and ${next.arn} do not.`;
  throw new OperationError('Validation', message);
}

/** What KMS calls the type of a key: symmetric, HMAC or asymmetric. */
function typeOf({ spec }: KeyRecord): string {
  if (!isSymmetric(spec)) return 'asymmetric';
  return keyAlgorithm(spec).macAlgorithms.length > 0 ? 'HMAC' : 'symmetric';
}
