import type { EventDetail, IncidentDetail } from '@keywitness/api';
import { eventColumns, eventRow, memberText } from '../event/index.ts';
import { layOutTable, outputColumns, visible } from '../terminal/index.ts';
import { showTime, type Zone, zoneName } from '../time/index.ts';
import { nextSteps } from './next-steps.ts';
import { sayStatus } from './say-incident.ts';

/** The events of an incident that could be read, and why others could not. */
export interface Evidence {
  readonly events: readonly EventDetail[];
  readonly missing?: string;
}

/** An incident for somebody who is woken by it. The text is not made harmless yet. */
export function describeIncident(
  incident: IncidentDetail,
  evidence: Evidence,
  zone: Zone,
): readonly string[] {
  return [
    `${incident.level.toUpperCase()}: ${incident.ruleTitle}`,
    '',
    ...headOf(incident, zone),
    ...involved(evidence),
    ...eventLines(incident, evidence, zone),
    ...remediationLines(incident, zone),
    ...commentLines(incident, zone),
    '',
    'Next:',
    ...nextSteps(incident, evidence.events).flatMap(({ command, why }) => [`  ${command}`, `      ${why}`]),
  ];
}

function headOf(incident: IncidentDetail, zone: Zone): readonly string[] {
  const { count, entity, events, incidentId, lastSeenAt, openedAt, rule, summary } = incident;
  const since = showTime(events[0]?.time ?? openedAt, zone, 'seconds');
  const last = showTime(lastSeenAt, zone, 'seconds');
  return [
    line('what', summary),
    ...Object.entries(entity).map(([name, value]) => line('about', `${name} ${value}`)),
    line('since', `${since} (${zoneName(zone)}), last seen ${last}`),
    line('attempts', String(count)),
    line('status', sayStatus(incident)),
    line('rule', rule),
    line('incident', incidentId),
  ];
}

/** Who, from where and on what, out of the events. */
function involved({ events }: Evidence): readonly string[] {
  const found = events.map(({ event }) => event);
  const of = (...paths: readonly (readonly string[])[]): readonly string[] =>
    found.map((event) =>
      paths
        .map((path) => memberText(event, ...path))
        .filter((text) => text !== undefined)
        .join(', '),
    );
  const rows: readonly (readonly [label: string, values: readonly string[]])[] = [
    ['who', of(['actor', 'arn'], ['actor', 'credentialId'])],
    ['from', of(['client', 'address'], ['client', 'userAgent'])],
    ['did', of(['action'], ['outcome'])],
    ['keys', of(['key', 'arn'])],
  ];
  return rows.flatMap(([label, values]) => counted(values).map((value) => line(label, value)));
}

/** Each value once, with how many events have it, the most frequent first. */
function counted(values: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([value, count]) => (count === 1 ? value : `${value} (${count} events)`));
}

function eventLines(incident: IncidentDetail, { events, missing }: Evidence, zone: Zone): readonly string[] {
  const details = new Map(events.map(({ event, index }) => [event.id, eventRow(index, event, zone)]));
  const columns = [...eventColumns(zone), { title: 'ID', columnsMin: 36 }];
  const rows = incident.events.map(({ eventId, index, time }) => {
    const bare = [String(index), showTime(time, zone, 'seconds'), '', '', '', '', '', ''];
    return [...(details.get(eventId) ?? bare), eventId].map(visible);
  });
  if (rows.length === 0) return [];
  return [
    '',
    'Events that it rests on, the first ones and the newest:',
    ...layOutTable(columns, rows, outputColumns()),
    ...(missing === undefined ? [] : [`Not all of them could be read: ${missing}`]),
  ];
}

function remediationLines({ remediations }: IncidentDetail, zone: Zone): readonly string[] {
  if (remediations.length === 0) return ['', 'Nothing was done about it by a playbook.'];
  return [
    '',
    'What was done about it:',
    ...remediations.map(
      ({ action, expiresAt, playbook, reason, remediationId, status, target, updatedAt }) => {
        const until = expiresAt === undefined ? '' : `, until ${showTime(expiresAt, zone, 'seconds')}`;
        const why = reason === undefined ? '' : `: ${reason}`;
        const when = showTime(updatedAt, zone, 'seconds');
        return `  ${when}  ${action} ${target}: ${status}${why}${until} (playbook ${playbook}, ${remediationId})`;
      },
    ),
  ];
}

function commentLines({ comments }: IncidentDetail, zone: Zone): readonly string[] {
  if (comments.length === 0) return [];
  return [
    '',
    'What people said:',
    ...comments.map(({ at, by, text }) => `  ${showTime(at, zone, 'seconds')}  ${by}: ${text}`),
  ];
}

function line(label: string, value: string): string {
  return `${label.padEnd(8)}  ${value}`;
}
