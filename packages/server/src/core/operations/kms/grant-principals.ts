import { principalId, principalIdOf } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';

/** Somebody whom a grant names. */
export interface GrantParty {
  /** An ARN, or the name of a service. */
  readonly name: string;
  /** Of a user or role, or the role whose session it is. */
  readonly uniqueId: string | undefined;
}

const ROOT = /^arn:aws:iam::([0-9]{12}):root$/;
const SESSION = /^arn:aws:sts::([0-9]{12}):assumed-role\/([\w+=,.@-]{1,64})\/[\w+=,.@-]{2,64}$/;
const SERVICE = /^(?:[a-z0-9-]+\.)+[a-z]+$/;

/**
 * Finds whom a grant is to name: an account by its root, a user, a role, or a session of a role, which need not have
 * begun. As in KMS, whoever does not exist cannot be named.
 *
 * @throws OperationError `InvalidArn`.
 */
export function grantPrincipal(attempt: Attempt, arn: string): GrantParty {
  const party = findPrincipal(attempt, arn);
  if (party !== undefined) return party;
  throw new OperationError('InvalidArn', `ARN does not refer to a valid principal: ${arn}`);
}

/** The account, user or role that an ARN names, or whose session; `undefined` when there is none. */
export function findPrincipal(attempt: Attempt, arn: string): GrantParty | undefined {
  const [, account] = ROOT.exec(arn) ?? [];
  if (account !== undefined) {
    const exists = account === attempt.place.account || attempt.view.account(account) !== undefined;
    return exists ? { name: arn, uniqueId: undefined } : undefined;
  }
  const [, roleAccount, role] = SESSION.exec(arn) ?? [];
  const isSession = roleAccount !== undefined && role !== undefined;
  const id = isSession ? principalId(roleAccount, 'role', role) : principalIdOf(arn);
  const record = id === undefined ? undefined : attempt.view.principal(id)?.record;
  // What is compared with it later is the ARN as it is shown, letter by letter.
  if (record === undefined || (isSession ? record.name !== role : record.arn !== arn)) return undefined;
  return { name: arn, uniqueId: record.uniqueId };
}

/**
 * A service that a grant is to name.
 *
 * @throws OperationError `Validation`.
 */
export function grantService(name: string): GrantParty {
  if (SERVICE.test(name)) return { name, uniqueId: undefined };
  throw new OperationError('Validation', `${name} is not a service principal.`);
}

/** Whether a party of a grant is a service. */
export function isService(name: string): boolean {
  return !name.startsWith('arn:');
}
