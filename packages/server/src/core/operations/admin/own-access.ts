import type { PrincipalRecord } from '../../identity/index.ts';
import { compileStoredPolicy, judge } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { conditionLookup } from '../conditions.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

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
  const identity = changed.policies.map(({ name, document }) =>
    compileStoredPolicy(document, 'identity', name),
  );
  const question = { permission: UNDOING_PERMISSION, resource: changed.arn };
  const decision = judge(
    {
      action: question.permission,
      resource: question.resource,
      principal: { arn: changed.arn, account: changed.account },
      resourceAccount: attempt.place.account,
      conditions: conditionLookup(attempt, question),
    },
    { identity },
  );
  refuseOwn(!decision.allowed, params, 'you could not change your policies back');
}
