import { type Key, keyName, type KeyRecord, multiRegionType, regionOfKey } from '../../keys/index.ts';
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
): readonly Key[] {
  const { primaryRegion, replicaRegions } = record.multiRegion ?? { primaryRegion: '', replicaRegions: [] };
  return [primaryRegion, ...replicaRegions]
    .filter((region) => region !== '' && region !== regionOfKey(record))
    .map((region) => attempt.view.key(keyNameIn(attempt, record.id, region)))
    .filter((key) => key !== undefined);
}

/** The primary key of a replica; it is looked up, so that this is stale if that changes. */
export function primaryOf(attempt: Attempt, record: KeyRecord): KeyRecord | undefined {
  return relatedKeys(attempt, record).find((key) => multiRegionType(key.record) === 'PRIMARY')?.record;
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

/** What a primary key's replicas have of it. Material that was imported has to be imported in every Region. */
type Shared = Pick<KeyRecord, 'multiRegion' | 'onDemandRotationAtMs' | 'onDemandRotations' | 'rotation'> &
  Partial<Pick<KeyRecord, 'materials'>>;

function sharedOf(record: KeyRecord): Shared {
  const { materials, multiRegion, onDemandRotationAtMs, onDemandRotations, origin, rotation } = record;
  const always = { multiRegion, onDemandRotationAtMs, onDemandRotations, rotation };
  return origin === 'AWS_KMS' ? { ...always, materials } : always;
}

/** Whether a change of a primary key is one of what its replicas share. */
export function changesShared(before: KeyRecord, after: KeyRecord): boolean {
  if (multiRegionType(after) !== 'PRIMARY') return false;
  return JSON.stringify(sharedOf(before)) !== JSON.stringify(sharedOf(after));
}

/**
 * Writes a primary key, and what it shares with its replicas into each of them: in one commit, so that no Region is ever
 * behind another (`SynchronizeMultiRegionKey` is what KMS needs in its place).
 */
export function writeShared(attempt: Attempt, primary: KeyRecord, related: readonly Key[]): void {
  attempt.write(`key:${keyName(primary)}`, primary);
  for (const { record } of related) {
    attempt.write(`key:${keyName(record)}`, { ...record, ...sharedOf(primary) });
  }
}

/** A new replica of a primary key, but for what each of them has for itself. */
export function replicaOf(
  primary: KeyRecord,
): Pick<KeyRecord, 'id' | 'materials' | 'origin' | 'spec' | 'usage'> & Shared {
  const { id, origin, spec, usage } = primary;
  return { id, spec, usage, origin, materials: [], ...sharedOf(primary) };
}
