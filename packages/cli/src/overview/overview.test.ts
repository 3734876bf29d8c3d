import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Run, runKeywitness } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubRequest } from '../testing/stub-service.test-kit.ts';

const status = {
  version: '1.2.3',
  state: 'serving',
  time: '2026-07-01T12:00:00.000Z',
  startedAt: '2026-06-29T12:00:00.000Z',
  uptimeSeconds: 180_000,
  accountId: '111122223333',
  regions: ['eu-central-1', 'eu-west-1'],
  log: {
    origin: 'example.com/log',
    size: 12,
    publishedSize: 10,
    checkpointAt: '2026-07-01T11:59:57.000Z',
    checkpointAgeSeconds: 3,
  },
  witnesses: {
    quorum: '1 of (bob, carol)',
    quorumMet: true,
    witnesses: [
      { name: 'bob', url: 'https://bob.example', hasCosigned: true },
      { name: 'carol', url: 'https://carol.example', hasCosigned: false },
    ],
  },
  followers: [
    { name: 'alerts', position: 9, lag: 3 },
    { name: 'search', position: 12, lag: 0 },
  ],
  channels: [
    {
      name: 'oncall',
      type: 'slack',
      disabled: false,
      waiting: 2,
      oldestWaitingSeconds: 70,
      deadLetters: 1,
      failures: 4,
    },
  ],
  disk: { freeBytes: 5_242_880, reserveBytes: 1_048_576 },
  store: { type: 'sqlite', bytes: 2_097_152 },
  counts: {
    accounts: 1,
    aliases: 1,
    credentials: 2,
    grants: 0,
    keys: 7,
    openIncidents: 2,
    acknowledgedIncidents: 1,
    principals: 3,
    roles: 4,
  },
};

const key = {
  keyId: '1234abcd-0000-4000-8000-000000000000',
  arn: 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-0000-4000-8000-000000000000',
  region: 'eu-central-1',
  description: '',
  state: 'Enabled',
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
  aliases: ['alias/pay'],
  tags: {},
  createdAt: '2026-01-01T00:00:00.000Z',
  rotationEnabled: false,
  lastUsedAt: '2026-07-01T12:00:00.000Z',
  needs: ['rotation', 'unused'],
};

const settings = [
  { name: 'listen', kind: 'text', value: '127.0.0.1:1', isSet: true, meaning: 'Where.' },
  { name: 'config', kind: 'text', isSet: false, meaning: 'A file.' },
];

const grant = {
  grantId: 'g',
  keyArn: key.arn,
  grantee: 'arn:aws:iam::111122223333:user/bob',
  operations: [],
};

const keyConsequences = {
  keyId: key.keyId,
  arn: key.arn,
  state: 'Enabled',
  days: 30,
  from: '2026-06-01T00:00:00.000Z',
  lastUsedAt: '2026-07-01T12:00:00.000Z',
  uses: 5,
  isComplete: false,
  principals: [
    { principal: 'arn:aws:iam::111122223333:user/ann', count: 5, lastAt: '2026-07-01T12:00:00.000Z' },
  ],
  assetCount: 2,
  aliases: ['alias/pay'],
  grantCount: 1,
  grants: [grant],
  relatedKeys: [],
};

const principalConsequences = {
  arn: 'arn:aws:iam::111122223333:user/ann',
  name: 'ann',
  disabled: false,
  days: 90,
  from: '2026-04-01T00:00:00.000Z',
  isComplete: true,
  keys: [{ arn: key.arn, count: 2, lastAt: '2026-07-01T12:00:00.000Z' }],
  sessions: [
    {
      accessKeyId: 'ASIAEXAMPLE',
      principalArn: 'arn:aws:iam::111122223333:user/ann',
      issuedAt: '2026-07-01T12:00:00.000Z',
      expiresAt: '2026-07-01T13:00:00.000Z',
    },
  ],
  credentials: [{ accessKeyId: 'AKIAEXAMPLE', disabled: true }],
  certificateCount: 0,
  grantCount: 1,
  grants: [grant],
  lastAdministratorOf: [key.arn],
  administratorsComplete: true,
};

