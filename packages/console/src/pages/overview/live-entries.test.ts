import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent, IndexedEvent } from '@keywitness/api';
import { entriesMax, entryOf, isOwnReading, withNewest } from './live-entries.ts';

const event: AuditEvent = {
  schema: 'keywitness.event/1',
  id: '0190b2d0-0000-7000-8000-000000000000',
  time: '2030-01-01T00:00:00.000Z',
  action: 'event.list',
  outcome: 'success',
  actor: { type: 'user', credentialId: 'ASIA1' },
  client: { address: '10.0.0.1' },
  protocol: { front: 'admin', service: 'keywitness', operation: 'ListEvents' },
  requestId: 'r',
  revision: 1,
};

const entry = (index: number): IndexedEvent => ({ index, event });

test('the newest come first, none twice, and the oldest go', () => {
  const some = withNewest([], [entry(1), entry(3), entry(2)]);
  assert.deepEqual(
    some.map(({ index }) => index),
    [3, 2, 1],
  );
  assert.equal(withNewest(some, [entry(2), entry(3)]), some);
  const many = withNewest(
    some,
    Array.from({ length: 300 }, (_, at) => entry(at)),
  );
  assert.equal(many.length, entriesMax);
  assert.deepEqual([many[0]?.index, many.at(-1)?.index], [299, 100]);
});

test('a message is an event with its place in the log, or nothing', () => {
  assert.deepEqual(entryOf(JSON.stringify(entry(4))), entry(4));
  for (const data of ['', '{}', 'null', '{"index":1}', '{"index":1,"event":{}}']) {
    assert.equal(entryOf(data), undefined, data);
  }
});

test('what this session has read is its own reading; what it did, and what was refused, is not', () => {
  assert.equal(isOwnReading(event, 'ASIA1'), true);
  assert.equal(isOwnReading(event, 'ASIA2'), false);
  assert.equal(isOwnReading({ ...event, outcome: 'denied' }, 'ASIA1'), false);
  assert.equal(isOwnReading({ ...event, key: { id: 'k' } }, 'ASIA1'), false);
  assert.equal(isOwnReading({ ...event, change: { after: {} } }, 'ASIA1'), false);
});
