import { sha256Hex } from '../crypto/index.ts';
import { type CompiledPolicy, compileStoredPolicy } from '../policy/index.ts';
import type { KeyMaterialRecord, KeyRecord } from './records.ts';

/** The states that a key of this version can be in (KMS's words). */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

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

/** The state of a key. A key whose deletion is due is not in any state: see {@link isDeleted}. */
export function keyState(record: KeyRecord): KeyState {
  if (record.deletionAtMs !== undefined) return 'PendingDeletion';
  return record.enabled ? 'Enabled' : 'Disabled';
}

/** Whether the key's deletion window has ended: from that instant on the key does not exist for anybody. */
export function isDeleted(record: KeyRecord, nowMs: number): boolean {
  return record.deletionAtMs !== undefined && record.deletionAtMs <= nowMs;
}

/** The material that encrypts now: the last one. */
export function currentMaterial(record: KeyRecord): KeyMaterialRecord {
  const material = record.materials.at(-1);
  if (material === undefined) throw new TypeError(`key \`${record.id}\` has no material`);
  return material;
}
