import { parseArn } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { splitRegion, storedRegion } from '../regions.ts';
import { grantEntry } from './grant-entry.ts';
import { principalArn } from './grant-terms.ts';
import { refuseServiceFilter } from './list-grants.ts';
import { sealedPageOf } from './sealed-pages.ts';

const LIMIT_DEFAULT = 50;

/**
 * `ListRetirableGrants`: the grants, on keys of any account, that name a principal of the caller's account as the one
 * who may retire them. Policy is asked about that principal, and about no key.
 */
export const listRetirableGrants: Operation = {
  name: 'ListRetirableGrants',
  action: 'grant.list-retirable',
  run(attempt, params) {
    const retiring = principalArn(params.optionalText('retiringPrincipal') ?? '');
    attempt.note.parameters = { retiring: retiring === '' ? undefined : retiring };
    const account = parseArn(retiring)?.account ?? attempt.account;
    attempt.authorize({
      permission: 'kms:ListRetirableGrants',
      resource: retiring === '' ? '*' : retiring,
      resourceAccount: account,
    });
    refuseServiceFilter(params, 'retiringServicePrincipal');
    if (retiring === '') throw new OperationError('Validation', 'Specify RetiringPrincipal.');
    // The name of a service belongs to no account, so that policy was asked about nobody in particular.
    if (parseArn(retiring) === undefined) {
      throw new OperationError('InvalidArn', `ARN does not refer to a valid principal: ${retiring}`);
    }
    const page = sealedPageOf(attempt, idsIn(attempt, retiring), params, {
      operation: 'ListRetirableGrants',
      limitDefault: LIMIT_DEFAULT,
      filter: [retiring],
    });
    const grants = page.names.flatMap((id) => {
      const grant = attempt.state.grants.get(id);
      const key = grant === undefined ? undefined : attempt.state.key(grant.record.keyId);
      return grant === undefined || key === undefined ? [] : [grantEntry(grant, key.record.arn)];
    });
    return { grants, nextMarker: page.nextMarker, truncated: page.truncated };
  },
};

/** Those in the Region that is asked: what a grant's key is stored under tells. */
function idsIn({ place, state }: Attempt, retiring: string): readonly string[] {
  const region = storedRegion(place);
  return state.grants
    .idsRetirableBy(retiring)
    .filter((id) => splitRegion(id.slice(0, id.indexOf('/'))).region === region);
}
