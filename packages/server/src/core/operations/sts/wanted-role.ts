import { principalIdOf, parseArn, type RoleRecord } from '../../identity/index.ts';
import { type CompiledPolicy, compilePolicy } from '../../policy/index.ts';
import type { AccessQuestion } from '../access-question.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { StoredPrincipal } from '../principal.ts';

/** A role that somebody wants to assume, whether there is one or not. */
export interface WantedRole {
  readonly arn: string;
  readonly account: string;
  /** Absent when there is no role of exactly this ARN, or a disabled one. */
  readonly found: FoundRole | undefined;
}

interface FoundRole {
  readonly record: RoleRecord;
  readonly stored: StoredPrincipal;
}

/** A role that is not there trusts nobody. */
const NOBODY: CompiledPolicy = compilePolicy(
  { kind: 'trust', version: '2012-10-17', statements: [] },
  { name: 'trust policy' },
);

/**
 * Looks for a role by its ARN.
 *
 * @throws OperationError `Validation`, when it is the ARN of no role.
 */
export function findRole(attempt: Attempt, arn: string): WantedRole {
  const id = principalIdOf(arn);
  const { account = '', resource = '' } = parseArn(arn) ?? {};
  if (id === undefined || !resource.startsWith('role/')) {
    throw new OperationError('Validation', `${arn} is invalid`);
  }
  const stored = attempt.view.principal(id);
  return { arn, account, found: stored === undefined ? undefined : usable(arn, stored) };
}

function usable(arn: string, stored: StoredPrincipal): FoundRole | undefined {
  const { record } = stored;
  return record.type === 'role' && record.arn === arn && !record.disabled ? { record, stored } : undefined;
}

/**
 * Asks whether the caller may have this of the role, whose trust policy has a say.
 *
 * @throws OperationError `AccessDenied`. The answer is the same for every reason, so that nobody learns by it whether
 * there is such a role; the decision is on the record.
 */
export function authorizeByTrust(
  attempt: Attempt,
  permission: string,
  { arn, account, found }: WantedRole,
  conditions: AccessQuestion['conditions'],
): void {
  try {
    attempt.authorize({
      permission,
      resource: arn,
      resourceAccount: account,
      resourcePolicy: found?.stored.trust() ?? NOBODY,
      resourceTags: found?.record.tags,
      ...(conditions === undefined ? {} : { conditions }),
    });
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    throw notAuthorized(attempt, permission, arn, error);
  }
}

/** What is answered to whoever may not assume a role. */
export function notAuthorized(
  { principal }: Attempt,
  permission: string,
  arn: string,
  cause?: OperationError,
): OperationError {
  const message =
    principal.federatedBy === undefined
      ? `User: ${principal.arn} is not authorized to perform: ${permission} on resource: ${arn}`
      : `Not authorized to perform ${permission}`;
  return new OperationError('AccessDenied', message, cause === undefined ? {} : { cause });
}
