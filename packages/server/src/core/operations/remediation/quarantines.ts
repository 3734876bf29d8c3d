import type { PrincipalRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { refuseOwn } from '../admin/index.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import { pageOf } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { BY_HAND, holdInForce } from '../quarantine.ts';
import { holdsAt, holdsOf, writeQuarantine } from '../quarantine-holds.ts';
import type { QuarantineHold, QuarantineRecord } from '../response-records.ts';
import { requirePrincipalByArn } from '../sts/index.ts';
import { isOneOf } from './remediations.ts';
import { endSessions, QUARANTINE_DEFAULT_MS } from './steps.ts';

const LIMIT_DEFAULT = 100;

/**
 * `QuarantinePrincipal`: once it is answered, a user or role of the caller's account is kept from everything until the
 * time is over, in every session and with every credential and certificate, whatever policies allow; its sessions end,
 * and those that were got with them (G5).
 */
export const quarantinePrincipal: Operation = {
  name: 'QuarantinePrincipal',
  action: 'principal.quarantine',
  run(attempt, params) {
    const { arn, id, record } = requirePrincipalByArn(
      attempt,
      params.text('principalArn'),
      'keywitness:QuarantinePrincipal',
    );
    refuseOwn(record.arn === attempt.principal.record.arn, params, 'you are this principal');
    const hold: QuarantineHold = {
      id: BY_HAND,
      incidentId: params.optionalText('incidentId'),
      by: attempt.principal.arn,
      reason: clip(params.optionalText('reason') ?? ''),
      sinceMs: attempt.nowMs,
      expiresAtMs: attempt.nowMs + durationOf(params),
      unlessApproved: params.flag('unlessApproved'),
    };
    const holds = holdsOf(attempt, record);
    if (holdsAt({ holds }, attempt.nowMs).some((one) => one.id === BY_HAND)) {
      refuseQuarantined(attempt, record);
    }
    const others = holds.filter((other) => other.id !== BY_HAND);
    attempt.note.change = {
      after: {
        incident: hold.incidentId,
        principal: arn,
        reason: hold.reason === '' ? undefined : hold.reason,
        unlessApproved: hold.unlessApproved,
        until: new Date(hold.expiresAtMs).toISOString(),
      },
    };
    writeQuarantine(attempt, record, [...others, hold]);
    if (!hold.unlessApproved) endSessions(attempt, id);
    return { principalArn: arn, ...describeHold(hold) };
  },
};

/** `ReleasePrincipal`: ends a quarantine, by whomever it was put. Sessions that ended with it stay ended. */
export const releasePrincipal: Operation = {
  name: 'ReleasePrincipal',
  action: 'principal.release',
  run(attempt, params) {
    const asked = params.text('principalArn');
    const { arn, record } = requirePrincipalByArn(attempt, asked, 'keywitness:ReleasePrincipal');
    const holds = holdsOf(attempt, record);
    const current = holdsAt({ holds }, attempt.nowMs);
    if (current.length === 0) throw new OperationError('InvalidState', `\`${arn}\` is under no quarantine`);
    refuseQuarantined(attempt, record);
    attempt.note.change = { before: { holds: current.map(({ id }) => id), principal: arn } };
    writeQuarantine(attempt, record, []);
    return {};
  },
};

/** `ListQuarantines`: of principals of the caller's account, as far as they are not over; sorted by principal. */
export const listQuarantines: Operation = {
  name: 'ListQuarantines',
  action: 'principal.list-quarantines',
  run(attempt, params) {
    attempt.authorize({ permission: 'keywitness:ListQuarantines', resource: '*' });
    const { principals, quarantines: all } = attempt.view.peek;
    const own = [...all].filter(([id, { principalUniqueId }]) => {
      const record = principals.get(id)?.record;
      return record?.account === attempt.account && record.uniqueId === principalUniqueId;
    });
    const inForce = new Map(own.filter(([, record]) => holdInForce(record, attempt.nowMs) !== undefined));
    const page = pageOf([...inForce.keys()].sort(), params, LIMIT_DEFAULT);
    const quarantines = page.names.flatMap((id) => {
      const record = inForce.get(id);
      return record === undefined ? [] : holdsAt(record, attempt.nowMs).map((hold) => describe(record, hold));
    });
    return { quarantines, next: page.nextMarker };
  },
};

/** `ExpireQuarantine`: the service's own act: a record that keeps nobody from anything any more leaves the state. */
export const expireQuarantine: Operation = {
  name: 'ExpireQuarantine',
  action: 'principal.quarantine-over',
  run(attempt, params) {
    const id = params.text('principalId');
    const record = attempt.view.quarantine(id);
    if (record === undefined || holdInForce(record, attempt.nowMs) !== undefined) {
      throw new OperationError('InvalidState', `no quarantine of \`${id}\` is over`);
    }
    attempt.note.change = { before: { principal: record.principalArn } };
    attempt.write(`quarantine:${id}`, null);
    return {};
  },
};

/**
 * Refuses whom a quarantine is about: not all of their sessions end with one that an approval opens.
 *
 * @throws OperationError `InvalidState`.
 */
function refuseQuarantined({ principal }: Attempt, { arn, uniqueId }: PrincipalRecord): void {
  if (!isOneOf(principal, [uniqueId])) return;
  throw new OperationError('InvalidState', `\`${arn}\` is you, so others decide about its quarantine`);
}

function durationOf(params: Params): number {
  const seconds = params.optionalNumber('durationSeconds');
  return seconds === undefined ? QUARANTINE_DEFAULT_MS : seconds * 1000;
}

function describe({ principalArn }: QuarantineRecord, hold: QuarantineHold): Result {
  return { principalArn, ...describeHold(hold) };
}

function describeHold({ expiresAtMs, sinceMs, ...hold }: QuarantineHold): Result {
  return { ...hold, since: sinceMs, expiresAt: expiresAtMs };
}
