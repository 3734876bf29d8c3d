import { type GrantRecord, type Key, keyName } from '../../keys/index.ts';
import { compileGrant } from '../../policy/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { grantId, type StoredGrant } from '../grant-book.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { splitRegion } from '../regions.ts';
import { grantNotFound, noteGrant, requireGrantId } from './grant-entry.ts';
import { constrainedContext, constraintTypes } from './grant-terms.ts';
import { openGrantToken } from './grant-tokens.ts';
import { describeKey, findKey, keyNameIn, resolveKeyById } from './resolve-key.ts';
import { endDryRun } from './request-members.ts';

const PERMISSION = 'kms:RetireGrant';

/**
 * `RetireGrant`: the grant itself says who may end it, beside the account that owns the key (KMS developer guide,
 * "retiring and revoking grants").
 */
export const retireGrant: Operation = {
  name: 'RetireGrant',
  action: 'grant.retire',
  run(attempt, params) {
    const { key, wanted } = findGrant(attempt, params);
    const id = grantId({ keyId: keyName(key.record), grantId: wanted });
    const grant = attempt.view.grant(id)?.record;
    authorize(attempt, key, grant);
    if (grant === undefined) throw grantNotFound(requireGrantId(wanted));
    endDryRun(params);
    attempt.note.change = { before: noteGrant(grant) };
    attempt.write(`grant:${id}`, null);
    return {};
  },
};

/** The key and the grant's id, by a token or by their names. */
function findGrant(attempt: Attempt, params: Params): { readonly key: Key; readonly wanted: string } {
  const token = params.optionalText('grantToken');
  const keyId = params.optionalText('keyId');
  const wanted = params.optionalText('grantId');
  attempt.note.parameters = { grantId: wanted };
  if (keyId !== undefined) attempt.note.key = { requested: keyId };
  if (token !== undefined && keyId === undefined && wanted === undefined) return findByToken(attempt, token);
  if (token !== undefined || keyId === undefined || wanted === undefined) {
    throw new OperationError('Validation', 'Specify either GrantToken, or both KeyId and GrantId.');
  }
  const resolved = resolveKeyById(attempt, keyId, PERMISSION);
  attempt.note.key = describeKey(attempt, resolved);
  return { key: resolved.key, wanted };
}

function findByToken(attempt: Attempt, token: string): { readonly key: Key; readonly wanted: string } {
  const [name = '', wanted = ''] = openGrantToken(attempt, token).split('/');
  const { name: keyId } = splitRegion(name);
  attempt.note.parameters = { grantId: wanted };
  attempt.note.key = { id: keyId };
  // A token of a grant in another Region names a grant that there is not in this one.
  const key = name === keyNameIn(attempt, keyId) ? findKey(attempt, keyId) : undefined;
  if (key === undefined) throw grantNotFound(wanted);
  attempt.note.key = describeKey(attempt, { key, requested: undefined });
  return { key, wanted };
}

/** In the key's account identity policies decide; elsewhere nothing is told about a grant that does not name the caller. */
function authorize(attempt: Attempt, key: Key, grant: GrantRecord | undefined): void {
  const types = constraintTypes(grant?.constraints);
  attempt.authorize({
    permission: PERMISSION,
    resource: key.record.arn,
    key,
    conditions: types.length === 0 ? {} : { 'kms:grantconstrainttype': types },
    encryptionContext: constrainedContext(grant?.constraints),
    grantOperation: 'RetireGrant',
    grants: grant === undefined ? [] : retirementsOf(attempt, grant),
  });
}

/** What a grant says about its own end, as grants: constraints are not about that. */
export function retirementsOf(
  { principal }: Pick<Attempt, 'principal'>,
  record: GrantRecord,
): readonly StoredGrant[] {
  const parties: readonly (readonly [name: string | undefined, uniqueId: string | undefined])[] = [
    [record.retiring, record.retiringUniqueId],
    [record.operations.includes('RetireGrant') ? record.grantee : undefined, record.granteeUniqueId],
  ];
  return parties.flatMap(([grantee, uniqueId]): readonly StoredGrant[] => {
    const isSomebodyElse = uniqueId !== undefined && uniqueId !== principal.record.uniqueId;
    if (grantee === undefined || isSomebodyElse) return [];
    const { grantId: id, name } = record;
    return [{ record, compiled: compileGrant({ grantId: id, name, grantee, operations: ['RetireGrant'] }) }];
  });
}
