import { setTimeout as delay } from 'node:timers/promises';
import { type AuditIndex, parseEvent } from '../../core/audit/index.ts';
import type { KeyUse } from '../../core/operations/index.ts';

/** Operations whose policies may ask how long a key has not been used (`kms:TrailingDaysWithoutKeyUsage`). */
export const ASKING_FOR_KEY_USE: ReadonlySet<string> = new Set(['DisableKey', 'ScheduleKeyDeletion']);

/** What counts as use of a key, as the record's filter has it. */
const USES = [
  'key.decapsulate',
  'key.decrypt',
  'key.derive-shared-secret',
  'key.encapsulate',
  'key.encrypt',
  'key.generate-data-key*',
  'key.generate-mac',
  'key.re-encrypt',
  'key.sign',
  'key.verify',
  'key.verify-mac',
] as const;
/** Beyond, the key counts as in use now: nobody is let do by a slow index what use of the key forbids. */
const DEADLINE_MS = 2000;

/**
 * When a key was last used with success, from the record: everything committed before the question is looked at.
 *
 * @param key a key's id or ARN
 */
export async function lastKeyUse(index: AuditIndex, key: string, nowMs: () => number): Promise<KeyUse> {
  const stop = new AbortController();
  const late = delay(DEADLINE_MS, { lastMs: nowMs() }, { signal: stop.signal, ref: false });
  try {
    return await Promise.race([newestUse(index, key), late]);
  } catch {
    return { lastMs: nowMs() };
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}

async function newestUse(index: AuditIndex, key: string): Promise<KeyUse> {
  const pages = await Promise.all(
    USES.map((action) => index.query({ action, key, limit: 1, order: 'newest', outcome: 'success' })),
  );
  const times = pages
    .flatMap(({ entries }) => entries.map(({ entry }) => parseEvent(entry)?.time))
    .filter((time) => time !== undefined)
    .map((time) => Date.parse(time));
  return { lastMs: times.length === 0 ? undefined : Math.max(...times) };
}
