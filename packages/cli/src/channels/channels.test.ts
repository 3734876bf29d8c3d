import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubRequest } from '../testing/stub-service.test-kit.ts';

const CANARY = 'canary-0f9b';
const channel = {
  name: 'oncall',
  type: 'slack',
  settings: { host: 'hooks.slack.com' },
  secretNames: ['url'],
  levelMin: 'low',
  disabled: false,
  updatedAt: '2026-07-01T12:00:00.000Z',
  updatedBy: 'arn:aws:iam::123456789012:user/alice',
};
const letter = {
  id: '17',
  kind: 'open',
  incidentId: 'inc-1',
  attempts: 9,
  reason: 'the receiver answered 500',
  failedAt: '2026-07-01T12:00:00.000Z',
};

function answer({ method, path }: StubRequest): object {
  if (path.endsWith('/replay')) return { replayed: 1 };
  if (path.endsWith('/dead-letters')) return { deadLetters: [letter] };
  if (path === '/v1/channels/broken/test') return { outcome: 'failed', reason: 'the receiver answered 404' };
  if (path.endsWith('/test')) return { outcome: 'sent', latencyMs: 12 };
  return method === 'GET' && path === '/v1/channels' ? { channels: [channel] } : channel;
}

/** What a command sends: method, path and body. */
const requests: readonly (readonly [args: readonly string[], sent: string])[] = [
  [['list'], 'GET /v1/channels '],
  [['show', 'oncall'], 'GET /v1/channels/oncall '],
  [['delete', 'oncall'], 'DELETE /v1/channels/oncall '],
  [['disable', 'oncall'], 'POST /v1/channels/oncall/disable '],
  [['enable', 'oncall'], 'POST /v1/channels/oncall/enable '],
  [['test', 'oncall'], 'POST /v1/channels/oncall/test '],
  [['dead-letters', 'oncall'], 'GET /v1/channels/oncall/dead-letters '],
  [['replay', 'oncall'], 'POST /v1/channels/oncall/dead-letters/replay {}'],
  [
    ['replay', 'oncall', '--id', '17', '18'],
    'POST /v1/channels/oncall/dead-letters/replay {"ids":["17","18"]}',
  ],
  [
    ['put', 'oncall', '--type', 'slack', '--level-min', 'high'],
    'PUT /v1/channels/oncall {"type":"slack","levelMin":"high"}',
  ],
  [
    ['put', 'hook', '--type', 'webhook', '--rotate-signing-key'],
    'PUT /v1/channels/hook {"type":"webhook","rotateSigningKey":true}',
  ],
  [
    [
      'put',
      'mail',
      '--type',
      'email',
      '--set',
      'host=mail.example',
      'from=a@example.com',
      '--set',
      'to=b@example.com',
    ],
    'PUT /v1/channels/mail {"type":"email","settings":{"host":"mail.example","from":"a@example.com","to":"b@example.com"}}',
  ],
];

for (const [args, sent] of requests) {
  test(`keywitness channels ${args.join(' ')}`, async () => {
    await using service = await startStubService((request) => ({ body: answer(request) }));
    const run = await runKeywitness(['channels', ...args], { env: service.env });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(
      service.requests.map(({ method, path, body }) => `${method} ${path} ${body}`),
      [sent],
    );
  });
}

test('a secret comes from a file, without the line break at its end, and is shown nowhere', async () => {
  await using service = await startStubService((request) => ({ body: answer(request) }));
  using folder = temporaryFolder();
  const file = folder.file('url.txt');
  writeFileSync(file, `https://hooks.slack.com/${CANARY}\n`);
  const args = ['channels', 'put', 'oncall', '--type', 'slack', '--read', `url=${file}`];
  const run = await runKeywitness(args, { env: service.env });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(
    service.requests[0]?.body,
    `{"type":"slack","secrets":{"url":"https://hooks.slack.com/${CANARY}"}}`,
  );
  assert.ok(!`${run.stdout}${run.stderr}`.includes(CANARY));
});

test('a secret that is nowhere is a wrong command line, and so is a setting without a value', async () => {
  await using service = await startStubService((request) => ({ body: answer(request) }));
  for (const option of [
    ['--read', 'url'],
    ['--set', 'region'],
    ['--type', 'pigeon'],
  ]) {
    const args = ['channels', 'put', 'oncall', '--type', 'slack', ...option];
    assert.equal((await runKeywitness(args, { env: service.env })).code, 64, option.join(' '));
  }
  const missing = ['channels', 'put', 'oncall', '--type', 'slack', '--read', 'url=/nowhere/at/all'];
  assert.equal((await runKeywitness(missing, { env: service.env })).code, 2);
  assert.equal(service.requests.length, 0);
});

test('a test message that did not arrive is a failure with its reason', async () => {
  await using service = await startStubService((request) => ({ body: answer(request) }));
  const run = await runKeywitness(['channels', 'test', 'broken'], { env: service.env });
  assert.equal(run.code, 2);
  assert.match(run.stderr, /could not deliver to `broken`: the receiver answered 404/);
});
