import { type AuditEvent, type IndexedEvent, indexedEventSchema, readWith } from '@keywitness/api';

/** So many are kept. */
export const entriesMax = 200;

/** The newest first, no event twice, and no more than are kept. */
export function withNewest(
  entries: readonly IndexedEvent[],
  newest: readonly IndexedEvent[],
): readonly IndexedEvent[] {
  const first = entries[0]?.index ?? -1;
  const fresh = newest.filter(({ index }) => index > first).toSorted((a, b) => b.index - a.index);
  return fresh.length === 0 ? entries : [...fresh, ...entries].slice(0, entriesMax);
}

/** An event as the service sends it in a message; `undefined` for what is none. */
export function entryOf(data: string): IndexedEvent | undefined {
  try {
    const reading = readWith('an event', indexedEventSchema, JSON.parse(data));
    return reading.kind === 'read' ? reading.value : undefined;
  } catch {
    return undefined;
  }
}

/** Whether it says no more than that somebody looked at a page in the session that is asked for. */
export function isOwnReading({ actor, change, key, outcome }: AuditEvent, accessKeyId: string): boolean {
  return (
    actor.credentialId === accessKeyId && outcome === 'success' && key === undefined && change === undefined
  );
}
