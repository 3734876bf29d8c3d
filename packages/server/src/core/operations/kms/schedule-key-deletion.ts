import { type KeyRecord, keyState, multiRegionType } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration, writeKey } from './change-key.ts';
import { requireState } from './key-states.ts';

const WINDOW_DAYS_MIN = 7;
const WINDOW_DAYS_MAX = 30;
const DAY_MS = 86_400_000;

/** `ScheduleKeyDeletion`: the key stops working now, and is destroyed when the window of 7 to 30 days ends. */
export const scheduleKeyDeletion: Operation = {
  name: 'ScheduleKeyDeletion',
  action: 'key.schedule-deletion',
  run(attempt, params) {
    const days = params.optionalNumber('pendingWindowInDays') ?? WINDOW_DAYS_MAX;
    attempt.note.parameters = { pendingWindowInDays: days };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ScheduleKeyDeletion', {
      'kms:schedulekeydeletionpendingwindowindays': [String(days)],
    });
    requireWindow(days);
    requireState(attempt, key, 'ScheduleKeyDeletion');
    const doomed = { ...key.record, enabled: false, deletionWindowDays: days };
    const deletionAtMs = waitsForReplicas(key.record) ? undefined : deletionTime(attempt.nowMs, days);
    const scheduled = deletionAtMs === undefined ? doomed : { ...doomed, deletionAtMs };
    const state = keyState(scheduled, attempt.nowMs);
    attempt.note.change = {
      before: { enabled: key.record.enabled },
      after: {
        deletionDate: deletionAtMs === undefined ? undefined : new Date(deletionAtMs).toISOString(),
        keyState: state,
      },
    };
    writeKey(attempt, scheduled);
    return {
      deletionDate: deletionAtMs,
      keyId: key.record.arn,
      keyState: state,
      pendingWindowInDays: days,
    };
  },
};

/** A primary key goes last: its window begins when the last of its replicas is gone. */
function waitsForReplicas(record: KeyRecord): boolean {
  return multiRegionType(record) === 'PRIMARY' && (record.multiRegion?.replicaRegions.length ?? 0) > 0;
}

/** When a window of so many days ends that begins now, milliseconds since the epoch. */
export function deletionTime(nowMs: number, windowDays: number): number {
  return nowMs + windowDays * DAY_MS;
}

/** @throws OperationError `Validation`, in AWS's words: the model allows 1 to 365 days, the service 7 to 30. */
function requireWindow(days: number): void {
  if (days >= WINDOW_DAYS_MIN && days <= WINDOW_DAYS_MAX) return;
  const message = `PendingWindowInDays must be between ${WINDOW_DAYS_MIN} and ${WINDOW_DAYS_MAX}`;
  throw new OperationError('Validation', message);
}
