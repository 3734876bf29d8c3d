import type { Attempt } from '../attempt.ts';
import { newUniqueId } from '../bootstrap.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { SuppressionRecord } from '../response-records.ts';
import { instant, refuseImmutable, requireRule, type RuleBook } from '../rules/index.ts';
import { describeSuppression, noteSuppression } from './known-suppressions.ts';

const DAYS_MAX = 90;
const SUPPRESSIONS_MAX = 1000;
const DAY_MS = 86_400_000;

/** `CreateSuppression`: for a while nobody is told of what a rule finds about an entity. It is on the record all the same. */
export function createSuppressionIn(book: RuleBook): Operation {
  return {
    name: 'CreateSuppression',
    action: 'suppression.create',
    run(attempt, params) {
      const ruleName = params.text('rule');
      const expiresAtMs = params.number('expiresAtMs');
      attempt.note.parameters = { rule: ruleName };
      authorizeOnRecord(attempt, 'keywitness:CreateSuppression');
      refuseImmutable(ruleName);
      requireRule(attempt, book, ruleName);
      requireNear(attempt, expiresAtMs);
      requireRoom(attempt);
      const record: SuppressionRecord = {
        id: newUniqueId('sup-', attempt.entropy).toLowerCase(),
        ruleName,
        entity: params.textMap('entity') ?? {},
        reason: params.text('reason'),
        createdAtMs: attempt.nowMs,
        createdBy: attempt.caller.principalArn,
        expiresAtMs,
      };
      attempt.note.change = { after: noteSuppression(record) };
      attempt.write(`suppression:${record.id}`, record);
      return describeSuppression(record);
    },
  };
}

function requireNear({ nowMs }: Attempt, expiresAtMs: number): void {
  if (expiresAtMs > nowMs && expiresAtMs <= nowMs + DAYS_MAX * DAY_MS) return;
  const message = `a suppression ends in the future and within ${DAYS_MAX} days, so before ${instant(nowMs + DAYS_MAX * DAY_MS) ?? ''}`;
  throw new OperationError('InvalidInput', message);
}

function requireRoom({ view }: Attempt): void {
  if (view.peek.suppressions.size < SUPPRESSIONS_MAX) return;
  throw new OperationError('LimitExceeded', `there are at most ${SUPPRESSIONS_MAX} suppressions`);
}
