import type { IncidentRecord } from '../../core/operations/index.ts';
import type { Notice, NoticeKind } from './notice.ts';

/** An incident, with what the test changes about it. */
export function incidentLike(change: Partial<IncidentRecord> = {}): IncidentRecord {
  return {
    id: 'inc-abcdefghijklmnopqrstuvwxyz',
    ruleName: 'many-denied',
    ruleTitle: 'Many denied requests',
    ruleSha256: 'ab'.repeat(32),
    level: 'high',
    status: 'open',
    entity: { 'actor.arn': 'arn:aws:iam::111122223333:user/eve' },
    summary: '12 denied requests within 5 minutes, more than 10.',
    openedAtMs: Date.parse('2030-01-01T12:00:00.000Z'),
    updatedAtMs: Date.parse('2030-01-01T12:00:05.000Z'),
    lastSeenMs: Date.parse('2030-01-01T12:00:05.000Z'),
    count: 12,
    events: [
      {
        id: '019b0000-0000-7000-8000-000000000001',
        index: 3,
        timeMs: Date.parse('2030-01-01T11:59:00.000Z'),
      },
    ],
    comments: [],
    ...change,
  };
}

/** Something to tell about an incident. */
export function noticeLike(change: Partial<Notice> = {}, kind: NoticeKind = 'open'): Notice {
  return {
    id: '019b0000-0000-7000-8000-0000000000ff',
    kind,
    channelName: 'oncall',
    origin: 'kms.example/log',
    atMs: Date.parse('2030-01-01T12:00:00.000Z'),
    incident: incidentLike(),
    ...change,
  };
}

const HOSTILE = [
  '<script>alert(1)</script>',
  '<!channel> <@U123> <https://evil.example|click here>',
  '[click here](https://evil.example) **bold** `code` {{DATE(2030-01-01T00:00:00Z)}}',
  '"&\'<>`*_~|',
  'line\r\nBcc: somebody@evil.example\n\n.\n',
  '\u202eevil\u2066 \u0000\u001b[31m',
  '\ud800 lonely',
].join(' ');

/** An incident in which every text that a request can have a say in means harm. */
export function hostileIncident(): IncidentRecord {
  return incidentLike({
    ruleTitle: HOSTILE,
    summary: HOSTILE,
    entity: { [HOSTILE]: HOSTILE, 'client.userAgent': HOSTILE },
  });
}

/** An incident with more of everything than any receiver takes. */
export function hugeIncident(): IncidentRecord {
  const text = '𝒳<&>"'.repeat(20_000);
  const event = incidentLike().events[0];
  return incidentLike({
    ruleTitle: text,
    summary: text,
    entity: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}${text}`, text])),
    events: event === undefined ? [] : Array.from({ length: 20 }, () => event),
  });
}