function answer({ path, query }: StubRequest): { readonly body: object } {
  if (path === `/v1/keys/${key.keyId}/consequences`) return { body: keyConsequences };
  if (path === '/v1/principals/ann/consequences') return { body: principalConsequences };
  if (path === '/v1/status') return { body: status };
  if (path === '/v1/settings') return { body: { settings } };
  return {
    body: query.has('cursor') ? { keys: [{ ...key, lastUsedAt: undefined }] } : { keys: [key], next: 'x' },
  };
}

test('status, settings and keys are shown for people and for programs', async () => {
  await using service = await startStubService(answer);
  const run = (args: readonly string[]): Promise<Run> => runKeywitness(args, { env: service.env });
  const shown = await run(['status']);
  assert.deepEqual(shown.stdout.trimEnd().split('\n'), [
    'service     serving, version 1.2.3, up 2 d 2 h',
    'account     111122223333, eu-central-1, eu-west-1',
    'log         example.com/log, 12 events, 10 published',
    'checkpoint  2026-07-01T11:59:57.000Z (3 s ago)',
    'witnesses   1 of (bob, carol): met; cosigned by bob',
    'follower    alerts: 3 behind',
    'follower    search: up to date',
    'channel     oncall (slack): 4 failures on end, 2 waiting, 1 dead letters',
    'disk        5 MiB free, 1 MiB kept for refusals',
    'store       sqlite, 2 MiB',
    'contents    7 keys, 3 principals, 4 roles',
    'incidents   2 open, 1 acknowledged',
  ]);
  assert.deepEqual(JSON.parse((await run(['status', '--json'])).stdout), status);
  assert.match((await run(['settings'])).stdout, /^listen +127\.0\.0\.1:1 +true$/m);
  const keys = await run(['keys', 'list', '--needs', 'unused', '--unused-days', '30', '--utc']);
  assert.match(keys.stdout, /alias\/pay +Enabled .* 2026-07-01 12:00:00 +rotation, unused\n.* never /);
  assert.deepEqual(
    service.requests.slice(-2).map(({ query }) =>
      [...query]
        .map((pair) => pair.join('='))
        .sort()
        .join('&'),
    ),
    ['needs=unused&unusedDays=30', 'cursor=x&needs=unused&unusedDays=30'],
  );
  const few = await run(['keys', 'list', '--limit', '1', '--json']);
  assert.equal(few.stdout.trimEnd().split('\n').length, 1);
  assert.match(few.stderr, /more than 1 keys/);
});

test('consequences are told for people and for programs', async () => {
  await using service = await startStubService(answer);
  const run = (args: readonly string[]): Promise<Run> => runKeywitness(args, { env: service.env });
  const ofKey = await run(['keys', 'consequences', key.keyId, '--days', '30']);
  assert.deepEqual(ofKey.stdout.trimEnd().split('\n'), [
    `${key.arn} is Enabled, and was last used 2026-07-01T12:00:00.000Z`,
    'at least 5 uses of 2 assets in 30 days',
    '  arn:aws:iam::111122223333:user/ann  5 uses, last 2026-07-01T12:00:00.000Z',
    'aliases: alias/pay',
    'grants: 1',
  ]);
  assert.equal(service.requests.at(-1)?.query.get('days'), '30');
  const ofPrincipal = await run(['admin', 'principal', 'consequences', 'ann']);
  assert.deepEqual(ofPrincipal.stdout.trimEnd().split('\n'), [
    'arn:aws:iam::111122223333:user/ann is enabled, and was last seen never',
    'holds 0 access keys, 0 certificates, 1 sessions, 1 grants',
    'used 1 keys in 90 days',
    `  ${key.arn}  2 uses, last 2026-07-01T12:00:00.000Z`,
    'session ASIAEXAMPLE as arn:aws:iam::111122223333:user/ann until 2026-07-01T13:00:00.000Z',
    `nobody else could change the policy of ${key.arn}`,
  ]);
  const json = await run(['admin', 'principal', 'consequences', 'ann', '--json']);
  assert.deepEqual(JSON.parse(json.stdout), principalConsequences);
});
