import type { Finding } from '@keywitness/rules';
import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import type { Operation } from '../operation.ts';
import type { Result } from '../params.ts';
import type { IncidentRecord, IncidentStatus } from '../response-records.ts';
import { LIMIT_RULE } from '../rules/index.ts';
import { parseRecord } from '../subjects.ts';
import { suppressionOf } from '../suppressions/index.ts';
import { eventsOf, factsOf, incidentIdOf, isNewsTo, notedEpisode } from './findings.ts';
import { hasRoom, LIMIT_SUMMARY } from './room.ts';

type RaiseAction = 'incident.open' | 'incident.grow' | 'incident.reopen';

interface Raised {
  readonly action: RaiseAction;
  readonly after: IncidentRecord;
}

/**
 * The service's own act on a `finding`, a JSON text of one: opens its incident, or lets it grow, or opens it again. Raised
 * twice, it changes nothing the second time. Nothing but the rule engine calls it.
 */
export const raiseIncident: Operation = {
  name: 'RaiseIncident',
  action: 'incident.grow',
  run(attempt, params) {
    const finding = parseRecord<Finding>(params.text('finding'));
    const id = incidentIdOf(finding.episode);
    attempt.note.parameters = { incident: id, rule: finding.ruleName };
    const known = attempt.view.incident(id);
    if (!isNewsTo(finding, known, attempt.nowMs)) return { incidentId: id, raised: 'nothing' };
    const raised = raise(attempt, finding, known);
    const { status } = raised.after;
    if (status !== known?.status && !hasRoom(attempt, finding.ruleName, status)) {
      return overflow(attempt, finding);
    }
    return write(attempt, finding, known, raised);
  },
};

function raise(attempt: Attempt, finding: Finding, known: IncidentRecord | undefined): Raised {
  const suppression = suppressionOf(attempt, finding.ruleName, factsOf(finding).entity);
  const grown = known === undefined ? opened(attempt, finding) : grownBy(attempt, finding, known);
  const status: IncidentStatus = suppression === undefined ? 'open' : 'suppressed';
  const suppressedBy = suppression?.id;
  switch (known?.status) {
    case undefined:
      return { action: 'incident.open', after: { ...grown, status, suppressedBy } };
    case 'open':
    case 'acknowledged':
      return { action: 'incident.grow', after: grown };
    case 'suppressed':
      // That nobody was told before is no reason to call it opened again.
      return {
        action: status === 'open' ? 'incident.open' : 'incident.grow',
        after: { ...grown, status, suppressedBy },
      };
    case 'resolved': {
      const after = { ...grown, status, suppressedBy, disposition: undefined, resolvedAtMs: undefined };
      return { action: status === 'open' ? 'incident.reopen' : 'incident.grow', after };
    }
  }
}

function opened(attempt: Attempt, finding: Finding): IncidentRecord {
  return {
    id: incidentIdOf(finding.episode),
    ...factsOf(finding),
    status: 'open',
    openedAtMs: attempt.nowMs,
    updatedAtMs: attempt.nowMs,
    events: eventsOf(finding),
    comments: [],
  };
}

/** News that is seen late lets nothing shrink. */
function grownBy(attempt: Attempt, finding: Finding, known: IncidentRecord): IncidentRecord {
  const events = eventsOf(finding);
  return {
    ...known,
    ...factsOf(finding),
    updatedAtMs: attempt.nowMs,
    lastSeenMs: Math.max(known.lastSeenMs, finding.timeMs),
    count: Math.max(known.count, finding.count),
    events: events.length === 0 ? known.events : events,
  };
}

function write(
  attempt: Attempt,
  finding: Finding,
  before: IncidentRecord | undefined,
  { action, after }: Raised,
  more: EventParameters = {},
): Result {
  const facts = action === 'incident.grow' ? {} : noteFacts(finding, after);
  attempt.note.action = action;
  attempt.note.change = {
    ...(before === undefined ? {} : { before: noteSize(before) }),
    after: { ...noteSize(after), ...facts, ...more },
  };
  attempt.write(`incident:${after.id}`, after);
  return { incidentId: after.id, raised: action };
}

/** There is no room for the incident: that is an incident itself, and its events say of which finding. */
function overflow(attempt: Attempt, refused: Finding): Result {
  const id = incidentIdOf(LIMIT_RULE);
  const before = attempt.view.incident(id);
  const { level, ruleName, summary, timeMs } = refused;
  const finding: Finding = {
    ...refused,
    ruleName: LIMIT_RULE,
    ruleTitle: 'Too many incidents are open',
    ruleSha256: '',
    level: 'critical',
    entity: {},
    episode: LIMIT_RULE,
    summary: LIMIT_SUMMARY,
    timeMs: Math.max(timeMs, before?.lastSeenMs ?? 0),
    count: (before?.count ?? 0) + 1,
  };
  attempt.note.parameters = { incident: id, rule: LIMIT_RULE };
  const noted = {
    entity: factsOf(refused).entity,
    episode: notedEpisode(refused),
    level,
    rule: ruleName,
    summary: summary.slice(0, 256),
  };
  return write(attempt, finding, before, raise(attempt, finding, before), { refused: noted });
}

function noteSize({ count, level, status }: IncidentRecord): EventParameters {
  return { count, level, status };
}

function noteFacts(finding: Finding, record: IncidentRecord): EventParameters {
  const { entity, events, ruleSha256, ruleTitle, summary, suppressedBy } = record;
  const eventIds = events.map(({ id }) => id);
  const episode = notedEpisode(finding);
  return { entity, episode, eventIds, ruleSha256, ruleTitle, summary, suppressedBy };
}
