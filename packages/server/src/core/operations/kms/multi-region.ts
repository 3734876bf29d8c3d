import {
  following,
  inStep,
  type Key,
  type KeyInRegions,
  keyName,
  type KeyRecord,
  multiRegionType,
  regionOfKey,
} from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Result } from '../params.ts';
import { keyNameIn } from './resolve-key.ts';

const KEY_ID_PREFIX = 'mrk-';

/** The id of a new multi-Region key: `mrk-` and 32 hexadecimal digits. */
export function multiRegionKeyId(uuid: string): string {
  return `${KEY_ID_PREFIX}${uuid.replaceAll('-', '')}`;
}

/** KMS's `MultiRegionConfiguration` of a key; `undefined` for one that is no multi-Region key. */
export function multiRegionConfiguration(record: KeyRecord): Result | undefined {
  if (record.multiRegion === undefined) return undefined;
  const { primaryRegion, replicaRegions } = record.multiRegion;
  const tell = (region: string): Result => ({ arn: arnIn(record, region), region });
  return {
    multiRegionKeyType: multiRegionType(record),
    primaryKey: tell(primaryRegion),
    replicaKeys: [...replicaRegions].sort().map(tell),
  };
}

/** The ARN of the key of the same id in another Region. */
export function arnIn({ account, id }: Pick<KeyRecord, 'account' | 'id'>, region: string): string {
  return `arn:aws:kms:${region}:${account}:key/${id}`;
}

/** The keys of the same id in all other Regions, by Region. They are looked up, so that this is stale if one changes. */
export function relatedKeys(
  attempt: Attempt,
  record: Pick<KeyRecord, 'arn' | 'id' | 'multiRegion'>,
): readonly KeyRecord[] {
  const { primaryRegion, replicaRegions } = record.multiRegion ?? { primaryRegion: '', replicaRegions: [] };
  return [primaryRegion, ...replicaRegions]
    .filter((region) => region !== '' && region !== regionOfKey(record))
    .flatMap((region) => attempt.view.key(keyNameIn(attempt, record.id, region))?.record ?? []);
}

/** A key and the keys of the same id in all other Regions. */
export function inAllRegions(attempt: Attempt, record: KeyRecord): KeyInRegions {
  return [record, ...relatedKeys(attempt, record)];
}

/** The Regions that have the bytes of imported material, for the record; absent for a key that is in one Region. */
export function importedIn(regions: KeyInRegions, materialId: string): readonly string[] | undefined {
  if (regions[0].multiRegion === undefined) return undefined;
  return regions
    .filter(({ materials }) =>
      materials.some(({ id, imported }) => id === materialId && imported === 'IMPORTED'),
    )
    .map(regionOfKey)
    .sort();
}

/**
 * A key with the materials that its primary key has. That is looked up, so that this is stale if it changes.
 */
export function knowingMaterials(attempt: Attempt, record: KeyRecord): KeyRecord {
  const primary = relatedKeys(attempt, record).find((key) => multiRegionType(key) === 'PRIMARY');
  return primary === undefined ? record : following(record, primary);
}

/**
 * Refuses a key that is no primary one.
 *
 * @throws OperationError `Unsupported`, in AWS's words.
 */
export function requirePrimary({ record }: Key): NonNullable<KeyRecord['multiRegion']> {
  if (record.multiRegion !== undefined && multiRegionType(record) === 'PRIMARY') return record.multiRegion;
  throw notPrimary(record);
}

/**
 * Refuses a replica: what it shares with its primary key is changed there.
 *
 * @throws OperationError `Unsupported`, in AWS's words.
 */
export function refuseReplica({ record }: Key): void {
  if (multiRegionType(record) === 'REPLICA') throw notPrimary(record);
}

function notPrimary({ arn }: KeyRecord): OperationError {
  return new OperationError('Unsupported', `${arn} is not a multi-region primary key.`);
}

/**
 * Whether a change of a key is one that the keys of the same id in other Regions follow. Of imported material everything
 * is: what a Region has of it decides what it is to the key in all of them.
 */
export function changesShared(before: KeyRecord, after: KeyRecord): boolean {
  if (after.multiRegion === undefined) return false;
  if (after.origin === 'EXTERNAL' && !isSame(before.materials, after.materials)) return true;
  return multiRegionType(after) === 'PRIMARY' && !isSame(following(before, before), following(before, after));
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/**
 * Writes a key that has changed, and what it shares into the keys of the same id in other Regions: in one commit, so that
 * no Region is ever behind another (`SynchronizeMultiRegionKey` is what KMS needs in its place). Answers what it wrote.
 */
export function writeShared(
  attempt: Attempt,
  changed: KeyRecord,
  related: readonly KeyRecord[],
): KeyInRegions {
  const regions = inStep(changed, related, attempt.nowMs);
  for (const record of regions) attempt.write(`key:${keyName(record)}`, record);
  return regions;
}
