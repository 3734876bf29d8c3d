import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'kms:Encrypt', Resource: '*' }],
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('an answer that is taken out names the event that says who took it, and what was asked', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  bench.answers.outcome = { kind: 'answer', text: '{"an":"answer"}\n' };
  const query = 'asset=customer%3D4711&from=2026-07-01T00:00:00Z';
  const answer = await bench.call('POST', `/v1/exports?${query}`, admin);
  assert.equal(answer.status, 200, answer.text());
  const { action, actor, id, parameters } = bench.lastEvent();
  assert.deepEqual(JSON.parse(answer.text()), {
    eventId: id,
    index: bench.events().length - 1,
    answer: '{"an":"answer"}\n',
  });
  assert.deepEqual([action, actor.arn], ['audit.export', admin.arn]);
  assert.deepEqual(parameters, { asset: 'customer=4711', from: '2026-07-01T00:00:00Z' });
  assert.deepEqual(bench.answers.questions, [
    {
      subject: { type: 'asset', texts: ['customer', '4711'] },
      window: { kind: 'time', fromMs: Date.UTC(2026, 6, 1), toMs: 253_402_300_800_000 },
    },
  ]);
});

test('nobody takes an answer out without being allowed to', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  const denying = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Deny', Action: ['keywitness:ExportEvidence', 'keywitness:GetDocument'], Resource: '*' },
    ],
  });
  const path = `/v1/principals/${admin.arn.split('/').at(-1) ?? ''}/policies/no-export?force=true`;
  const put = await bench.call('PUT', path, admin, { document: denying });
  assert.equal(put.status, 200, put.text());
  for (const [method, target] of [
    ['POST', '/v1/exports?key=k'],
    ['GET', `/v1/documents/${sha256(denying)}`],
  ] as const) {
    const answer = await bench.call(method, target, admin);
    assert.deepEqual([answer.status, answer.code()], [403, 'AccessDenied']);
    assert.equal(bench.lastEvent().outcome, 'denied');
  }
  assert.deepEqual(bench.answers.questions, []);
});

test('a policy is read by its hash, also when it decides no more, and when it came with the service', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  const created = await bench.call('POST', '/v1/principals', admin, {
    name: 'ann',
    type: 'user',
    policy,
  });
  assert.equal(created.status, 200, created.text());
  const bootstrap = bench.events().find(({ decisions }) => decisions?.[0]?.effect === 'allow')
    ?.decisions?.[0];
  const statement = { Sid: 'Everything', Effect: 'Allow', Action: ['*'], Resource: '*' };
  const builtIn = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  const own = bootstrap !== undefined && 'policySha256' in bootstrap ? String(bootstrap.policySha256) : '';
  for (const hash of [sha256(policy), sha256(builtIn), own]) {
    const answer = await bench.call('GET', `/v1/documents/${hash}`, admin);
    assert.equal(answer.status, 200, answer.text());
    const body: unknown = JSON.parse(answer.text());
    assert(typeof body === 'object' && body !== null && 'document' in body);
    assert.equal(sha256(String(body.document)), hash);
    const { action, parameters } = bench.lastEvent();
    assert.deepEqual([action, parameters], ['audit.document', { documentSha256: hash }]);
  }
  const unknown = await bench.call('GET', `/v1/documents/${'0'.repeat(64)}`, admin);
  assert.deepEqual([unknown.status, unknown.code()], [404, 'NotFound']);
  const malformed = await bench.call('GET', '/v1/documents/x', admin);
  assert.deepEqual([malformed.status, malformed.code()], [400, 'Validation']);
});
