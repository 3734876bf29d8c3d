import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentDetail } from '@keywitness/api';
import { auditFiltersOf, timelineOf } from './timeline.ts';

const incident: IncidentDetail = {
  incidentId: 'inc-a',
  rule: 'denied-breadth',
  ruleTitle: 'Denied on many keys',
  ruleSha256: '00',
  level: 'high',
  status: 'resolved',
  entity: { 'actor.principal': 'arn:aws:iam::111122223333:user/ann', 'event.odd': 'x' },
  summary: 's',
  openedAt: '2026-01-01T10:00:05Z',
  updatedAt: '2026-01-01T12:00:00Z',
  lastSeenAt: '2026-01-01T10:00:09Z',
  count: 7,
  disposition: 'benign',
  resolvedAt: '2026-01-01T12:00:00Z',
  events: [{ eventId: 'e1', index: 4, time: '2026-01-01T10:00:04Z' }],
  comments: [{ at: '2026-01-01T11:00:00Z', by: 'arn:aws:iam::111122223333:user/bo', text: 'looks odd' }],
  remediations: [],
};

test('what is known of an incident stands in the order in which it happened', () => {
  assert.deepEqual(
    timelineOf(incident).map(({ kind }) => kind),
    ['event', 'opened', 'comment', 'resolved'],
  );
  assert.equal(timelineOf(incident).at(-1)?.says, 'Resolved as benign.');
});

test('the audit page is asked for what the incident is about, around its time', () => {
  assert.deepEqual(auditFiltersOf(incident, 60_000), {
    from: '2026-01-01T09:59:04.000Z',
    to: '2026-01-01T10:01:09.000Z',
    principal: 'arn:aws:iam::111122223333:user/ann',
  });
});

test('an event is told in words where it is known', () => {
  const event = {
    schema: 'keywitness.event/1',
    id: 'e1',
    time: '2026-01-01T10:00:04Z',
    action: 'key.decrypt',
    outcome: 'denied',
    actor: { type: 'user', name: 'ann' },
    client: { address: '192.0.2.1' },
    protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
    requestId: 'r',
    context: { customer: '4711' },
    revision: 1,
  } as const;
  const [first] = timelineOf(incident, new Map([['e1', event]]));
  assert.deepEqual([first?.says, first?.outcome], ['ann: key.decrypt, customer=4711', 'denied']);
});
