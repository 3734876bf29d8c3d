import { type CompiledPolicy, compilePolicy, parsePolicy } from '../policy/index.ts';
import type { KeyMaterialRecord, KeyRecord } from './records.ts';

/** The states that a key of this version can be in (KMS's words). */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

/** A key with its policy compiled on first use. */
export interface Key {
  readonly record: KeyRecord;
  /** The key policy, compiled once per revision of the record. */
  policy(): CompiledPolicy;
}

/** Wraps a stored key. */
export function keyFromRecord(record: KeyRecord): Key {
  let compiled: CompiledPolicy | undefined;
  return {
    record,
    policy(): CompiledPolicy {
      compiled ??= compilePolicy(parsePolicy(record.policy, 'key'), 'default');
      return compiled;
    },
  };
}

/** Reads a key record from the store's own text. */
export function parseKeyRecord(text: string): KeyRecord {
  return JSON.parse(text);
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
