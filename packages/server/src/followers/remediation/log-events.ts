import { type AuditEvent, type LedgerReader, parseEvent } from '../../core/audit/index.ts';

/** What an entry of the log means for remediation. */
export type Occasion =
  | { readonly kind: 'incident'; readonly incidentId: string; readonly again: boolean }
  | { readonly kind: 'approved'; readonly remediationId: string };

/** Events are canonical JSON, so that their action stands first: all others are told apart without being parsed. */
const OPENED = Buffer.from('{"action":"incident.open"', 'utf8');
const REOPENED = Buffer.from('{"action":"incident.reopen"', 'utf8');
const APPROVED = Buffer.from('{"action":"remediation.approve"', 'utf8');

/** Reads an entry; `undefined` for what is no occasion to do anything. */
export function readOccasion(entry: Uint8Array): Occasion | undefined {
  const isIncident = startsWith(entry, OPENED) || startsWith(entry, REOPENED);
  if (!isIncident && !startsWith(entry, APPROVED)) return undefined;
  const event = parseEvent(entry);
  if (event?.outcome !== 'success' || event.change === undefined) return undefined;
  if (!isIncident) {
    const remediationId = parameterOf(event, 'remediation');
    const isApproved = event.change.after?.['status'] === 'approved';
    return remediationId !== undefined && isApproved ? { kind: 'approved', remediationId } : undefined;
  }
  const incidentId = parameterOf(event, 'incident');
  if (incidentId === undefined) return undefined;
  return { kind: 'incident', incidentId, again: event.action === 'incident.reopen' };
}

function parameterOf({ parameters }: AuditEvent, name: string): string | undefined {
  const value = parameters?.[name];
  return typeof value === 'string' ? value : undefined;
}

function startsWith(entry: Uint8Array, prefix: Buffer): boolean {
  return prefix.equals(entry.subarray(0, prefix.length));
}

/** The index of the first event that is not older than a time, by halving; the times of a log hardly ever go back. */
export function firstSince(reader: LedgerReader, timeMs: number): number {
  let low = 0;
  let high = reader.size();
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (timeOf(reader, middle) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An entry without a time counts as old. */
function timeOf(reader: LedgerReader, index: number): number {
  const event = eventAt(reader, index);
  return event === undefined ? 0 : Date.parse(event.time);
}

/** The event at an index; `undefined` for an entry that is none. */
export function eventAt(reader: LedgerReader, index: number): AuditEvent | undefined {
  const [entry] = index < reader.size() ? reader.read(index, 1).entries : [];
  return entry === undefined ? undefined : parseEvent(entry);
}
