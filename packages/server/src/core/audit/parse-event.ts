import type { AuditEvent } from './event.ts';

/** An entry as an event. Entries are written by this program; `undefined` for one that is no event. */
export function parseEvent(entry: Uint8Array): AuditEvent | undefined {
  const text = Buffer.from(entry.buffer, entry.byteOffset, entry.byteLength).toString('utf8');
  if (!text.startsWith('{')) return undefined;
  const value: unknown = JSON.parse(text);
  return isEvent(value) ? value : undefined;
}

function isEvent(value: unknown): value is AuditEvent {
  return typeof value === 'object' && value !== null && 'schema' in value && 'time' in value;
}
