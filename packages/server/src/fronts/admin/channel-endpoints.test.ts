import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiClient } from '@keywitness/api';
import type { ChannelMessages } from '../../core/operations/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { createSignatureVerifier } from '../sigv4/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';

const CANARY = 'canary-0f9b';
const slack = { type: 'slack', secrets: { url: `https://hooks.slack.com/services/${CANARY}` } };

/** A sender that keeps what it was asked. */
function fakeMessages(asked: string[]): ChannelMessages {
  return {
    async test(name) {
      asked.push(`test ${name}`);
      return { kind: 'sent', latencyMs: 7 };
    },
    async deadLetters(name) {
      asked.push(`dead-letters ${name}`);
      return [{ id: '17', kind: 'open', incidentId: 'inc-1', attempts: 3, reason: 'no', failedAtMs: 0 }];
    },
    async replay(name, ids) {
      asked.push(`replay ${name} ${ids.join(',')}`);
      return ids.length;
    },
  };
}

test('a channel is made, shown, changed, switched and deleted over the API, never with its secret', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  const answers: string[] = [];
  const call = async (method: string, path: string, body?: unknown): Promise<void> => {
    const answer = await bench.call(method, `/v1/channels${path}`, admin, body);
    assert.equal(answer.status, 200, answer.text());
    answers.push(answer.text());
  };
  await call('PUT', '/oncall', slack);
  await call('PUT', '/oncall', { type: 'slack', levelMin: 'high' });
  await call('GET', '');
  await call('GET', '/oncall');
  await call('POST', '/oncall/disable');
  await call('POST', '/oncall/enable');
  await call('DELETE', '/oncall');
  assert.match(answers[1] ?? '', /"levelMin":"high".*"secretNames":\["url"\].*"updatedAt":"\d{4}-/);
  assert.ok(!answers.join('').includes(CANARY));
  assert.ok(!bench.entries().join('').includes(CANARY));
});

test('what is wrong with a request is said without what it held', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  const wrong: readonly (readonly [string, unknown])[] = [
    ['/OnCall', slack],
    ['/oncall', { ...slack, extra: CANARY }],
    ['/oncall', { ...slack, type: CANARY }],
    ['/oncall', { ...slack, secrets: { url: [CANARY] } }],
    ['/oncall', { ...slack, secrets: { url: CANARY } }],
    ['/oncall', { ...slack, levelMin: CANARY }],
    ['/oncall', `{"type":"slack","secrets":"${CANARY}`],
  ];
  for (const [path, body] of wrong) {
    const answer = await bench.call('PUT', `/v1/channels${path}`, admin, body);
    assert.equal(answer.status, 400, path);
    assert.ok(!answer.text().includes(CANARY), answer.text());
  }
  assert.ok(!bench.entries().join('').includes(CANARY));
});

test('a test, dead letters and their replay are on the record before the sender is asked', async (t) => {
  const asked: string[] = [];
  const bench = new AdminBench(openMemoryStore(), {
    messages: fakeMessages(asked),
    verifySignature: (service) =>
      createSignatureVerifier({
        region: 'us-east-1',
        services: ['keywitness'],
        clockSkewMs: 300_000,
        nowMs: () => Date.now(),
        signatureKey: (accessKeyId, scope) => service.signatureKey(accessKeyId, scope),
      }),
  });
  const admin = await bench.administrator();
  const { endpoint, server } = await bench.serve();
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const client = createApiClient({ endpoint, region: 'us-east-1', credentials: async () => admin });
  await client.channels.put('oncall', { type: 'slack', secrets: slack.secrets });
  assert.deepEqual(await client.channels.test('oncall'), { outcome: 'sent', latencyMs: 7 });
  assert.equal(bench.lastEvent().action, 'channel.test');
  const { deadLetters } = await client.channels.deadLetters('oncall');
  assert.equal(deadLetters[0]?.failedAt, '1970-01-01T00:00:00.000Z');
  assert.equal(bench.lastEvent().action, 'channel.dead-letters');
  assert.deepEqual(await client.channels.replay('oncall', { ids: ['17'] }), { replayed: 1 });
  assert.equal(bench.lastEvent().action, 'channel.replay');
  assert.deepEqual(asked, ['test oncall', 'dead-letters oncall', 'replay oncall 17']);
  bench.fault = 'Unavailable';
  await assert.rejects(client.channels.test('oncall'), { code: 'Unavailable', status: 503 });
  bench.fault = undefined;
  assert.equal(asked.length, 3);
});

test('without a sender what asks for it is unavailable, and on the record', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  await bench.call('PUT', '/v1/channels/oncall', admin, slack);
  const answer = await bench.call('POST', '/v1/channels/oncall/test', admin);
  assert.deepEqual([answer.status, answer.code()], [503, 'Unavailable']);
  assert.equal(bench.lastEvent().action, 'channel.test');
});
