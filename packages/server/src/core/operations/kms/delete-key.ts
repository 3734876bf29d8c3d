import { isDeleted } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';

/**
 * The service's own act at the end of a deletion window: the record, sealed material included, leaves the store, and
 * the aliases that point to the key with it. Nothing but the scheduler calls it.
 */
export const deleteKey: Operation = {
  name: 'DeleteKey',
  action: 'key.destroy',
  run(attempt, params) {
    const id = params.text('keyId');
    const key = attempt.view.key(id);
    if (key === undefined || !isDeleted(key.record, attempt.nowMs)) {
      throw new OperationError('InvalidState', `the deletion of key \`${id}\` is not due`);
    }
    const { record } = key;
    attempt.note.key = { arn: record.arn, id, state: 'PendingDeletion' };
    attempt.note.change = {
      before: {
        keyMaterialIds: record.materials.map((material) => material.id),
        keyState: 'PendingDeletion',
      },
    };
    attempt.write(`key:${id}`, null);
    for (const name of attempt.state.aliasNames.ofKey(id)) {
      // Looked up by its name, so that this is stale if the alias is pointed to another key before the commit.
      attempt.view.alias(record.account, name);
      attempt.write(`alias:${record.account}/${name}`, null);
    }
    // Whatever makes a grant writes the key as well, so that this is stale if there is one more before the commit.
    for (const grant of attempt.state.grants.idsOn(id)) attempt.write(`grant:${grant}`, null);
    return {};
  },
};
