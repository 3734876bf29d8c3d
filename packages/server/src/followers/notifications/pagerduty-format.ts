import type { Level } from '../../core/operations/index.ts';
import type { Notice, NoticeKind } from './notice.ts';
import { plainText } from './plain-text.ts';
import { wordingOf } from './wording.ts';

const SUMMARY_UNITS_MAX = 1024;
/** The keys of a channel's former self and of tests have to be told from those of incidents. */
const UNITS_MAX = 1000;

const SEVERITIES: Readonly<Record<Level, 'critical' | 'error' | 'warning' | 'info'>> = {
  informational: 'info',
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};

const ACTIONS: Readonly<Record<NoticeKind, 'trigger' | 'acknowledge' | 'resolve'>> = {
  open: 'trigger',
  grow: 'trigger',
  reopen: 'trigger',
  acknowledge: 'acknowledge',
  resolve: 'resolve',
  test: 'trigger',
  former: 'trigger',
};

/** Where events are sent, by the region of the account. */
export function pagerDutyUrl(region: string | undefined): string {
  return region === 'eu'
    ? 'https://events.eu.pagerduty.com/v2/enqueue'
    : 'https://events.pagerduty.com/v2/enqueue';
}

/** The body of an event (PagerDuty Events API v2). All events of an incident have its id as the key. */
export function pagerDutyBody(notice: Notice, routingKey: string): string {
  const { incident, link } = notice;
  const action = ACTIONS[notice.kind];
  const key = { routing_key: routingKey, dedup_key: incident?.id ?? `${notice.kind}-${notice.id}` };
  if (action !== 'trigger') return JSON.stringify({ ...key, event_action: action });
  const { title, summary, facts, level, command } = wordingOf({ kind: 'single', notice }, UNITS_MAX);
  const entity = Object.values(incident?.entity ?? {})[0];
  return JSON.stringify({
    ...key,
    event_action: action,
    client: 'Keywitness',
    ...(link === undefined ? {} : { client_url: link, links: [{ href: link, text: 'Open in the console' }] }),
    payload: {
      summary: plainText(`${title}: ${summary}`, SUMMARY_UNITS_MAX),
      source: plainText(notice.origin, 200),
      severity: SEVERITIES[level],
      timestamp: new Date(notice.atMs).toISOString(),
      ...(entity === undefined ? {} : { component: plainText(entity, 200) }),
      group: 'keywitness',
      class: incident?.ruleName ?? notice.kind,
      custom_details: {
        ...Object.fromEntries(facts),
        ...(command === undefined ? {} : { 'Acknowledge with': command }),
      },
    },
  });
}
