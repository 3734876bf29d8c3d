import { parsePolicy, PolicyError, type PolicyDocument, wouldLockOut } from '../../policy/index.ts';
import { accessPrincipal } from '../access-case.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';

/** The policy of a key that was created without one: the account's identity policies decide. */
export function defaultKeyPolicy(account: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

/** The condition key of the lock-out check. As in KMS it is absent when the request does not speak of the check. */
export function bypassCondition(params: Params): Readonly<Record<string, readonly string[]>> {
  const member = 'bypassPolicyLockoutSafetyCheck';
  return params.has(member) ? { 'kms:bypasspolicylockoutsafetycheck': [String(params.flag(member))] } : {};
}

/**
 * Refuses a policy for the key with this ARN that cannot be read, or that would leave its own author unable to change
 * it again.
 *
 * @throws OperationError `MalformedPolicy`.
 */
export function requireUsablePolicy(
  attempt: Attempt,
  text: string,
  arn: string,
  bypassLockoutCheck: boolean,
): PolicyDocument {
  const document = readPolicy(text);
  if (bypassLockoutCheck) return document;
  // A key is made and its policy changed in the caller's own account only.
  if (wouldLockOut(document, accessPrincipal(attempt.principal), { arn, account: attempt.account })) {
    const message = 'The new key policy will not allow you to update the key policy in the future.';
    throw new OperationError('MalformedPolicy', message);
  }
  return document;
}

function readPolicy(text: string): PolicyDocument {
  try {
    return parsePolicy(text, 'key');
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new OperationError('MalformedPolicy', error.message, { cause: error });
  }
}

/** @throws OperationError `NotFound`: a key has one policy, named `default`. */
export function requireDefaultPolicyName(params: Params): void {
  if ((params.optionalText('policyName') ?? 'default') !== 'default') {
    throw new OperationError('NotFound', 'No such policy exists');
  }
}
