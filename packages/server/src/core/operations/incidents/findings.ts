import type { Finding } from '@keywitness/rules';
import { derivedId } from '../derived-id.ts';
import { clip } from '../event-builder.ts';
import type { Replica } from '../replica.ts';
import type { IncidentEvent, IncidentRecord } from '../response-records.ts';

/** How long what is over is kept beside the log; and what is older is not raised any more. */
export const RETENTION_MS: number = 90 * 86_400_000;

const EVENTS_MAX = 20;
/** Of an entity's values together, and of an episode, in UTF-16 units: a finding is recorded as a whole or not at all. */
const ENTITY_UNITS_MAX = 4096;
const EPISODE_UNITS_MAX = 2048;

/** The incident of an episode (`spec/incidents.md`, "identity"). */
export function incidentIdOf(episode: string): string {
  return derivedId('inc-', episode);
}

/**
 * Whether raising a finding would change anything. Whoever reads the log again from an earlier place asks this first:
 * what was raised already needs no event.
 */
export function isNews(finding: Finding, { incidents }: Pick<Replica, 'incidents'>, nowMs: number): boolean {
  return isNewsTo(finding, incidents.get(incidentIdOf(finding.episode)), nowMs);
}

/** The same about the incident itself. Counts and times only grow within an episode. */
export function isNewsTo(finding: Finding, known: IncidentRecord | undefined, nowMs: number): boolean {
  // What is forgotten was last seen before this, so that it cannot be opened anew.
  if (finding.timeMs <= nowMs - RETENTION_MS) return false;
  return known === undefined || finding.count > known.count || finding.timeMs > known.lastSeenMs;
}

/** What a finding says about its incident. Texts in it come from clients, and are cut. */
export function factsOf(
  finding: Finding,
): Pick<
  IncidentRecord,
  'ruleName' | 'ruleTitle' | 'ruleSha256' | 'level' | 'entity' | 'summary' | 'lastSeenMs' | 'count'
> {
  const members = Object.entries(finding.entity);
  const unitsMax = Math.floor(ENTITY_UNITS_MAX / Math.max(1, members.length));
  return {
    ruleName: finding.ruleName,
    ruleTitle: clip(finding.ruleTitle),
    ruleSha256: finding.ruleSha256,
    level: finding.level,
    entity: Object.fromEntries(members.map(([name, value]) => [name, clip(value).slice(0, unitsMax)])),
    summary: clip(finding.summary),
    lastSeenMs: finding.timeMs,
    count: finding.count,
  };
}

/** The events that a finding rests on; of more than are kept, the newest. */
export function eventsOf({ events }: Finding): readonly IncidentEvent[] {
  return events.slice(-EVENTS_MAX).map(({ id, index, timeMs }) => ({ id, index, timeMs }));
}

/** The episode for the record; absent when it is too long: the incident's id is made from it. */
export function notedEpisode({ episode }: Finding): string | undefined {
  return episode.length <= EPISODE_UNITS_MAX ? episode : undefined;
}
