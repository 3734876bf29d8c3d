import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import { responderCaller } from '../responder.ts';
import type { RemediationRecord } from '../response-records.ts';
import { countStep, isProtected, whyNotByItself } from './guard-rails.ts';
import {
  describeRemediation,
  knownRemediation,
  noteRemediation,
  refuseConcerned,
  requireRemediation,
  writeRemediation,
} from './remediations.ts';
import { endOf, takeStep } from './steps.ts';
import { targetOf } from './targets.ts';

/**
 * `RunRemediation`: does what was approved; by itself also what a playbook in mode `act` proposed, within the guard
 * rails. Whatever calls it, the guard rails are decided here, on the state that the commit is checked against (G5). What
 * was run already is not run again.
 */
export const runRemediation: Operation = {
  name: 'RunRemediation',
  action: 'remediation.run',
  run(attempt, params) {
    if (attempt.caller === responderCaller) {
      noteRemediation(attempt, params);
      return runByItself(attempt, knownRemediation(attempt, params));
    }
    const record = requireRemediation(attempt, params, 'RunRemediation');
    refuseConcerned(attempt, record);
    if (record.status === 'done' || record.status === 'calling') return describeRemediation(record);
    if (record.status === 'approved') return runNow(attempt, record);
    throw new OperationError(
      'InvalidState',
      `the remediation \`${record.id}\` is ${record.status}, not approved`,
    );
  },
};

function runByItself(attempt: Attempt, record: RemediationRecord): Result {
  if (record.status === 'approved') return runNow(attempt, record);
  if (record.status !== 'proposed') return describeRemediation(record);
  const { view } = attempt;
  const reason = whyNotByItself(
    attempt,
    view.playbook(record.playbookName),
    view.incident(record.incidentId),
  );
  if (reason === undefined) {
    countStep(attempt);
    return runNow(attempt, record);
  }
  if (reason === record.reason) return describeRemediation(record);
  return writeRemediation(attempt, record, { ...record, reason });
}

function runNow(attempt: Attempt, record: RemediationRecord): Result {
  const target = targetOf(attempt, record);
  if (typeof target !== 'string' && isProtected(attempt, target)) {
    return writeRemediation(attempt, record, {
      ...record,
      status: 'refused',
      reason: 'it is protected from remediation',
    });
  }
  const outcome = takeStep(attempt, record);
  if (outcome.kind === 'failed') {
    return writeRemediation(attempt, record, { ...record, status: 'failed', reason: outcome.reason });
  }
  return writeRemediation(attempt, record, {
    ...record,
    status: record.action === 'call-function' ? 'calling' : 'done',
    reason: undefined,
    nothingDone: outcome.nothingDone ? true : undefined,
    removed: outcome.removed,
    expiresAtMs: endOf(record, attempt.nowMs),
  });
}
