import type { Operation } from '../operation.ts';
import { authorizeAlias, authorizeAliasedKey, existingAlias, ownAliasName, writeAlias } from './aliases.ts';
import { describeKey, findKey } from './resolve-key.ts';

/** `DeleteAlias`. */
export const deleteAlias: Operation = {
  name: 'DeleteAlias',
  action: 'alias.delete',
  run(attempt, params) {
    const name = ownAliasName(params.text('aliasName'));
    attempt.note.parameters = { aliasName: name };
    authorizeAlias(attempt, name, 'kms:DeleteAlias');
    const alias = existingAlias(attempt, name);
    const key = findKey(attempt, alias.targetKeyId);
    if (key !== undefined) {
      attempt.note.key = describeKey(attempt, { key, requested: name });
      authorizeAliasedKey(attempt, key, 'kms:DeleteAlias');
    }
    attempt.note.change = { before: { aliasName: name, targetKeyId: alias.targetKeyId } };
    writeAlias(attempt, name, null, [key]);
    return {};
  },
};
