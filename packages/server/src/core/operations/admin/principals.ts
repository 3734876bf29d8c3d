import { sha256Hex } from '../../crypto/index.ts';
import type { PrincipalRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params, Result } from '../params.ts';

/**
 * The ARN of the principal with this name. Users and services share one name space, and IAM's form for users: it is
 * what key policies accept as a principal.
 */
export function principalArn(attempt: Attempt, name: string): string {
  return `arn:aws:iam::${attempt.place.account}:user/${name}`;
}

/**
 * Finds the principal that an operation is about, notes it, and asks policy.
 *
 * @throws OperationError when the answer is no, or when there is no such principal.
 */
export function requirePrincipal(attempt: Attempt, params: Params, permission: string): PrincipalRecord {
  const name = params.text('principalName');
  const arn = principalArn(attempt, name);
  attempt.note.parameters = { ...attempt.note.parameters, principal: arn };
  attempt.authorize({ permission, resource: arn });
  const principal = attempt.view.principal(arn);
  if (principal === undefined) throw new OperationError('NotFound', `there is no principal \`${name}\``);
  return principal.record;
}

/** Declares the principal's new record as an effect. */
export function writePrincipal(attempt: Attempt, record: PrincipalRecord): void {
  attempt.write(`principal:${record.arn}`, record);
}

/** Keeps a policy's text under its hash, which is what events name it by. */
export function writePolicyDocument(attempt: Attempt, document: string): string {
  const hash = sha256Hex(document);
  attempt.write(`document:${hash}`, document);
  return hash;
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
