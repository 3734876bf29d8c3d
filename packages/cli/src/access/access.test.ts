import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';

const ANN = 'arn:aws:iam::111122223333:user/ann';
const KEY = 'arn:aws:kms:us-east-1:111122223333:key/k-1';
const by = { policyKind: 'identity-based', policy: 'p', statement: 'Use' };
const officeOnly = {
  policy: 'p',
  statement: 'Use',
  operator: 'IpAddress',
  key: 'aws:SourceIp',
  values: ['10.0.0.0/8'],
};
const allowed = { principal: ANN, type: 'user', effect: 'allow', by };

function jsonLines(...values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

test('who-can asks for what was given, and shows what an answer hangs on', async () => {
  const entry = { ...allowed, possibility: 'if', conditions: [{ when: 'if', ...officeOnly }] };
  const role = {
    ...allowed,
    principal: 'arn:aws:iam::111122223333:role/app\u001b[2J',
    possibility: 'yes',
    conditions: [],
    assumedBy: [{ ...allowed, possibility: 'yes', conditions: [] }],
  };
  const answer = { action: 'kms:Decrypt', resource: KEY, revision: 1, unknown: ['x'], cut: 2 };
  await using stub = await startStubService(() => ({ body: { ...answer, principals: [entry, role] } }));
  const given = [
    '--context',
    'a=b=c',
    '--context',
    'd=',
    '--source-ip',
    '10.0.0.7',
    '--condition',
    'aws:X=1',
  ];
  const args = ['access', 'who-can', 'Decrypt', 'alias/k', ...given, '--condition', 'aws:X=2'];
  const run = await runKeywitness(args, { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(JSON.parse(stub.requests[0]?.body ?? ''), {
    action: 'Decrypt',
    key: 'alias/k',
    context: { a: 'b=c', d: '' },
    sourceIp: '10.0.0.7',
    conditions: { 'aws:X': ['1', '2'] },
  });
  assert.match(
    run.stdout,
    /^111122223333:user\/ann +if +allowed by .* if aws:SourceIp IpAddress `10\.0\.0\.0\/8`$/m,
  );
  assert.match(run.stdout, /^111122223333:role\/app\\u\{1b\}\[2J +yes/m);
  assert.match(run.stdout, /^ {2}<- 111122223333:user\/ann +yes/m);
  assert.match(run.stdout, /2 more principals were not looked at/);
  const json = await runKeywitness([...args, '--json'], { env: stub.env });
  assert.deepEqual(JSON.parse(json.stdout), { ...answer, principals: [entry, role] });
});

test('a replay shows counts, reasons and evidence', async () => {
  const group = {
    principal: ANN,
    permission: 'kms:Decrypt',
    resource: KEY,
    count: 7,
    firstTime: '2026-07-01T00:00:00.000Z',
    lastTime: '2026-07-02T00:00:00.000Z',
    before: { effect: 'allow', by },
    after: { effect: 'implicit-deny', missing: 'identity-based' },
    events: ['event-1'],
  };
  const answer = {
    for: 'user:ann',
    revision: 1,
    events: 9,
    decisions: 9,
    newlyDenied: [group],
    newlyAllowed: [],
    deniedCount: 7,
    allowedCount: 0,
    changedSince: 1,
    notJudged: { counted: 2 },
    cut: 0,
  };
  await using stub = await startStubService(() => ({
    body: jsonLines({ progress: { done: 1, total: 9 } }, { answer }),
  }));
  using folder = temporaryFolder();
  writeFileSync(folder.file('policy.json'), '{}');
  const args = ['access', 'replay', '--policy', folder.file('policy.json'), '--for', 'user:ann'];
  const run = await runKeywitness([...args, '--since', '2026-06-01'], { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(JSON.parse(stub.requests[0]?.body ?? ''), {
    for: 'user:ann',
    document: '{}',
    from: '2026-06-01T00:00:00.000Z',
  });
  assert.match(run.stdout, /^9 events with 9 decisions: 7 newly denied, 0 newly allowed$/m);
  assert.match(
    run.stdout,
    /^7 +111122223333:user\/ann +kms:Decrypt +k-1 +denied: no identity-based .* event-1$/m,
  );
  assert.match(run.stdout, /^ {2}2 {2}counted$/m);
});

test('an answer that ends with an error, or without an answer, is a failure', async () => {
  const error = { code: 'Throttled', message: 'too many questions', requestId: 'r' };
  await using stub = await startStubService(({ path }) => ({
    body: path.endsWith('unused') ? jsonLines({ error }) : jsonLines({ progress: { done: 1, total: 2 } }),
  }));
  const refused = await runKeywitness(['access', 'unused'], { env: stub.env });
  assert.equal(refused.code, 3);
  assert.match(refused.stderr, /too many questions \(Throttled\)/);
  const broken = await runKeywitness(['access', 'lint', 'key:k'], { env: stub.env });
  assert.equal(broken.code, 2);
});

test('lint prints a narrower policy alone, or says that there is none', async () => {
  const suggestion = '{"Version":"2012-10-17","Statement":[]}';
  const warning = { code: 'wildcard-action', statement: '#0', message: 'all actions are meant' };
  let known = true;
  await using stub = await startStubService(() => ({
    body: jsonLines({
      answer: {
        for: 'key:k',
        revision: 1,
        warnings: [warning],
        unused: [],
        ...(known ? { suggestion } : {}),
      },
    }),
  }));
  const lint = await runKeywitness(['access', 'lint', 'key:k'], { env: stub.env });
  assert.match(lint.stdout, /^wildcard-action +#0 +all actions are meant$/m);
  const suggest = await runKeywitness(['access', 'lint', 'key:k', '--suggest'], { env: stub.env });
  assert.deepEqual(JSON.parse(suggest.stdout), JSON.parse(suggestion));
  known = false;
  const none = await runKeywitness(['access', 'lint', 'key:k', '--suggest'], { env: stub.env });
  assert.equal(none.code, 3);
});

test('a command line that is wrong asks nothing', async () => {
  await using stub = await startStubService(() => ({ body: {} }));
  const wrong: readonly (readonly string[])[] = [
    ['who-can', 'Decrypt'],
    ['who-can', 'Decrypt', 'k', '--context', 'a'],
    ['diff', 'current', 'new.json'],
    ['replay', '--for', 'key:k'],
    ['unused', '--since', 'yesterday'],
  ];
  for (const args of wrong) {
    const run = await runKeywitness(['access', ...args], { env: stub.env });
    assert.equal(run.code, 64, args.join(' '));
  }
  assert.equal(stub.requests.length, 0);
});
