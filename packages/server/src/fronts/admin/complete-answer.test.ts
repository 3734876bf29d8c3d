import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';
import { indexFilters } from './event-filters.ts';

const arn = 'arn:aws:iam::111122223333:user/ann';

test('a question names its subject and its window, and is recorded as it was asked', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  const cases: readonly (readonly [string, readonly string[], object])[] = [
    ['asset=customer%3D4711%3D1', ['asset', 'customer', '4711=1'], { kind: 'all' }],
    ['key=arn:aws:kms:us-east-1:1:key/k-1', ['key', 'k-1'], { kind: 'all' }],
    ['key=alias/files', ['key', 'alias/files'], { kind: 'all' }],
    [`key=k-1&principal=${arn}`, ['key-principal', 'k-1', arn], { kind: 'all' }],
    [
      `principal=${arn}&fromIndex=3`,
      ['principal', arn],
      { kind: 'index', from: 3, to: Number.MAX_SAFE_INTEGER },
    ],
    ['source=192.0.2.7&toIndex=9', ['source', '192.0.2.7'], { kind: 'index', from: 0, to: 9 }],
    [
      'account=111122223333&to=1970-01-01T00:00:01Z',
      ['account', '111122223333'],
      { kind: 'time', fromMs: 0, toMs: 1000 },
    ],
    [
      'credential=AKIA1&from=1969-01-01T00:00:00Z',
      ['credential', 'AKIA1'],
      { kind: 'time', fromMs: 0, toMs: 253_402_300_800_000 },
    ],
    ['partial=true', ['partial'], { kind: 'all' }],
  ];
  for (const [query, [type, ...texts], window] of cases) {
    const answer = await bench.call('GET', `/v1/answers?${query}`, admin);
    assert.deepEqual([answer.status, answer.text()], [200, '{}'], query);
    assert.deepEqual(bench.answers.questions.at(-1), { subject: { type, texts }, window });
    const { action, parameters } = bench.lastEvent();
    assert.equal(action, 'audit.answer');
    const asked = [...new URLSearchParams(query)].map(([name, value]) => [
      name,
      name.endsWith('Index') ? Number(value) : value,
    ]);
    assert.deepEqual(parameters, Object.fromEntries(asked));
  }
});

test('an address is asked for however it is spelled, because the record spells it in one way', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  for (const [spelled, recorded] of [
    ['2001:DB8:0::00a', '2001:db8::a'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['unknown', 'unknown'],
  ]) {
    const query = `source=${encodeURIComponent(spelled ?? '')}`;
    assert.equal((await bench.call('GET', `/v1/answers?${query}`, admin)).status, 200);
    assert.deepEqual(bench.answers.questions.at(-1)?.subject, { type: 'source', texts: [recorded] });
    // A bundle of evidence is checked against this.
    assert.deepEqual(bench.lastEvent().parameters, { source: recorded });
    assert.equal(indexFilters({ source: spelled ?? '' }).source, recorded);
  }
});

test('a question about nothing, about several subjects, or with two kinds of window is malformed', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  const queries = [
    '',
    'from=2026-07-01T00:00:00Z',
    'key=k&asset=a%3Db',
    `key=k&principal=${arn}&source=192.0.2.7`,
    'principal=ann',
    'partial=false',
    'key=k&outcome=denied',
    'key=k&fromIndex=1&to=2026-07-01T00:00:00Z',
    'key=k&fromIndex=-1',
  ];
  for (const query of queries) {
    const answer = await bench.call('GET', `/v1/answers?${query}`, admin);
    assert.deepEqual([answer.status, answer.code()], [400, 'Validation'], query);
  }
  assert.deepEqual(bench.answers.questions, []);
});

test('an answer that cannot be given is refused, and says whether asking again may help', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  for (const [kind, status, code] of [
    ['too-large', 409, 'LimitExceeded'],
    ['unavailable', 503, 'Unavailable'],
  ] as const) {
    bench.answers.outcome = { kind, message: 'the reason' };
    const answer = await bench.call('GET', '/v1/answers?key=k', admin);
    assert.deepEqual([answer.status, answer.code()], [status, code]);
    assert.match(answer.text(), /the reason/);
  }
});

test('whoever may not ask is refused before anything is looked up', async () => {
  const bench = new AdminBench(openMemoryStore());
  await bench.administrator();
  const answer = await bench.call('GET', '/v1/answers?key=k');
  assert.equal(answer.status, 401);
  assert.deepEqual(bench.answers.questions, []);
});
