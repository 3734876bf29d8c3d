import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { Replica } from '../replica.ts';
import type { IncidentComment, IncidentRecord, RemediationRecord } from '../response-records.ts';

const COMMENTS_MAX = 100;

/**
 * Finds the incident that a person's act is about, after asking whether they may.
 *
 * @throws OperationError `AccessDenied` or `NotFound`.
 */
export function requireIncident(attempt: Attempt, params: Params, permission: string): IncidentRecord {
  const id = params.text('incidentId');
  attempt.note.parameters = { ...attempt.note.parameters, incident: id };
  authorizeOnRecord(attempt, permission);
  const record = attempt.view.incident(id);
  if (record !== undefined) return record;
  throw new OperationError('NotFound', `there is no incident \`${id}\``);
}

/**
 * Declares what a person made of an incident as an effect, with what they did among its comments, and notes the change.
 * Answers it as it is shown.
 */
export function changeIncident(
  attempt: Attempt,
  before: IncidentRecord,
  change: Partial<IncidentRecord>,
  deed: string,
): Result {
  const comment = { atMs: attempt.nowMs, by: attempt.caller.principalArn, text: deed };
  const after = { ...withComment(before, comment), ...change, updatedAtMs: attempt.nowMs };
  attempt.note.change = { before: noteHandling(before), after: noteHandling(after) };
  attempt.write(`incident:${after.id}`, after);
  return describeIncident(after, attempt.view.peek);
}

/** With one more comment; of more than the incident keeps, the oldest goes: the log has it. */
export function withComment(record: IncidentRecord, comment: IncidentComment): IncidentRecord {
  return { ...record, comments: [...record.comments, comment].slice(-COMMENTS_MAX) };
}

function noteHandling({ assignee, disposition, status }: IncidentRecord): EventParameters {
  return { assignee, disposition, status };
}

/** An incident as lists show it. */
export function summarizeIncident(record: IncidentRecord): Result {
  return {
    incidentId: record.id,
    rule: record.ruleName,
    ruleTitle: record.ruleTitle,
    ruleSha256: record.ruleSha256,
    level: record.level,
    status: record.status,
    entity: record.entity,
    summary: record.summary,
    openedAt: record.openedAtMs,
    updatedAt: record.updatedAtMs,
    lastSeenAt: record.lastSeenMs,
    count: record.count,
    assignee: record.assignee,
    disposition: record.disposition,
    resolvedAt: record.resolvedAtMs,
    suppressedBy: record.suppressedBy,
  };
}

/** An incident with what it rests on, what was said, and what was done about it. */
export function describeIncident(record: IncidentRecord, { remediations }: Replica): Result {
  return {
    ...summarizeIncident(record),
    events: record.events.map(({ id, index, timeMs }) => ({ eventId: id, index, time: timeMs })),
    comments: record.comments.map(({ atMs, by, text }) => ({ at: atMs, by, text })),
    remediations: [...remediations.values()]
      .filter(({ incidentId }) => incidentId === record.id)
      .toSorted((a, b) => a.createdAtMs - b.createdAtMs || a.step - b.step)
      .map(describeRemediation),
  };
}

function describeRemediation(record: RemediationRecord): Result {
  return {
    remediationId: record.id,
    playbook: record.playbookName,
    step: record.step,
    action: record.action,
    target: record.target,
    status: record.status,
    reason: record.reason,
    createdAt: record.createdAtMs,
    updatedAt: record.updatedAtMs,
    approvedBy: record.approvals.map(({ arn }) => arn),
    expiresAt: record.expiresAtMs,
  };
}
