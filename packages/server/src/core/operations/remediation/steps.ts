import type { RevokedSessionsRecord } from '../../identity/index.ts';
import { type GrantRecord, parseKeyName } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { keyForAdministration, requireState, writeKey } from '../kms/index.ts';
import { idOf } from '../principal-records.ts';
import { holdsOf, writeQuarantine } from '../quarantine-holds.ts';
import { splitRegion } from '../regions.ts';
import { adopt, asResponder, responderArn } from '../responder.ts';
import type { PlaybookStep, RemediationRecord } from '../response-records.ts';
import { parseRecord } from '../subjects.ts';
import { principalNamed, type Target, targetOf } from './targets.ts';

/** A principal is never shut out for ever by itself. */
export const QUARANTINE_DEFAULT_MS = 86_400_000;

/** What came of a step. */
export type StepOutcome =
  | {
      readonly kind: 'done';
      /** It was as wanted already. */
      readonly nothingDone: boolean;
      readonly removed?: string | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string };

/** Whether something else than a function call or the end of sessions, which nobody can take back. */
export function canBeUndone({ action }: Pick<PlaybookStep, 'action'>): boolean {
  return action !== 'revoke-sessions' && action !== 'call-function';
}

/** When a step is undone by itself, as far as it says; quarantines always end. */
export function endOf({ action, durationMs }: PlaybookStep, nowMs: number): number | undefined {
  const isQuarantine = action === 'quarantine-principal' || action === 'require-approval';
  const duration = durationMs ?? (isQuarantine ? QUARANTINE_DEFAULT_MS : undefined);
  return duration === undefined || !canBeUndone({ action }) ? undefined : nowMs + duration;
}

/**
 * Does what a remediation says, as the responder in the account of its target, whom policy lets or not. Effects become
 * those of the attempt, and so are committed with its event and the remediation's record, or none of them is.
 *
 * @param effects `without effects`, to find out only what would come of it
 */
export function takeStep(
  attempt: Attempt,
  remediation: RemediationRecord,
  effects: 'with effects' | 'without effects' = 'with effects',
): StepOutcome {
  const target = targetOf(attempt, remediation);
  if (typeof target === 'string') return { kind: 'failed', reason: target };
  const part = asResponder(attempt, target.account, regionOf(remediation));
  try {
    const outcome = take(part, remediation, target);
    adopt(attempt, part, effects);
    return outcome;
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    adopt(attempt, part, 'without effects');
    return { kind: 'failed', reason: error.message };
  }
}

/** The Region of the key that a remediation is about; nothing in the first one. */
function regionOf({ action, target }: RemediationRecord): string | undefined {
  return action === 'disable-key' || action === 'revoke-grant' ? keyOf(target).region : undefined;
}

/** The key whose name a target is, or begins with. */
function keyOf(target: string): ReturnType<typeof splitRegion> {
  return splitRegion(target.split('/')[0] ?? '');
}

function take(part: Attempt, remediation: RemediationRecord, target: Target): StepOutcome {
  switch (remediation.action) {
    case 'disable-credential':
      return disableCredential(part, remediation, target);
    case 'revoke-sessions':
      return revokeSessions(part, target);
    case 'quarantine-principal':
    case 'require-approval':
      return quarantine(part, remediation, target);
    case 'disable-key':
      return disableKey(part, remediation);
    case 'revoke-grant':
      return revokeGrant(part, remediation);
    case 'call-function':
      part.authorize({ permission: 'keywitness:CallFunction', resource: '*' });
      return { kind: 'done', nothingDone: false };
  }
}

function disableCredential(
  part: Attempt,
  { id, target: name }: RemediationRecord,
  target: Target,
): StepOutcome {
  const [holder] = target.principals;
  part.authorize({
    permission: 'keywitness:DisableCredential',
    resource: holder?.arn ?? '*',
    resourceTags: holder?.tags,
  });
  const credential = part.view.credential(name);
  if (credential === undefined || credential.disabled) return { kind: 'done', nothingDone: true };
  part.write(`credential:${name}`, { ...credential, disabled: true, disabledBy: id });
  return { kind: 'done', nothingDone: false };
}

function revokeSessions(part: Attempt, { principals: [principal] }: Target): StepOutcome {
  if (principal === undefined) return { kind: 'done', nothingDone: true };
  part.authorize({
    permission: 'keywitness:RevokeSessions',
    resource: principal.arn,
    resourceTags: principal.tags,
  });
  endSessions(part, idOf(principal));
  return { kind: 'done', nothingDone: false };
}

/** Declares as an effect that all sessions that a principal acted in or got end. */
export function endSessions(attempt: Attempt, principalId: string): void {
  const record: RevokedSessionsRecord = { revokedAtMs: attempt.nowMs };
  attempt.write(`sessions:${principalId}`, record);
}

