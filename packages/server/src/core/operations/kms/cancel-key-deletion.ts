import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';

/** `CancelKeyDeletion`: the key comes back, disabled. */
export const cancelKeyDeletion: Operation = {
  name: 'CancelKeyDeletion',
  action: 'key.cancel-deletion',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:CancelKeyDeletion');
    const { deletionAtMs, deletionWindowDays: _days, ...record } = key.record;
    if (deletionAtMs === undefined) {
      throw new OperationError('InvalidState', `${record.arn} is not pending deletion.`);
    }
    attempt.note.change = {
      before: { deletionDate: new Date(deletionAtMs).toISOString(), keyState: 'PendingDeletion' },
      after: { keyState: 'Disabled' },
    };
    writeKey(attempt, { ...record, enabled: false });
    return { keyId: record.arn };
  },
};
