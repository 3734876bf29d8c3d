import type { RevokedSessionRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { SESSION_SECONDS_MAX } from './session-duration.ts';
import { requirePrincipalByArn } from './session-principal.ts';

const PERMISSION = 'keywitness:RevokeSession';
/** Principals of one account that one access key id is revoked for by name. */
const SCOPES_MAX = 10;
/** Records of no more use that one revocation takes away. */
const SWEEP_MAX = 100;

/**
 * `RevokeSession`: ends one session, and every session that was got with it, from the moment this is answered (G5).
 * Nothing is known here of a session but its access key id, so it is revoked for the principal that the request names,
 * or for all of the caller's account.
 */
export const revokeSession: Operation = {
  name: 'RevokeSession',
  action: 'session.revoke',
  run(attempt, params) {
    const accessKeyId = params.text('accessKeyId');
    attempt.note.parameters = { accessKeyId };
    const { account, scope } = authorizedScope(attempt, params);
    if (!accessKeyId.startsWith('ASIA')) {
      throw new OperationError(
        'InvalidInput',
        'this is no access key id of a session, which begins with `ASIA`',
      );
    }
    const record = recordRevocation(attempt, accessKeyId, scope, account);
    return { accessKeyId, expiresAt: record.expiresAtMs, revokedAt: record.revokedAtMs };
  },
};

/**
 * Revokes a session for a principal, or for the whole account.
 *
 * @throws OperationError `LimitExceeded` when too many principals are named already.
 */
export function recordRevocation(
  attempt: Attempt,
  accessKeyId: string,
  scope: string,
  account: string,
): RevokedSessionRecord {
  const record: RevokedSessionRecord = {
    accessKeyId,
    revokedAtMs: attempt.nowMs,
    expiresAtMs: attempt.nowMs + SESSION_SECONDS_MAX * 1000,
    scopes: scopesWith(attempt.view.revokedSession(accessKeyId)?.scopes ?? [], scope, account),
  };
  sweep(attempt, accessKeyId);
  attempt.note.change = { after: { accessKeyId, scope } };
  attempt.write(`session:${accessKeyId}`, record);
  return record;
}

function authorizedScope(
  attempt: Attempt,
  params: Params,
): { readonly account: string; readonly scope: string } {
  const principalArn = params.optionalText('principalArn');
  if (principalArn !== undefined) {
    const { account, id } = requirePrincipalByArn(attempt, principalArn, PERMISSION);
    return { account, scope: id };
  }
  attempt.authorize({ permission: PERMISSION, resource: '*' });
  return { account: attempt.account, scope: attempt.account };
}

/** What others have revoked stays revoked. Whoever speaks for an account need not name its principals any more. */
function scopesWith(known: readonly string[], added: string, account: string): readonly string[] {
  if (known.includes(added) || known.includes(account)) return known;
  const named = known.filter((scope) => scope.startsWith(`arn:aws:iam::${account}:`));
  if (added === account) return [...known.filter((scope) => !named.includes(scope)), added];
  if (named.length < SCOPES_MAX) return [...known, added];
  throw new OperationError('LimitExceeded', 'revoke this session without naming a principal');
}

/** Takes away records of sessions that have ended by themselves by now. */
function sweep(attempt: Attempt, accessKeyId: string): void {
  let swept = 0;
  for (const { accessKeyId: id, expiresAtMs } of attempt.view.peek.revokedSessions.values()) {
    if (swept === SWEEP_MAX) return;
    if (expiresAtMs > attempt.nowMs || id === accessKeyId) continue;
    // Read by name: somebody may be revoking it again.
    attempt.view.revokedSession(id);
    attempt.write(`session:${id}`, null);
    swept += 1;
  }
}
