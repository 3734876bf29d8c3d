import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServiceStatus } from '@keywitness/api';
import { healthFactsOf, worstOf } from './health-facts.ts';

const well: ServiceStatus = {
  version: '1.0.0',
  state: 'serving',
  time: '2030-01-01T00:00:00.000Z',
  startedAt: '2029-12-31T00:00:00.000Z',
  uptimeSeconds: 86_400,
  accountId: '111122223333',
  regions: ['us-east-1'],
  log: { origin: 'log', size: 100, publishedSize: 100, checkpointAgeSeconds: 900 },
  witnesses: {
    quorum: 'a',
    quorumMet: true,
    witnesses: [{ name: 'a', url: 'https://a.example', hasCosigned: true }],
  },
  followers: [{ name: 'search', position: 99, lag: 1 }],
  channels: [
    {
      name: 'on-call',
      type: 'webhook',
      disabled: false,
      waiting: 0,
      oldestWaitingSeconds: 0,
      deadLetters: 0,
      failures: 0,
    },
  ],
  disk: { freeBytes: 10_000_000_000, reserveBytes: 64_000_000 },
  store: { type: 'sqlite', bytes: 1_000_000 },
  counts: {
    accounts: 1,
    aliases: 0,
    credentials: 1,
    grants: 0,
    keys: 1,
    openIncidents: 0,
    acknowledgedIncidents: 0,
    principals: 1,
    roles: 0,
  },
};

const onCall = well.channels[0] ?? assert.fail('there is a channel');

function badIn(status: ServiceStatus): readonly string[] {
  return healthFactsOf(status)
    .filter(({ tone }) => tone === 'attention')
    .map(({ name, whatToDo }) => {
      assert.ok(whatToDo, `${name} says what to do`);
      return name;
    });
}

test('nothing is said against a service that is well, and an old checkpoint that covers all is none', () => {
  assert.deepEqual(badIn(well), []);
  assert.deepEqual(worstOf(healthFactsOf(well)), { tone: 'good', says: 'Everything works' });
});

const faults: readonly (readonly [name: string, status: ServiceStatus])[] = [
  ['Log', { ...well, state: 'refusing' }],
  ['Checkpoint', { ...well, log: { ...well.log, size: 101 } }],
  [
    'Witnesses',
    {
      ...well,
      witnesses: {
        quorum: 'a',
        quorumMet: false,
        witnesses: [{ name: 'a', url: 'https://a.example', hasCosigned: false }],
      },
    },
  ],
  ['Followers', { ...well, followers: [{ name: 'search', position: 0, lag: 1001 }] }],
  ['Channels', { ...well, channels: [{ ...onCall, failures: 1 }] }],
  ['Channels', { ...well, channels: [{ ...onCall, deadLetters: 1 }] }],
  ['Channels', { ...well, channels: [{ ...onCall, waiting: 1, oldestWaitingSeconds: 301 }] }],
  ['Disk', { ...well, disk: { freeBytes: 255_000_000, reserveBytes: 64_000_000 } }],
];

for (const [name, status] of faults) {
  test(`a fault of ${name} is told, and nothing else`, () => {
    assert.deepEqual(badIn(status), [name]);
    assert.equal(worstOf(healthFactsOf(status)).says, '1 thing to look at');
  });
}

test('without witnesses and channels nothing is wrong, and what they are for is said', () => {
  const alone = healthFactsOf({ ...well, witnesses: { quorumMet: true, witnesses: [] }, channels: [] });
  assert.deepEqual(
    alone.filter(({ tone }) => tone === 'neutral').map(({ name }) => name),
    ['Witnesses', 'Channels'],
  );
  assert.equal(worstOf(alone).tone, 'good');
});
