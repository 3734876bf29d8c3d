import { type Key, keyName, type KeyRecord } from '../../keys/index.ts';
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
 * Declares the key's new record as an effect. What a primary key shares with its replicas is written into each of them as
 * well, when it has changed.
 */
export function writeKey(attempt: Attempt, record: KeyRecord): void {
  const before = record.multiRegion === undefined ? undefined : attempt.view.key(keyName(record));
  if (before !== undefined && changesShared(before.record, record)) {
    writeShared(attempt, record, relatedKeys(attempt, record));
  } else {
    attempt.write(`key:${keyName(record)}`, record);
  }
}
