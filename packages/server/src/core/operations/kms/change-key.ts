import { type Key, type KeyInRegions, keyName, type KeyRecord } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import { conditionLookup } from '../conditions.ts';
import { changesShared, relatedKeys, writeShared } from './multi-region.ts';
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
  attempt.note.key = describeKey(attempt, resolved);
  const question = { permission, resource: resolved.key.record.arn, key: resolved.key };
  // What was looked up in the record is part of the question, so that the event says with what it was judged.
  const days = conditionLookup(attempt, question)(DAYS_WITHOUT_USE);
  const asked = days === undefined ? conditions : { ...conditions, [DAYS_WITHOUT_USE]: days };
  attempt.authorize({ ...question, ...(asked === undefined ? {} : { conditions: asked }) });
  return resolved.key;
}

const DAYS_WITHOUT_USE = 'kms:trailingdayswithoutkeyusage';

/**
 * Declares the key's new record as an effect. What a multi-Region key shares is written into the keys of the same id in
 * other Regions as well, when it has changed. Answers what was written, this key first.
 */
export function writeKey(attempt: Attempt, record: KeyRecord): KeyInRegions {
  const before = record.multiRegion === undefined ? undefined : attempt.view.key(keyName(record));
  if (before !== undefined && changesShared(before.record, record)) {
    return writeShared(attempt, record, relatedKeys(attempt, record));
  }
  attempt.write(`key:${keyName(record)}`, record);
  return [record];
}
