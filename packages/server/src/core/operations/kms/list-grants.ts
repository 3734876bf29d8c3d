import { type KeyName, keyName } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { grantId } from '../grant-book.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { keyForAdministration } from './change-key.ts';
import { grantEntry, requireGrantId } from './grant-entry.ts';
import { principalArn } from './grant-terms.ts';
import { sealedPageOf } from './sealed-pages.ts';

const LIMIT_DEFAULT = 50;

/** `ListGrants`: the grants on a key, sorted by id. */
export const listGrants: Operation = {
  name: 'ListGrants',
  action: 'grant.list',
  run(attempt, params) {
    attempt.note.parameters = {
      grantId: params.optionalText('grantId'),
      grantee: params.optionalText('granteePrincipal') ?? params.optionalText('granteeServicePrincipal'),
    };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ListGrants', {
      'kms:grantisforawsresource': ['false'],
    });
    const page = sealedPageOf(attempt, idsToList(attempt, params, keyName(key.record)), params, {
      operation: 'ListGrants',
      limitDefault: LIMIT_DEFAULT,
      filter: [key.record.arn, params.optionalText('grantId'), params.optionalText('granteePrincipal')],
    });
    const grants = page.names.flatMap((id) => {
      const grant = attempt.state.grants.get(id);
      return grant === undefined ? [] : [grantEntry(grant, key.record.arn)];
    });
    return { grants, nextMarker: page.nextMarker, truncated: page.truncated };
  },
};

function idsToList({ state }: Attempt, params: Params, keyId: KeyName): readonly string[] {
  refuseServiceFilter(params, 'granteeServicePrincipal');
  const wanted = params.optionalText('grantId');
  const grantee = params.optionalText('granteePrincipal');
  const ids =
    grantee === undefined
      ? state.grants.idsOn(keyId)
      : state.grants.on(keyId, principalArn(grantee)).map(({ record }) => grantId(record));
  if (wanted === undefined) return ids;
  const only = grantId({ keyId, grantId: requireGrantId(wanted) });
  return ids.includes(only) ? [only] : [];
}

/**
 * Only services may ask for what is granted to services, and no caller here is one.
 *
 * @throws OperationError `Validation`.
 */
export function refuseServiceFilter(params: Params, member: string): void {
  if (!params.has(member)) return;
  const wire = `${member.slice(0, 1).toUpperCase()}${member.slice(1)}`;
  throw new OperationError('Validation', `${wire} can be specified by service principals only.`);
}
