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
    const deletionAtMs = attempt.nowMs + days * DAY_MS;
    attempt.note.change = {
      before: { enabled: key.record.enabled },
      after: { deletionDate: new Date(deletionAtMs).toISOString(), keyState: 'PendingDeletion' },
    };
    writeKey(attempt, { ...key.record, enabled: false, deletionAtMs, deletionWindowDays: days });
    return {
      deletionDate: deletionAtMs,
      keyId: key.record.arn,
      keyState: 'PendingDeletion',
      pendingWindowInDays: days,
    };
  },
};

/** The model allows 1 to 365 days, the service 7 to 30; it says so in the words of the model. */
function requireWindow(days: number): void {
  if (days >= WINDOW_DAYS_MIN && days <= WINDOW_DAYS_MAX) return;
  const rule =
    days < WINDOW_DAYS_MIN
      ? `greater than or equal to ${WINDOW_DAYS_MIN}`
      : `less than or equal to ${WINDOW_DAYS_MAX}`;
  throw new OperationError(
    'Validation',
    `1 validation error detected: Value '${days}' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value ${rule}`,
  );
}
