import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runKeywitness } from '../testing/run-keywitness.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';

const noon = '2026-07-01T12:00:00.000Z';
const hostile = 'u1\u001b[2J';

test('a histogram is a table of numbers over time', async () => {
  const buckets = [
    { success: 12, denied: 3, error: 0, throttled: 0 },
    { success: 0, denied: 0, error: 1, throttled: 7 },
  ];
  const body = { from: noon, to: '2026-07-01T14:00:00.000Z', bucketMs: 3_600_000, buckets, size: 23 };
  await using stub = await startStubService(() => ({ body }));
  const args = ['audit', 'histogram', '--utc', '--key', 'k-1', '--request', 'r-1', '--buckets', '2'];
  const run = await runKeywitness([...args, '--from', noon], { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.stdout.split('\n'), [
    'FROM (UTC)           SUCCESS  DENIED  ERROR  THROTTLED',
    '2026-07-01 12:00:00  12       3       0      0',
    '2026-07-01 13:00:00  0        0       1      7',
    '',
  ]);
  assert.deepEqual(Object.fromEntries(stub.requests[0]?.query ?? []), {
    key: 'k-1',
    request: 'r-1',
    from: noon,
    buckets: '2',
  });
});

test('a summary is a table for each field, harmless, and says when it is not about all events', async () => {
  const value = { value: hostile, label: 'alice', count: 2, firstAt: noon, lastAt: noon };
  const fields = {
    principal: { values: [value], distinct: 1 },
    source: { values: [{ value: '10.0.0.1', count: 1 }], distinct: 1 },
  };
  const body = { fields, matchedScanned: 3, isComplete: false, size: 9 };
  await using stub = await startStubService(() => ({ body }));
  const args = ['audit', 'summary', '--utc', '--by', 'principal,source', '--top', '3', '--outcome', 'denied'];
  const run = await runKeywitness(args, { env: stub.env });
  assert.equal(run.code, 0);
  assert.deepEqual(run.stdout.split('\n'), [
    'COUNT  FIRST (UTC)          LAST (UTC)           PRINCIPAL',
    '2      2026-07-01 12:00:00  2026-07-01 12:00:00  u1\\u{1b}[2J (alice)',
    'COUNT  FIRST (UTC)  LAST (UTC)  SOURCE',
    '1                               10.0.0.1',
    '',
  ]);
  assert.match(run.stderr, /newest 3 of them; --scan looks at more/);
  assert.equal(stub.requests[0]?.query.get('by'), 'principal,source');
  const wrong = await runKeywitness(['audit', 'summary', '--by', 'nothing'], { env: stub.env });
  assert.equal(wrong.code, 64);
});

test('who accessed an asset is told with how closely, and with what was released before', async () => {
  const group = {
    principal: 'arn:aws:iam::1:user/u1',
    grade: 'asset-exact',
    lease: true,
    outcome: 'success',
  };
  const groups = [
    { ...group, count: 4, firstAt: noon, lastAt: noon },
    { grade: 'asset-set', lease: false, outcome: 'denied', count: 1 },
  ];
  const body = { groups, leasesBefore: 2, matchedScanned: 5, isComplete: true, size: 9 };
  await using stub = await startStubService(() => ({ body }));
  const run = await runKeywitness(['audit', 'access', 'customer=a=b', '--utc', '--from', noon], {
    env: stub.env,
  });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.stdout.split('\n'), [
    'WHO                     GRADE               OUTCOME  COUNT  FIRST (UTC)          LAST (UTC)',
    'arn:aws:iam::1:user/u1  asset-exact, lease  success  4      2026-07-01 12:00:00  2026-07-01 12:00:00',
    '                        asset-set           denied   1',
    '2 events before the window released what can be used in it without an event',
    '',
  ]);
  assert.equal(stub.requests[0]?.query.get('asset'), 'customer=a=b');
  const json = await runKeywitness(['audit', 'access', 'customer=a=b', '--json'], { env: stub.env });
  assert.deepEqual(JSON.parse(json.stdout), body);
});
