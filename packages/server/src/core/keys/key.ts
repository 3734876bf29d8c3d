import { sha256Hex } from '../crypto/index.ts';
import { type CompiledPolicy, compileStoredPolicy } from '../policy/index.ts';
import type { KeyMaterialRecord, KeyMaterialState, KeyRecord } from './records.ts';

/** The states of a key, in KMS's words. */
export const KEY_STATES = [
  'Enabled',
  'Disabled',
  'PendingDeletion',
  'PendingReplicaDeletion',
  'PendingImport',
  'Unavailable',
  'Creating',
  'Updating',
] as const;

/** A state of a key. */
export type KeyState = (typeof KEY_STATES)[number];

/** A key with its policy compiled on first use. */
export interface Key {
  readonly record: KeyRecord;
  /** The key policy, compiled once per revision of the record. One that cannot be read denies everything. */
  policy(): CompiledPolicy;
}

/** Wraps a stored key. */
export function keyFromRecord(record: KeyRecord): Key {
  let compiled: CompiledPolicy | undefined;
  return {
    record,
    policy(): CompiledPolicy {
      compiled ??= compileStoredPolicy(record.policy, 'key', {
        name: 'default',
        sha256: sha256Hex(record.policy),
      });
      return compiled;
    },
  };
}

/** Reads a key record from the store's own text, whose shape is taken as it was written. */
export function parseKeyRecord(text: string): KeyRecord {
  const record: unknown = JSON.parse(text);
  if (!isKeyRecord(record)) throw new TypeError('the state holds a key record without an id');
  return record;
}

function isKeyRecord(value: unknown): value is KeyRecord {
  return typeof value === 'object' && value !== null && 'id' in value && 'materials' in value;
}

/** The Region that a key is in, as its ARN has it. */
export function regionOfKey({ arn }: Pick<KeyRecord, 'arn'>): string {
  return arn.split(':')[3] ?? '';
}

/** What a key is among the keys that share its material; `undefined` for one that is no multi-Region key. */
export function multiRegionType(
  record: Pick<KeyRecord, 'arn' | 'multiRegion'>,
): 'PRIMARY' | 'REPLICA' | undefined {
  if (record.multiRegion === undefined) return undefined;
  return record.multiRegion.primaryRegion === regionOfKey(record) ? 'PRIMARY' : 'REPLICA';
}

/** The state of a key at a time. A key whose deletion is due is not in any state: see {@link isDeleted}. */
export function keyState(record: KeyRecord, nowMs: number): KeyState {
  if (record.deletionAtMs !== undefined) return 'PendingDeletion';
  if (record.deletionWindowDays !== undefined) return 'PendingReplicaDeletion';
  if (record.heldIn !== undefined) return record.heldIn;
  if (isPendingImport(record, nowMs)) return 'PendingImport';
  return record.enabled ? 'Enabled' : 'Disabled';
}

/** Whether the key's deletion window has ended: from that instant on the key does not exist for anybody. */
export function isDeleted(record: KeyRecord, nowMs: number): boolean {
  return record.deletionAtMs !== undefined && record.deletionAtMs <= nowMs;
}

/**
 * The material that encrypts now.
 *
 * @throws TypeError for a key that waits for its first material: ask for the key's state before.
 */
export function currentMaterial(record: KeyRecord): KeyMaterialRecord {
  const material = findCurrentMaterial(record);
  if (material === undefined) throw new TypeError(`key \`${record.id}\` has no material`);
  return material;
}

/** The same; `undefined` for a key that waits for its first material. */
export function findCurrentMaterial({ materials }: KeyRecord): KeyMaterialRecord | undefined {
  return materials.findLast(({ state }) => state === undefined || state === 'CURRENT');
}

/** What a material is to its key: the records of materials that were never replaced do not say. */
export function materialState(record: KeyRecord, material: KeyMaterialRecord): KeyMaterialState {
  if (material.state !== undefined) return material.state;
  return findCurrentMaterial(record)?.id === material.id ? 'CURRENT' : 'NON_CURRENT';
}

/** Whether the secret bytes of a material are here now: imported ones can be deleted, and can expire. */
export function isMaterialPresent({ expiresAtMs, imported }: KeyMaterialRecord, nowMs: number): boolean {
  return imported !== 'PENDING_IMPORT' && (expiresAtMs === undefined || expiresAtMs > nowMs);
}

/** A key that lacks any of the materials that it has ever encrypted with waits for it, as in KMS. */
function isPendingImport(record: KeyRecord, nowMs: number): boolean {
  if (record.origin !== 'EXTERNAL') return false;
  if (findCurrentMaterial(record) === undefined) return true;
  return record.materials.some((material) => {
    const state = materialState(record, material);
    return (state === 'CURRENT' || state === 'NON_CURRENT') && !isMaterialPresent(material, nowMs);
  });
}
