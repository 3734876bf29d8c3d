import { keyState, parseKeyName } from '../../keys/index.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { writeKey } from './change-key.ts';
import { isOverdue } from './rotation.ts';

/**
 * The service's own act when a key's rotation is more than a day late, because the key is disabled or the rotation
 * fails: said once for each rotation. Nothing but the scheduler calls it.
 */
export const reportRotationOverdue: Operation = {
  name: 'ReportRotationOverdue',
  action: 'service.rotation-overdue',
  run(attempt, params) {
    const name = parseKeyName(params.text('keyId'));
    const record = attempt.view.key(name)?.record;
    const rotation = record?.rotation;
    if (record === undefined || rotation === undefined || !isOverdue(record, attempt.nowMs)) {
      throw new OperationError('InvalidState', `the rotation of key \`${name}\` is not overdue`);
    }
    attempt.note.key = { arn: record.arn, id: record.id, state: keyState(record, attempt.nowMs) };
    attempt.note.parameters = {
      nextRotationDate: new Date(rotation.nextAtMs).toISOString(),
      rotationPeriodInDays: rotation.periodDays,
    };
    writeKey(attempt, { ...record, rotation: { ...rotation, overdueAtMs: attempt.nowMs } });
    return {};
  },
};
