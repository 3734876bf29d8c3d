import type { AuditEvent, IncidentDetail } from '@keywitness/api';
import { shortArn } from '../../formats/index.ts';

/** One thing that happened about an incident. */
export interface Moment {
  readonly at: string;
  readonly kind: 'opened' | 'event' | 'comment' | 'step' | 'resolved';
  readonly key: string;
  /** In words. */
  readonly says: string;
  /** Who said or did it: an ARN. */
  readonly by?: string;
  /** Of an event of the record. */
  readonly event?: { readonly eventId: string; readonly index: number };
  /** How that event ended, where it is known. */
  readonly outcome?: AuditEvent['outcome'];
}

/** Everything that is known of an incident, the first thing first. `known`: events of the record by their ids. */
export function timelineOf(
  incident: IncidentDetail,
  known: ReadonlyMap<string, AuditEvent> = new Map(),
): readonly Moment[] {
  const { comments, disposition, events, incidentId, openedAt, remediations, resolvedAt } = incident;
  const moments: Moment[] = [
    { at: openedAt, kind: 'opened', key: 'opened', says: `The rule found it, and ${incidentId} was opened.` },
    ...events.map((event): Moment => momentOf(event, known.get(event.eventId))),
    ...comments.map(({ at, by, text }, position) => ({
      at,
      kind: 'comment' as const,
      key: `comment-${position}`,
      says: text,
      by,
    })),
    ...remediations.map(({ action, playbook, reason, remediationId, status, target, updatedAt }) => ({
      at: updatedAt,
      kind: 'step' as const,
      key: remediationId,
      says: [
        `${playbook}: ${action} ${target} is ${status}.`,
        ...(reason === undefined ? [] : [reason]),
      ].join(' '),
    })),
  ];
  if (resolvedAt !== undefined) {
    moments.push({
      at: resolvedAt,
      kind: 'resolved',
      key: 'resolved',
      says: `Resolved${disposition === undefined ? '' : ` as ${disposition}`}.`,
    });
  }
  return moments.toSorted((left, right) => Date.parse(left.at) - Date.parse(right.at));
}

function momentOf(
  { eventId, index, time }: IncidentDetail['events'][number],
  event: AuditEvent | undefined,
): Moment {
  return {
    at: time,
    kind: 'event',
    key: eventId,
    says: event === undefined ? `Entry ${index} of the log` : eventText(event),
    event: { eventId, index },
    ...(event === undefined ? {} : { outcome: event.outcome }),
  };
}

/** Who did what with what: `reports: key.decrypt, customer=4711`. */
function eventText({ action, actor, context = {}, key }: AuditEvent): string {
  const pairs = Object.entries(context).map(([name, value]) => `${name}=${value}`);
  const about = pairs.length > 0 ? pairs : [shortArn(key?.arn ?? key?.requested ?? '')];
  const who = actor.name ?? actor.arn ?? actor.type;
  return [`${who}: ${action}`, ...about.filter((text) => text !== '')].join(', ');
}

/** Filters of the audit page that show what an incident is about, some time around it. */
export function auditFiltersOf(
  { entity, lastSeenAt, openedAt, events }: IncidentDetail,
  aroundMs: number,
): Readonly<Record<string, string>> {
  const firstMs = Math.min(Date.parse(openedAt), ...events.map(({ time }) => Date.parse(time)));
  const filters: Record<string, string> = {
    from: new Date(firstMs - aroundMs).toISOString(),
    to: new Date(Date.parse(lastSeenAt) + aroundMs).toISOString(),
  };
  for (const [field, value] of Object.entries(entity)) {
    const name = filterNames.get(field);
    if (name !== undefined) filters[name] = value;
  }
  return filters;
}

/** Fields of events that the audit page has a filter for. */
const filterNames: ReadonlyMap<string, string> = new Map([
  ['actor.arn', 'principal'],
  ['actor.principal', 'principal'],
  ['actor.credentialId', 'credential'],
  ['key.arn', 'key'],
  ['key.id', 'key'],
  ['client.address', 'source'],
  ['action', 'action'],
  ['decisions.resource', 'key'],
]);
