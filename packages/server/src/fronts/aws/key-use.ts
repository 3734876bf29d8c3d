import { setTimeout as delay } from 'node:timers/promises';
import { type AuditEvent, type AuditIndex, parseEvent } from '../../core/audit/index.ts';
import type { AttemptRequest, Caller, KeyUse, Place } from '../../core/operations/index.ts';

/** Operations that answer when a key was last used, or whose policies may ask (`kms:TrailingDaysWithoutKeyUsage`). */
export const ASKING_FOR_KEY_USE: ReadonlySet<string> = new Set([
  'DisableKey',
  'GetKeyLastUsage',
  'ScheduleKeyDeletion',
]);

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
 * @param key a key's ARN: of keys that have one id in several Regions each has its own uses
 */
export async function lastKeyUse(index: AuditIndex, key: string, nowMs: () => number): Promise<KeyUse> {
  const unknown = (): KeyUse => ({ lastMs: nowMs(), isUnknown: true });
  const stop = new AbortController();
  const late = delay(DEADLINE_MS, null, { signal: stop.signal, ref: false }).then(unknown);
  try {
    return await Promise.race([newestUse(index, key), late]);
  } catch {
    return unknown();
  } finally {
    stop.abort();
    late.catch(() => undefined);
  }
}

async function newestUse(index: AuditIndex, key: string): Promise<KeyUse> {
  const pages = await Promise.all(
    USES.map((action) => index.query({ action, key, limit: 1, order: 'newest', outcome: 'success' })),
  );
  const found = pages.flatMap(({ entries }) => entries).toSorted((one, other) => other.index - one.index);
  const [newest] = found.map(({ entry }) => parseEvent(entry)).filter((event) => event !== undefined);
  return newest === undefined ? { lastMs: undefined } : useOf(newest);
}

function useOf({ id, protocol, requestId, time }: AuditEvent): KeyUse {
  return { lastMs: Date.parse(time), last: { operation: protocol.operation, eventId: id, requestId } };
}

/** The ARN of the key that a request names by its id or ARN: in the caller's account, and the Region that is asked. */
export function askedKeyArn(
  requested: string,
  { principalArn }: Caller,
  { protocol }: AttemptRequest,
  place: Place,
): string {
  if (requested.startsWith('arn:')) return requested;
  const [, , , , account = ''] = principalArn.split(':');
  return `arn:aws:kms:${protocol.region ?? place.region}:${account}:key/${requested}`;
}
