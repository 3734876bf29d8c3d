import { assumedRoleArn, parseArn, principalIdOf, type PrincipalRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Params } from '../params.ts';
import { type Principal, principalFrom, storedPrincipal } from '../principal.ts';
import type { NamedEntity } from './named-entities.ts';

/** Who asks in a simulation. */
export interface SimulatedCaller {
  readonly principal: Principal;
  /** A user or role of the account: what conditions say of it is known, as in decisions. */
  readonly isKnown: boolean;
}

/** What sessions of a role are called in simulations. */
const SESSION_NAME = 'simulated';

/**
 * Who asks: the caller that the request names, or else the entity whose policies are simulated.
 *
 * @throws OperationError `InvalidInput` when a policy of a resource is to be judged and nobody could be named in it.
 */
export function simulatedCaller(
  attempt: Attempt,
  params: Params,
  entity: NamedEntity | undefined,
): SimulatedCaller {
  const arn = params.optionalText('callerArn');
  if (arn !== undefined) return callerNamed(attempt, arn);
  if (entity?.kind === 'user' || entity?.kind === 'role') return knownCaller(entity.record);
  if (params.has('resourcePolicy')) {
    throw new OperationError('InvalidInput', 'CallerArn is required when ResourcePolicy is given.');
  }
  return unknownCaller(`arn:aws:iam::${attempt.account}:user/${SESSION_NAME}`, attempt.account);
}

function callerNamed(attempt: Attempt, arn: string): SimulatedCaller {
  const { account, service } = parseArn(arn) ?? { account: '', service: '' };
  if (account === '' || (service !== 'iam' && service !== 'sts')) {
    throw new OperationError('InvalidInput', `Invalid CallerArn: ${arn}`);
  }
  // Of other accounts nothing is told, not even whether somebody exists.
  const id = account === attempt.account ? principalIdOf(arn) : undefined;
  const record = id === undefined ? undefined : attempt.view.principal(id)?.record;
  return record === undefined ? unknownCaller(arn, account) : knownCaller(record);
}

function knownCaller(record: PrincipalRecord): SimulatedCaller {
  const principal = principalFrom(storedPrincipal(record));
  if (record.type !== 'role') return { principal, isKnown: true };
  const arn = assumedRoleArn(record.account, record.name, SESSION_NAME);
  return { principal: { ...principal, arn }, isKnown: true };
}

function unknownCaller(arn: string, account: string): SimulatedCaller {
  const record: PrincipalRecord = {
    type: 'user',
    arn,
    account,
    name: SESSION_NAME,
    uniqueId: SESSION_NAME,
    createdAtMs: 0,
    disabled: false,
    policies: [],
  };
  return { principal: principalFrom(storedPrincipal(record)), isKnown: false };
}
