import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { SuppressionRecord } from '../response-records.ts';
import { describeSuppression, hasEnded, noteSuppression } from './known-suppressions.ts';

/** `DeleteSuppression`: from now on people are told again. */
export const deleteSuppression: Operation = {
  name: 'DeleteSuppression',
  action: 'suppression.delete',
  run(attempt, params) {
    const id = params.text('suppressionId');
    attempt.note.parameters = { suppression: id };
    authorizeOnRecord(attempt, 'keywitness:DeleteSuppression');
    const record = requireSuppression(attempt, id);
    remove(attempt, record);
    return describeSuppression(record);
  },
};

/**
 * The service's own act at the end of a suppression, which means nothing since that instant. Nothing but the scheduler
 * calls it.
 */
export const expireSuppression: Operation = {
  name: 'ExpireSuppression',
  action: 'suppression.expire',
  run(attempt, params) {
    const id = params.text('suppressionId');
    attempt.note.parameters = { suppression: id };
    const record = requireSuppression(attempt, id);
    if (!hasEnded(record, attempt.nowMs)) {
      throw new OperationError('InvalidState', `the suppression \`${id}\` has not ended`);
    }
    remove(attempt, record);
    return {};
  },
};

function requireSuppression(attempt: Attempt, id: string): SuppressionRecord {
  const record = attempt.view.suppression(id);
  if (record !== undefined) return record;
  throw new OperationError('NotFound', `there is no suppression \`${id}\``);
}

function remove(attempt: Attempt, record: SuppressionRecord): void {
  attempt.note.change = { before: noteSuppression(record) };
  attempt.write(`suppression:${record.id}`, null);
}
