import { sha256Parts } from '../../crypto/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';
import type { Principal } from '../principal.ts';
import { authorizeOnRecord } from '../record-access.ts';
import type { RemediationRecord } from '../response-records.ts';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ID_LETTERS = 26;

/** The same step about the same incident has the same id, so it is never taken twice (`spec/remediation.md`, "identity"). */
export function remediationId(incidentId: string, playbookName: string, step: number): string {
  const digest = sha256Parts([Buffer.from(JSON.stringify([incidentId, playbookName, step]), 'utf8')]);
  let bits = '';
  for (const byte of digest) bits += byte.toString(2).padStart(8, '0');
  let letters = '';
  for (let at = 0; at < ID_LETTERS; at += 1) {
    letters += BASE32.charAt(Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2));
  }
  return `rem-${letters}`;
}

/** Asks whether a person may do this to how the service responds: it belongs to the account that owns the record. */
export function authorizeResponse(attempt: Attempt, permission: string): void {
  authorizeOnRecord(attempt, `keywitness:${permission}`);
}

/**
 * Finds the remediation that a person wants to do something about, and asks policy.
 *
 * @throws OperationError `AccessDenied` or `NotFound`.
 */
export function requireRemediation(attempt: Attempt, params: Params, permission: string): RemediationRecord {
  noteRemediation(attempt, params);
  authorizeResponse(attempt, permission);
  return knownRemediation(attempt, params);
}

/** Notes which remediation is meant. */
export function noteRemediation(attempt: Attempt, params: Params): void {
  attempt.note.parameters = { ...attempt.note.parameters, remediation: params.text('remediationId') };
}

/** @throws OperationError `NotFound`. */
export function knownRemediation(attempt: Attempt, params: Params): RemediationRecord {
  const id = params.text('remediationId');
  const record = attempt.view.remediation(id);
  if (record === undefined) throw new OperationError('NotFound', `there is no remediation \`${id}\``);
  return record;
}

/**
 * Refuses whom a remediation is about, in any session and by any role: nobody judges what is done about themselves.
 *
 * @throws OperationError `InvalidState`.
 */
export function refuseConcerned({ principal }: Attempt, { about, id }: RemediationRecord): void {
  if (!isOneOf(principal, about)) return;
  throw new OperationError(
    'InvalidState',
    `the remediation \`${id}\` is about you, so others decide about it`,
  );
}

/** Whether somebody is, or got their session as, a principal of one of these unique ids, or is such a person. */
export function isOneOf(principal: Principal, uniqueIds: readonly string[]): boolean {
  const { record, session } = principal;
  const parents = (session?.parents ?? []).map(({ principalUniqueId }) => principalUniqueId);
  return [record.uniqueId, personOf(principal), ...parents].some(
    (id) => id !== undefined && uniqueIds.includes(id),
  );
}

/**
 * The person behind a principal, the same in all sessions: whoever an identity provider vouched for, or whoever's own
 * credentials the first session was got with.
 */
export function personOf({ record, session }: Principal): string {
  const { federation, parents = [] } = session ?? {};
  if (federation !== undefined) return personText(federation);
  return parents[0]?.principalUniqueId ?? record.uniqueId;
}

/** A person whom an identity provider vouched for. */
export function personText({
  issuer,
  subject,
}: {
  readonly issuer: string;
  readonly subject: string;
}): string {
  return `${issuer}#${subject}`;
}

/** Declares the remediation's new record as an effect, and tells the record of the change. */
export function writeRemediation(
  attempt: Attempt,
  before: RemediationRecord | undefined,
  after: RemediationRecord,
): Result {
  const record = { ...after, updatedAtMs: attempt.nowMs };
  attempt.note.parameters = { ...attempt.note.parameters, remediation: record.id };
  attempt.note.change = {
    ...(before === undefined ? {} : { before: { status: before.status } }),
    after: {
      action: record.action,
      incident: record.incidentId,
      level: record.level,
      nothingDone: record.nothingDone,
      outcome: record.outcome,
      playbook: record.playbookName,
      reason: record.reason,
      status: record.status,
      step: record.step,
      target: record.target,
      until: record.expiresAtMs === undefined ? undefined : new Date(record.expiresAtMs).toISOString(),
    },
  };
  attempt.write(`remediation:${record.id}`, record);
  return describeRemediation(record);
}

/** A remediation as it is shown. */
export function describeRemediation(record: RemediationRecord): Result {
  return {
    id: record.id,
    incidentId: record.incidentId,
    level: record.level,
    playbook: record.playbookName,
    step: record.step,
    action: record.action,
    target: record.target,
    status: record.status,
    reason: record.reason,
    outcome: record.outcome,
    nothingDone: record.nothingDone,
    createdAt: record.createdAtMs,
    updatedAt: record.updatedAtMs,
    expiresAt: record.expiresAtMs,
    approvedBy: record.approvals.map(({ arn }) => arn),
  };
}
