import { identityArn, principalId, type PrincipalRecord, type UserRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';

/**
 * The user or service with this name in the caller's account, and its ARN, also when there is none. Users and services
 * share one name space, and IAM's form for users: it is what key policies accept as a principal.
 */
export function findUser(
  attempt: Attempt,
  name: string,
): { readonly arn: string; readonly record: UserRecord | undefined } {
  const record = attempt.view.principal(principalId(attempt.account, 'user', name))?.record;
  if (record === undefined || record.type === 'role') {
    return { arn: identityArn(attempt.account, 'user', '/', name), record: undefined };
  }
  return { arn: record.arn, record };
}

/**
 * Finds the principal that an operation is about, notes it, and asks policy.
 *
 * @throws OperationError when the answer is no, or when there is no such principal.
 */
export function requirePrincipal(attempt: Attempt, params: Params, permission: string): UserRecord {
  const name = params.text('principalName');
  const { arn, record } = findUser(attempt, name);
  attempt.note.parameters = { ...attempt.note.parameters, principal: arn };
  attempt.authorize({ permission, resource: arn, resourceTags: record?.tags });
  if (record === undefined) throw new OperationError('NotFound', `there is no principal \`${name}\``);
  return record;
}

/** A principal as lists show it. */
export function summarizePrincipal(record: PrincipalRecord): Result {
  return {
    arn: record.arn,
    createdAt: record.createdAtMs,
    disabled: record.disabled,
    name: record.name,
    policyNames: record.policies.map((policy) => policy.name),
    type: record.type,
    uniqueId: record.uniqueId,
  };
}

/** A principal with its policies. */
export function describePrincipal(record: PrincipalRecord): Result {
  return {
    ...summarizePrincipal(record),
    policies: record.policies.map(({ name, document }) => ({ document, name })),
  };
}
