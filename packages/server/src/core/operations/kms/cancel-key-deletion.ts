import { type KeyRecord, keyState } from '../../keys/index.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';

/** `CancelKeyDeletion`: the key comes back, disabled. */
export const cancelKeyDeletion: Operation = {
  name: 'CancelKeyDeletion',
  action: 'key.cancel-deletion',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:CancelKeyDeletion');
    requireState(attempt, key, 'CancelKeyDeletion');
    const { record } = key;
    // Members that are undefined are not written: the record has no deletion any more.
    const rescued = { ...record, deletionAtMs: undefined, deletionWindowDays: undefined, enabled: false };
    attempt.note.change = {
      before: { deletionDate: deletionDate(record), keyState: keyState(record, attempt.nowMs) },
      after: { keyState: 'Disabled' },
    };
    writeKey(attempt, rescued);
    return { keyId: record.arn };
  },
};

/** None yet while the key waits for its replicas to go first. */
function deletionDate({ deletionAtMs }: KeyRecord): string | undefined {
  return deletionAtMs === undefined ? undefined : new Date(deletionAtMs).toISOString();
}
