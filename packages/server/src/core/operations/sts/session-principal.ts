import { parseArn, principalIdOf, type PrincipalRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/** A user or role whose sessions somebody wants to end, whether there is one or not. */
interface NamedPrincipal {
  readonly id: string;
  /** As it is shown, or, when there is none, as it was asked for. */
  readonly arn: string;
  readonly account: string;
  readonly record: PrincipalRecord | undefined;
}

/**
 * Looks for a user or role by its ARN, and asks policy whether the caller may do this to it.
 *
 * @throws OperationError `InvalidArn`, `AccessDenied`, or `NotFound`.
 */
export function requirePrincipalByArn(
  attempt: Attempt,
  asked: string,
  permission: string,
): NamedPrincipal & { readonly record: PrincipalRecord } {
  const { account, arn, id, record } = namedPrincipal(attempt, asked);
  attempt.note.parameters = { ...attempt.note.parameters, principal: arn };
  attempt.authorize({ permission, resource: arn, resourceAccount: account, resourceTags: record?.tags });
  if (record === undefined) throw new OperationError('NotFound', `there is no principal \`${arn}\``);
  return { account, arn, id, record };
}

function namedPrincipal(attempt: Attempt, asked: string): NamedPrincipal {
  const id = principalIdOf(asked);
  const account = parseArn(asked)?.account;
  if (id === undefined || account === undefined) {
    throw new OperationError('InvalidArn', 'this is the ARN of no user and no role');
  }
  const known = attempt.view.principal(id)?.record;
  // Of another account's principals nothing is told, and policy says no.
  const record = account === attempt.account ? known : undefined;
  return { id, account, arn: record?.arn ?? asked, record };
}
