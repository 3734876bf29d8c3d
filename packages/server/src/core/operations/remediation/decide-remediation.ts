import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import type { RemediationRecord } from '../response-records.ts';
import { approvalsNeeded, isProtected } from './guard-rails.ts';
import { personOf, refuseConcerned, requireRemediation, writeRemediation } from './remediations.ts';
import { canBeUndone, takeBack } from './steps.ts';
import { targetOf } from './targets.ts';

/**
 * `ApproveRemediation`: lets a proposed or failed step be run. From the two-person level on it takes two people; nobody
 * approves twice, nor what is about themselves.
 */
export const approveRemediation: Operation = {
  name: 'ApproveRemediation',
  action: 'remediation.approve',
  run(attempt, params) {
    const record = requireRemediation(attempt, params, 'ApproveRemediation');
    requireStatus(record, ['proposed', 'failed']);
    refuseConcerned(attempt, record);
    const target = targetOf(attempt, record);
    if (typeof target === 'string') throw new OperationError('InvalidState', target);
    if (isProtected(attempt, target)) {
      throw new OperationError('InvalidState', `\`${record.target}\` is protected from remediation`);
    }
    const person = personOf(attempt.principal);
    const earlier = record.status === 'failed' ? [] : record.approvals;
    if (earlier.some((approval) => approval.person === person)) {
      throw new OperationError('InvalidState', 'you have approved this already: it takes somebody else');
    }
    const approvals = [...earlier, { arn: attempt.principal.arn, atMs: attempt.nowMs, person }];
    const missing = approvalsNeeded(attempt, record.level) - approvals.length;
    return writeRemediation(attempt, record, {
      ...record,
      approvals,
      status: missing > 0 ? 'proposed' : 'approved',
      reason: missing > 0 ? 'one more person must approve' : undefined,
    });
  },
};

/** `RefuseRemediation`: what was proposed or approved is not run. */
export const refuseRemediation: Operation = {
  name: 'RefuseRemediation',
  action: 'remediation.refuse',
  run(attempt, params) {
    const record = requireRemediation(attempt, params, 'RefuseRemediation');
    requireStatus(record, ['proposed', 'approved']);
    refuseConcerned(attempt, record);
    const reason = clip(params.optionalText('reason') ?? '');
    const told = reason === '' ? `refused by ${attempt.principal.arn}` : reason;
    return writeRemediation(attempt, record, { ...record, status: 'refused', reason: told });
  },
};

/** `UndoRemediation`: gives back what a step took, unless somebody changed it since. */
export const undoRemediation: Operation = {
  name: 'UndoRemediation',
  action: 'remediation.undo',
  run(attempt, params) {
    const record = requireRemediation(attempt, params, 'UndoRemediation');
    requireStatus(record, ['done']);
    refuseConcerned(attempt, record);
    return end(attempt, record, 'undone');
  },
};

/** After so long what could not be taken back is tried again. */
const EXPIRY_RETRY_MS = 3_600_000;

/**
 * `ExpireRemediation`: the service's own act when the time of a step is over. If policy does not let the responder take it
 * back, the record says so, and it is tried again later.
 */
export const expireRemediation: Operation = {
  name: 'ExpireRemediation',
  action: 'remediation.expire',
  run(attempt, params) {
    const id = params.text('remediationId');
    const record = attempt.view.remediation(id);
    const isDue = record?.status === 'done' && (record.expiresAtMs ?? Infinity) <= attempt.nowMs;
    if (record === undefined || !isDue) {
      throw new OperationError('InvalidState', `the remediation \`${id}\` is not due to end`);
    }
    try {
      return end(attempt, record, 'expired');
    } catch (error) {
      if (!(error instanceof OperationError)) throw error;
      const reason = `its time is over, and it could not be taken back: ${error.message}`;
      const expiresAtMs = attempt.nowMs + EXPIRY_RETRY_MS;
      return writeRemediation(attempt, record, { ...record, expiresAtMs, reason });
    }
  },
};

function end(attempt: Attempt, record: RemediationRecord, status: 'undone' | 'expired'): Result {
  if (!canBeUndone(record)) {
    throw new OperationError('InvalidState', `the action \`${record.action}\` cannot be taken back`);
  }
  const reason = takeBack(attempt, record);
  const ended = { ...record, status, reason, expiresAtMs: undefined, removed: undefined };
  return writeRemediation(attempt, record, ended);
}

function requireStatus(
  { id, status }: RemediationRecord,
  wanted: readonly RemediationRecord['status'][],
): void {
  if (wanted.includes(status)) return;
  throw new OperationError(
    'InvalidState',
    `the remediation \`${id}\` is ${status}, not ${wanted.join(' or ')}`,
  );
}
