import type { Key } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { requireState } from './key-states.ts';
import { arnIn, relatedKeys, requirePrimary, writeShared } from './multi-region.ts';
import { findKey } from './resolve-key.ts';

/** `UpdatePrimaryRegion`: a replica becomes the primary key, and the primary key a replica, in one instant. */
export const updatePrimaryRegion: Operation = {
  name: 'UpdatePrimaryRegion',
  action: 'key.change-primary-region',
  run(attempt, params) {
    const region = params.text('primaryRegion');
    const conditions = { 'kms:primaryregion': [region] };
    attempt.note.parameters = { primaryRegion: region };
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:UpdatePrimaryRegion', conditions);
    const replica = replicaIn(attempt, key, region);
    if (replica !== undefined) {
      attempt.authorize({
        permission: 'kms:UpdatePrimaryRegion',
        resource: replica.record.arn,
        key: replica,
        conditions: { ...conditions, 'aws:requestedregion': [region] },
      });
    }
    requireState(attempt, key, 'UpdatePrimaryRegion');
    const { primaryRegion, replicaRegions } = requirePrimary(key);
    if (replica === undefined) {
      throw new OperationError('NotFound', `Key '${arnIn(key.record, region)}' does not exist`);
    }
    requireState(attempt, replica, 'UpdatePrimaryRegion');
    const others = replicaRegions.filter((candidate) => candidate !== region);
    const multiRegion = { primaryRegion: region, replicaRegions: [...others, primaryRegion].sort() };
    attempt.note.change = { before: { primaryRegion }, after: { primaryRegion: region } };
    writeShared(attempt, { ...key.record, multiRegion }, relatedKeys(attempt, key.record));
    return {};
  },
};

/** The key of the same id in the other Region. */
function replicaIn(attempt: Attempt, { record }: Key, region: string): Key | undefined {
  return record.multiRegion?.replicaRegions.includes(region) === true
    ? findKey(attempt, record.id, region)
    : undefined;
}
