import {
  inStep,
  isDeleted,
  keyName,
  type KeyRecord,
  multiRegionType,
  parseKeyName,
  regionOfKey,
} from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import { regionSuffix } from '../regions.ts';
import { relatedKeys } from './multi-region.ts';
import { deletionTime } from './schedule-key-deletion.ts';

/**
 * The service's own act at the end of a deletion window: the record, sealed material included, leaves the store, and
 * the aliases that point to the key with it. Nothing but the scheduler calls it.
 */
export const deleteKey: Operation = {
  name: 'DeleteKey',
  action: 'key.destroy',
  run(attempt, params) {
    const name = parseKeyName(params.text('keyId'));
    const key = attempt.view.key(name);
    if (key === undefined || !isDeleted(key.record, attempt.nowMs)) {
      throw new OperationError('InvalidState', `the deletion of key \`${name}\` is not due`);
    }
    const { record } = key;
    attempt.note.key = { arn: record.arn, id: record.id, state: 'PendingDeletion' };
    attempt.note.change = {
      before: {
        keyMaterialIds: record.materials.map((material) => material.id),
        keyState: 'PendingDeletion',
      },
    };
    attempt.write(`key:${name}`, null);
    for (const alias of attempt.state.aliasNames.ofKey(name)) {
      // Looked up by its name, so that this is stale if the alias is pointed to another key before the commit.
      attempt.view.alias(record.account, alias, record.region);
      attempt.write(`alias:${record.account}/${alias}${regionSuffix(record.region)}`, null);
    }
    // Whatever makes a grant writes the key as well, so that this is stale if there is one more before the commit.
    for (const grant of attempt.state.grants.idsOn(name)) attempt.write(`grant:${grant}`, null);
    leaveRelated(attempt, record);
    return {};
  },
};

/** The keys of the same id in other Regions do not name this one any more; a primary key may have waited for that. */
function leaveRelated(attempt: Attempt, { id, arn, multiRegion }: KeyRecord): void {
  if (multiRegion === undefined) return;
  const left = multiRegion.replicaRegions.filter((region) => region !== regionOfKey({ arn }));
  const [first, ...others] = relatedKeys(attempt, { id, arn, multiRegion });
  if (first === undefined) return;
  const next = { ...first, multiRegion: { ...multiRegion, replicaRegions: left } };
  for (const record of inStep(next, others, attempt.nowMs)) {
    attempt.write(`key:${keyName(record)}`, isWaiting(record) ? withWindow(attempt, record) : record);
  }
}

/** Whether nothing holds up the window of a primary key any more that was to be deleted after its replicas. */
function isWaiting(record: KeyRecord): boolean {
  const { deletionAtMs, deletionWindowDays, multiRegion } = record;
  const isScheduled = deletionWindowDays !== undefined && deletionAtMs === undefined;
  return isScheduled && multiRegionType(record) === 'PRIMARY' && multiRegion?.replicaRegions.length === 0;
}

function withWindow({ nowMs }: Attempt, record: KeyRecord): KeyRecord {
  return { ...record, deletionAtMs: deletionTime(nowMs, record.deletionWindowDays ?? 0) };
}
