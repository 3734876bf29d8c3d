import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { answerAbout, answerKey } from '../testing/answer.test-kit.ts';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService } from '../testing/stub-service.test-kit.ts';

const subject = { type: 'asset', texts: ['customer', '4711'] } as const;

function event(minute: number, members: object): object {
  return {
    action: 'key.encrypt',
    actor: { name: '\u001b]0;owned\u0007', type: 'user' },
    client: { address: '192.0.2.7' },
    context: { customer: '4711' },
    key: { id: 'k-1' },
    outcome: 'success',
    time: `2026-07-01T12:0${minute}:00.000Z`,
    ...members,
  };
}

const events = [
  event(0, {}),
  event(1, { action: 'key.decrypt' }),
  event(2, { context: { customer: '4711', purpose: 'files' }, outcome: 'denied' }),
];
const answer = answerAbout(subject, events);

test('a proof is asked for, written, and holds when it is checked offline', async () => {
  await using stub = await startStubService(() => ({ body: answer }));
  using folder = temporaryFolder();
  writeFileSync(folder.file('log.vkey'), answerKey);
  const prove = ['audit', 'list', '--asset', 'customer=4711', '--since', '2026-07-01', '--utc', '--prove'];
  const run = await runKeywitness([...prove, '-o', 'answer.kwa'], { cwd: folder.path, env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(
    run.stdout,
    'wrote answer.kwa: 3 events of the asset customer=4711; check it with audit check\n',
  );
  assert.equal(stub.requests[0]?.path, '/v1/answers');
  assert.deepEqual(Object.fromEntries(stub.requests[0]?.query ?? []), {
    asset: 'customer=4711',
    from: '2026-07-01T00:00:00.000Z',
    paged: 'true',
  });
  assert.equal(readFileSync(folder.file('answer.kwa'), 'utf8'), answer);
  const check = await runKeywitness(['audit', 'check', 'answer.kwa', '--key', 'log.vkey'], {
    cwd: folder.path,
  });
  assert.equal(check.code, 0, check.stdout);
  assert.match(check.stdout, /^checkpoint {2}3 entries, root [0-9a-f]{64}$/m);
  assert.match(check.stdout, /^subject {5}asset customer=4711$/m);
  assert.match(check.stdout, /^COMPLETE {4}these are all 3 events of this subject$/m);
  assert.match(check.stdout, /^leases {6}after 1 of them /m);
  assert.match(check.stdout, /^0 .*\\u\{1b\}.*key\.encrypt .* asset-exact$/m);
  assert.match(check.stdout, /^1 .* key\.decrypt .* asset-exact, lease$/m);
  assert.match(check.stdout, /^2 .* denied .* asset-set$/m);
});

test('an answer without one of its events fails, and so does one of which a mirror is asked in vain', async () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file('log.vkey'), answerKey);
  writeFileSync(folder.file('answer.kwa'), answer);
  writeFileSync(folder.file('short.kwa'), answer.replace(/\{"index":1,.*?\},/, ''));
  const check = ['audit', 'check', 'answer.kwa', '--key', 'log.vkey'];
  const short = await runKeywitness(['audit', 'check', 'short.kwa', '--key', 'log.vkey'], {
    cwd: folder.path,
  });
  assert.equal(short.code, 1);
  assert.match(short.stdout, /^FAILED /m);
  assert.doesNotMatch(short.stdout, /COMPLETE/);
  writeFileSync(folder.file('mirrors.vkey'), answerKey);
  const wrongType = await runKeywitness([...check, '--mirrors', 'mirrors.vkey'], { cwd: folder.path });
  assert.equal(wrongType.code, 2);
  assert.match(wrongType.stderr, /of a type without a time/);
});

test('what cannot be proven to be complete is refused before it is asked', async () => {
  await using stub = await startStubService(() => ({ body: answer }));
  const cases = [
    ['--prove'],
    ['-o', 'x.kwa', '--key', 'k'],
    ['--prove', '-o', 'x.kwa'],
    ['--prove', '-o', 'x.kwa', '--key', 'k', '--asset', 'a=b'],
    ['--prove', '-o', 'x.kwa', '--principal', 'alice'],
    ['--prove', '-o', 'x.kwa', '--key', 'k', '--outcome', 'denied'],
    ['--prove', '-o', 'x.kwa', '--key', 'k', '--action', 'key.*'],
    ['--prove', '-o', 'x.kwa', '--key', 'k', '--partial'],
    ['--partial'],
  ];
  for (const options of cases) {
    const run = await runKeywitness(['audit', 'list', ...options], { env: stub.env });
    assert.equal(run.code, 64, options.join(' '));
  }
  assert.deepEqual(stub.requests, []);
});
