import type { Operation } from '../operation.ts';
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
