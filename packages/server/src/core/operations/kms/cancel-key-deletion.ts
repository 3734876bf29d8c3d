import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';

/** `CancelKeyDeletion`: the key comes back, disabled. */
export const cancelKeyDeletion: Operation = {
  name: 'CancelKeyDeletion',
  action: 'key.cancel-deletion',
  run(attempt, params) {
    const { record } = keyForAdministration(attempt, params.text('keyId'), 'kms:CancelKeyDeletion');
    if (record.deletionAtMs === undefined) {
      throw new OperationError('InvalidState', `${record.arn} is not pending deletion.`);
    }
    attempt.note.change = {
      before: { deletionDate: new Date(record.deletionAtMs).toISOString(), keyState: 'PendingDeletion' },
      after: { keyState: 'Disabled' },
    };
    // Members that are undefined are not written: the record has no deletion any more.
    const scheduled = { deletionAtMs: undefined, deletionWindowDays: undefined };
    attempt.write(`key:${record.id}`, { ...record, ...scheduled, enabled: false });
    return { keyId: record.arn };
  },
};
