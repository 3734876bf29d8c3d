import type { Key, KeyRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { describeKey, resolveKeyById } from './resolve-key.ts';

/**
 * Finds the key that an administrative operation is about, notes it, and asks policy.
 *
 * @throws OperationError when there is no such key or the answer is no.
 */
export function keyForAdministration(
  attempt: Attempt,
  requested: string,
  permission: string,
  conditions?: Readonly<Record<string, readonly string[]>>,
): Key {
  const resolved = resolveKeyById(attempt, requested, permission);
  attempt.note.key = describeKey(resolved);
  attempt.authorize({
    permission,
    resource: resolved.key.record.arn,
    key: resolved.key,
    ...(conditions === undefined ? {} : { conditions }),
  });
  return resolved.key;
}

/** Declares the key's new record as an effect. */
export function writeKey(attempt: Attempt, record: KeyRecord): void {
  attempt.write(`key:${record.id}`, record);
}
