import { isDeleted, type Key, keyName, keyState, regionOfKey } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { findKeyByArn } from '../find-key.ts';
import { arnIn, keyNameIn } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import { authorizeOnRecord } from '../record-access.ts';
import { heldGrants } from './held-grants.ts';

/**
 * `GetKeyConsequences`: what hangs on a key, named by its id, in the caller's account, or by its ARN. Who used it is on the
 * record, so this belongs to whoever may read that; whoever answers looks it up.
 */
export const getKeyConsequences: Operation = {
  name: 'GetKeyConsequences',
  action: 'key.read-consequences',
  run(attempt, params) {
    const requested = params.text('keyId');
    attempt.note.key = { requested };
    const days = params.optionalNumber('days');
    if (days !== undefined) attempt.note.parameters = { days };
    authorizeOnRecord(attempt, 'keywitness:GetKeyConsequences');
    const key = keyNamed(attempt, requested);
    const { arn, id } = key.record;
    attempt.note.key = { requested, arn, id, state: keyState(key.record, attempt.nowMs) };
    return consequences(attempt, key);
  },
};

function keyNamed(attempt: Attempt, requested: string): Key {
  const key = requested.startsWith('arn:')
    ? findKeyByArn(attempt.view, requested)
    : attempt.view.key(keyNameIn(attempt, requested));
  const isThere = key !== undefined && !isDeleted(key.record, attempt.nowMs);
  if (isThere && (requested.startsWith('arn:') || key.record.account === attempt.account)) return key;
  throw new OperationError('NotFound', `there is no key \`${requested.slice(0, 256)}\``);
}

function consequences({ nowMs, state }: Attempt, { record }: Key): Result {
  const name = keyName(record);
  const ids = state.grants.idsOn(name);
  const grants = ids.flatMap((id) => state.grants.get(id)?.record ?? []);
  const { primaryRegion, replicaRegions = [] } = record.multiRegion ?? {};
  const related = [...(primaryRegion === undefined ? [] : [primaryRegion]), ...replicaRegions];
  return {
    keyId: record.id,
    arn: record.arn,
    state: keyState(record, nowMs),
    ...(record.deletionAtMs === undefined ? {} : { deletionAt: new Date(record.deletionAtMs).toISOString() }),
    aliases: [...state.aliasNames.ofKey(name)].sort(),
    grantCount: ids.length,
    grants: heldGrants(state, grants),
    relatedKeys: related
      .filter((region) => region !== regionOfKey(record))
      .sort()
      .map((region) => arnIn(record, region)),
  };
}
