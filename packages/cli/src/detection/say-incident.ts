import type { IncidentSummary } from '@keywitness/api';

/** An entity in a line. */
export function sayEntity(entity: Readonly<Record<string, string>>): string {
  return Object.entries(entity)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/** How far an incident is, and whose it is. */
export function sayStatus(incident: IncidentSummary): string {
  const { assignee, disposition, status, suppressedBy } = incident;
  const whose = assignee === undefined ? 'nobody’s' : `assigned to ${assignee}`;
  switch (status) {
    case 'open':
      return `open, ${whose}`;
    case 'acknowledged':
      return `acknowledged, ${whose}`;
    case 'resolved':
      return `resolved as ${disposition ?? 'nothing said'}`;
    case 'suppressed':
      return `suppressed by ${suppressedBy ?? 'what is no more'}: nobody was told`;
  }
}
