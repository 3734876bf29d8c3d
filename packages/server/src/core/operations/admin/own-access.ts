import type { PrincipalRecord } from '../../identity/index.ts';
import { judge } from '../../policy/index.ts';
import { accessCase } from '../access-case.ts';
import type { Asker } from '../access-question.ts';
import type { Attempt } from '../attempt.ts';
import { callerPolicies } from '../caller-policies.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { storedPrincipal } from '../principal.ts';

/** What callers must keep, to be able to undo what they do to their own policies. */
const UNDOING_PERMISSION = 'keywitness:PutPrincipalPolicy';

/**
 * Refuses to take from callers what they act with, unless they say `force`: nobody might be left to undo it.
 *
 * @throws OperationError `InvalidState`.
 */
export function refuseOwn(isOwn: boolean, params: Params, what: string): void {
  if (!isOwn || params.flag('force')) return;
  throw new OperationError('InvalidState', `this would lock you out: ${what}; pass \`force\` to do it`);
}

/**
 * Refuses a change of the caller's own policies after which the same request could not change them back.
 *
 * @throws OperationError `InvalidState`.
 */
export function refuseLockOut(attempt: Attempt, changed: PrincipalRecord, params: Params): void {
  if (changed.arn !== attempt.principal.record.arn) return;
  const principal = { ...attempt.principal, record: changed, stored: storedPrincipal(changed) };
  const asker = { ...askerOf(attempt), principal };
  const policies = callerPolicies(attempt.view, principal, attempt.place.account);
  const question = { permission: UNDOING_PERMISSION, resource: changed.arn };
  const asked = accessCase(asker, question, policies);
  refuseOwn(!judge(asked.request, asked.policies).allowed, params, 'you could not change your policies back');
}

function askerOf({ nowMs, place, principal, request, state }: Attempt): Asker {
  return { nowMs, place, principal, request, state };
}
