import type { IncidentDetail } from '@keywitness/api';

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
}

/** Everything that is known of an incident, the first thing first. */
export function timelineOf(incident: IncidentDetail): readonly Moment[] {
  const { comments, disposition, events, incidentId, openedAt, remediations, resolvedAt } = incident;
  const moments: Moment[] = [
    { at: openedAt, kind: 'opened', key: 'opened', says: `The rule found it, and ${incidentId} was opened.` },
    ...events.map(({ eventId, index, time }) => ({
      at: time,
      kind: 'event' as const,
      key: eventId,
      says: `Entry ${index} of the log`,
      event: { eventId, index },
    })),
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