function quarantine(
  part: Attempt,
  remediation: RemediationRecord,
  { principals: [principal] }: Target,
): StepOutcome {
  if (principal === undefined) return { kind: 'done', nothingDone: true };
  part.authorize({
    permission: 'keywitness:QuarantinePrincipal',
    resource: principal.arn,
    resourceTags: principal.tags,
  });
  const { action, id, incidentId } = remediation;
  const others = holdsOf(part, principal).filter((hold) => hold.id !== id);
  const hold = {
    id,
    incidentId,
    by: responderArn(principal.account),
    reason: `playbook ${remediation.playbookName}`,
    sinceMs: part.nowMs,
    expiresAtMs: endOf(remediation, part.nowMs) ?? part.nowMs + QUARANTINE_DEFAULT_MS,
    unlessApproved: action === 'require-approval',
  };
  writeQuarantine(part, principal, [...others, hold]);
  // What was got before ends with it; who only needs an approval keeps what an approval may let through.
  if (action === 'quarantine-principal') endSessions(part, idOf(principal));
  return { kind: 'done', nothingDone: false };
}

function disableKey(part: Attempt, { id, target }: RemediationRecord): StepOutcome {
  const key = keyForAdministration(part, keyOf(target).name, 'kms:DisableKey');
  requireState(part, key, 'DisableKey');
  if (!key.record.enabled) return { kind: 'done', nothingDone: true };
  writeKey(part, { ...key.record, enabled: false, disabledBy: id });
  return { kind: 'done', nothingDone: false };
}

function revokeGrant(part: Attempt, { target }: RemediationRecord): StepOutcome {
  keyForAdministration(part, keyOf(target).name, 'kms:RevokeGrant', {
    'kms:grantisforawsresource': ['false'],
  });
  const grant = part.view.grant(target)?.record;
  if (grant === undefined) return { kind: 'done', nothingDone: true };
  part.write(`grant:${target}`, null);
  return { kind: 'done', nothingDone: false, removed: JSON.stringify(grant) };
}

/**
 * Gives back what a remediation took, and nothing else: what somebody changed since then stays as they left it.
 *
 * @returns why nothing was given back, in words; `undefined` when it was
 * @throws OperationError when policy does not let the responder.
 */
export function takeBack(attempt: Attempt, remediation: RemediationRecord): string | undefined {
  const { account } = remediation;
  const part = asResponder(attempt, account, regionOf(remediation));
  try {
    part.authorize({ permission: 'keywitness:UndoRemediation', resource: '*' });
    const problem =
      remediation.nothingDone === true ? 'there was nothing to do' : giveBack(part, remediation);
    adopt(attempt, part, 'with effects');
    return problem;
  } catch (error) {
    adopt(attempt, part, 'without effects');
    throw error;
  }
}

const CHANGED = 'somebody changed it since, so it was left as it is';

function giveBack(part: Attempt, remediation: RemediationRecord): string | undefined {
  const { action, id, removed, target } = remediation;
  switch (action) {
    case 'disable-credential': {
      const credential = part.view.credential(target);
      if (credential?.disabledBy !== id || !credential.disabled) return CHANGED;
      part.write(`credential:${target}`, { ...credential, disabled: false, disabledBy: undefined });
      return undefined;
    }
    case 'quarantine-principal':
    case 'require-approval':
      return endHold(part, remediation);
    case 'disable-key': {
      const key = part.view.key(parseKeyName(target))?.record;
      if (key?.disabledBy !== id || key.enabled) return CHANGED;
      writeKey(part, { ...key, enabled: true, disabledBy: undefined });
      return undefined;
    }
    case 'revoke-grant':
      return putGrantBack(part, target, removed);
    case 'revoke-sessions':
    case 'call-function':
      return 'it cannot be taken back';
  }
}

function endHold(part: Attempt, { expiresAtMs, id, target }: RemediationRecord): string | undefined {
  const principal = principalNamed(part, target);
  const holds = principal === undefined ? [] : holdsOf(part, principal);
  const others = holds.filter((hold) => hold.id !== id);
  if (principal === undefined || others.length === holds.length) {
    // A hold that is over keeps nobody from anything, and may have been swept away.
    return (expiresAtMs ?? Infinity) <= part.nowMs ? undefined : CHANGED;
  }
  writeQuarantine(part, principal, others);
  return undefined;
}

function putGrantBack(part: Attempt, name: string, removed: string | undefined): string | undefined {
  const grant = removed === undefined ? undefined : parseRecord<GrantRecord>(removed);
  const key = grant === undefined ? undefined : part.view.key(grant.keyId)?.record;
  if (grant === undefined || key === undefined || part.view.grant(name) !== undefined) return CHANGED;
  part.write(`grant:${name}`, grant);
  // INVARIANT: whatever makes a grant writes its key as well, for the deletion of the key.
  writeKey(part, key);
  return undefined;
}
