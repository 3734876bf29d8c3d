import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '@keywitness/api';
import { actorName, assetTexts, eventSentence, keyName, operationName } from './event-texts.ts';

const event: AuditEvent = {
  schema: 'keywitness.event/1',
  id: '0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  time: '2030-01-31T12:00:00.000Z',
  action: 'key.decrypt',
  outcome: 'denied',
  actor: { type: 'user', name: 'reports' },
  client: { address: '192.0.2.7' },
  protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
  requestId: 'r',
  revision: 1,
};

test('an event is said in one line', () => {
  assert.equal(eventSentence(event), 'reports was denied Decrypt');
  const key = { requested: 'arn:aws:kms:eu-west-1:111122223333:alias/cards', id: 'k-1' };
  assert.equal(
    eventSentence({ ...event, key, outcome: 'success' }),
    'reports was allowed Decrypt with alias/cards',
  );
  assert.equal(
    eventSentence({ ...event, outcome: 'throttled', count: 40 }),
    'reports was throttled at Decrypt, 40 times',
  );
});

test('what a caller only claims is said to be claimed; what nobody asked for has our own name', () => {
  assert.equal(
    actorName({ ...event, actor: { type: 'anonymous', credentialId: 'AKIA1', unverified: true } }),
    '? claims AKIA1',
  );
  const protocol = { front: 'internal', service: 'keywitness', operation: 'ReportHeartbeat' };
  assert.equal(operationName({ ...event, action: 'service.heartbeat', protocol }), 'service.heartbeat');
});

test('a key is called by its alias, then by its id; pairs of both contexts are assets, each once', () => {
  assert.equal(keyName(event), undefined);
  assert.equal(keyName({ ...event, key: { requested: 'x', id: 'k-1' } }), 'k-1');
  const context = { customer: '4711' };
  assert.deepEqual(assetTexts({ ...event, context, sourceContext: { ...context, a: 'b' } }), [
    'customer=4711',
    'a=b',
  ]);
});
