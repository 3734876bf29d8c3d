import { type AuditEvent, parseEvent } from '../../core/audit/index.ts';
import type { ChannelType, IncidentRecord, Level } from '../../core/operations/index.ts';
import type { NoticeKind } from './notice.ts';

/** An event that people or programs may have to be told of. */
export interface IncidentEvent {
  readonly kind: NoticeKind;
  readonly incidentId: string;
  readonly eventId: string;
  readonly timeMs: number;
  /** ARN of whoever did it, when it was not the service itself. */
  readonly by: string | undefined;
}

/** That messages ended, as the log says. */
export interface DeliveryEvent {
  readonly channel: string;
  readonly first: number;
  readonly last: number;
  readonly timeMs: number;
  /** Why they were given up; absent when they were delivered. */
  readonly reason: string | undefined;
}

/** What an entry means for channels. */
export type ReadEntry =
  | { readonly kind: 'incident'; readonly event: IncidentEvent }
  | { readonly kind: 'delivery'; readonly event: DeliveryEvent };

/** Events are canonical JSON, so that their action stands first: all others are told apart without being parsed. */
const INCIDENT = Buffer.from('{"action":"incident.', 'utf8');
const DELIVERY = Buffer.from('{"action":"notification.deliver"', 'utf8');

const KINDS: ReadonlyMap<string, NoticeKind> = new Map([
  ['incident.open', 'open'],
  ['incident.grow', 'grow'],
  ['incident.reopen', 'reopen'],
  ['incident.acknowledge', 'acknowledge'],
  ['incident.resolve', 'resolve'],
]);

/** An incident of this rule says that somebody changed what is watched or who is told, and goes to everybody. */
const ALWAYS_TOLD = 'audit-configuration-changed';
const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** Reads an entry of the log; `undefined` for what is of no interest here. */
export function readEntry(entry: Uint8Array): ReadEntry | undefined {
  if (startsWith(entry, INCIDENT)) {
    const event = incidentEvent(parseEvent(entry));
    return event === undefined ? undefined : { kind: 'incident', event };
  }
  if (!startsWith(entry, DELIVERY)) return undefined;
  const event = deliveryEvent(parseEvent(entry));
  return event === undefined ? undefined : { kind: 'delivery', event };
}

/** Whether a channel of this type and level is told of it. */
export function isToldOf(
  kind: NoticeKind,
  incident: IncidentRecord,
  { type, levelMin }: { readonly type: ChannelType; readonly levelMin: Level },
): boolean {
  if (incident.status === 'suppressed') return false;
  if (kind === 'grow' && type !== 'pagerduty' && type !== 'webhook') return false;
  return incident.ruleName === ALWAYS_TOLD || LEVELS.indexOf(incident.level) >= LEVELS.indexOf(levelMin);
}

function incidentEvent(event: AuditEvent | undefined): IncidentEvent | undefined {
  const kind = KINDS.get(event?.action ?? '');
  const incidentId = event?.parameters?.['incident'];
  if (event === undefined || kind === undefined || event.outcome !== 'success') return undefined;
  if (typeof incidentId !== 'string') return undefined;
  const by = event.actor.type === 'system' ? undefined : event.actor.arn;
  return { kind, incidentId, eventId: event.id, timeMs: Date.parse(event.time), by };
}

function deliveryEvent(event: AuditEvent | undefined): DeliveryEvent | undefined {
  const { channel, firstIndex, lastIndex } = event?.parameters ?? {};
  if (event === undefined || typeof channel !== 'string') return undefined;
  if (typeof firstIndex !== 'number' || typeof lastIndex !== 'number') return undefined;
  const reason = event.outcome === 'success' ? undefined : (event.error?.message ?? '');
  return { channel, first: firstIndex, last: lastIndex, timeMs: Date.parse(event.time), reason };
}

function startsWith(entry: Uint8Array, prefix: Buffer): boolean {
  return prefix.equals(entry.subarray(0, prefix.length));
}
