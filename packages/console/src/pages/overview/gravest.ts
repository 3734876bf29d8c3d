import type { IncidentSummary } from '@keywitness/api';

const levels: readonly IncidentSummary['level'][] = ['informational', 'low', 'medium', 'high', 'critical'];

/** The gravest incidents: those that nobody has taken before those that somebody has, and newer before older. */
export function gravest(incidents: readonly IncidentSummary[], count: number): readonly IncidentSummary[] {
  return incidents
    .toSorted(
      (a, b) =>
        levels.indexOf(b.level) - levels.indexOf(a.level) ||
        Number(a.status !== 'open') - Number(b.status !== 'open') ||
        Date.parse(b.openedAt) - Date.parse(a.openedAt),
    )
    .slice(0, count);
}
