import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type KeyPage, keyPageSchema, serviceSettingsSchema, serviceStatusSchema } from '@keywitness/api';
import { Params } from '../../core/operations/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench, type BenchCaller } from './admin-bench.test-fixture.ts';
import type { ServiceNumbers, ServiceView } from './index.ts';
import { kms, newKey, newUser, read } from './overview.test-fixture.ts';

const DAY_MS = 86_400_000;

async function newScene(view?: ServiceView): Promise<{
  readonly bench: AdminBench;
  readonly admin: BenchCaller;
}> {
  const bench = new AdminBench(openMemoryStore(), view === undefined ? {} : { view });
  return { bench, admin: await bench.administrator() };
}

function list(bench: AdminBench, caller: BenchCaller, query = ''): Promise<KeyPage> {
  return read(bench, `/v1/keys${query}`, caller, keyPageSchema);
}

describe('GET /v1/keys', () => {
  test('tells keys with aliases, tags and last use, page by page, and is recorded', async () => {
    const { bench, admin } = await newScene();
    const tags = [new Params({ tagKey: 'team', tagValue: 'cards' })];
    const ids = [
      await newKey(bench, admin, { description: 'Cards', tags }),
      await newKey(bench, admin),
    ].sort();
    const [first = '', second = ''] = ids;
    await kms(bench, admin, 'CreateAlias', { aliasName: 'alias/pay', targetKeyId: second });
    await kms(bench, admin, 'Encrypt', { keyId: second, plaintext: new Uint8Array(3) });
    const usedAt = bench.lastEvent().time;
    const page = await list(bench, admin, '?limit=1');
    assert.deepEqual(
      page.keys.map(({ keyId }) => keyId),
      [first],
    );
    assert.equal(page.keys[0]?.lastUsedAt, undefined);
    const rest = await list(bench, admin, `?limit=1&cursor=${String(page.next)}`);
    const [key] = rest.keys;
    assert.equal(rest.next, undefined);
    assert.deepEqual([key?.keyId, key?.aliases, key?.lastUsedAt], [second, ['alias/pay'], usedAt]);
    assert.equal(bench.lastEvent().action, 'key.list-summaries');
    const cards = await list(bench, admin, '?text=TEAM%3DCARDS&state=Enabled&needs=rotation');
    assert.deepEqual(
      cards.keys.map(({ description, tags: found }) => [description, found]),
      [['Cards', { team: 'cards' }]],
    );
    const noted = JSON.stringify(bench.lastEvent());
    assert.match(noted, /"parameters":\{"needs":"rotation","state":"Enabled","text":"TEAM=CARDS"\}/);
  });

  test('tells unused keys: enabled, old enough, and without use for so many days', async () => {
    const { bench, admin } = await newScene();
    const [used, unused, disabled] = [
      await newKey(bench, admin),
      await newKey(bench, admin),
      await newKey(bench, admin),
    ];
    await kms(bench, admin, 'DisableKey', { keyId: disabled });
    const unusedKeys = async (query = ''): Promise<readonly string[]> => {
      const { keys } = await list(bench, admin, `?needs=unused${query}`);
      for (const { needs } of keys) assert.ok(needs.includes('unused'));
      return keys.map(({ keyId }) => keyId);
    };
    assert.deepEqual(await unusedKeys(), []);
    bench.aheadMs = 100 * DAY_MS;
    await kms(bench, admin, 'Encrypt', { keyId: used, plaintext: new Uint8Array(3) });
    assert.deepEqual(await unusedKeys(), [unused]);
    bench.aheadMs = 150 * DAY_MS;
    assert.deepEqual(await unusedKeys(), [unused]);
    assert.deepEqual(await unusedKeys('&unusedDays=40'), [used, unused].sort());
    const { keys } = await list(bench, admin);
    assert.deepEqual(
      keys.filter(({ needs }) => needs.includes('unused')).map(({ keyId }) => keyId),
      [unused],
    );
  });

  test('is denied to whoever lacks the permission, on the record', async () => {
    const { bench, admin } = await newScene();
    const own = await newKey(bench, admin);
    assert.deepEqual(
      (await list(bench, admin)).keys.map(({ keyId }) => keyId),
      [own],
    );
    const ann = await newUser(bench, admin, 'ann', ['kms:*']);
    const denied = await bench.call('GET', '/v1/keys', ann);
    assert.equal(denied.code(), 'AccessDenied');
    assert.equal(bench.lastEvent().outcome, 'denied');
    const bob = await newUser(bench, admin, 'bob', ['keywitness:ListKeySummaries']);
    assert.equal((await list(bench, bob)).keys.length, 1);
  });

  test('refuses what it does not know', async () => {
    const { bench, admin } = await newScene();
    for (const query of [
      '?needs=love',
      '?region=mars-1',
      '?unusedDays=0',
      '?cursor=x',
      '?multiRegion=1',
      '?z=1',
    ]) {
      const answer = await bench.call('GET', `/v1/keys${query}`, admin);
      assert.equal(answer.status, 400, query);
    }
  });
});

describe('last uses', () => {
  test('stand beside principals and access keys, and are nobody else’s of the same name', async () => {
    const { bench, admin } = await newScene();
    const ann = await newUser(bench, admin, 'ann', ['keywitness:ListPrincipals']);
    await bench.call('GET', '/v1/principals', ann);
    const usedAt = bench.lastEvent().time;
    const principals = (await bench.call('GET', '/v1/principals', admin)).text();
    assert.match(principals, new RegExp(`"name":"ann"[^}]*"lastUsedAt":"${usedAt}"`));
    const credentials = (await bench.call('GET', '/v1/credentials', admin)).text();
    assert.match(credentials, new RegExp(`"accessKeyId":"${ann.accessKeyId}"[^}]*"lastUsedAt":"${usedAt}"`));
    const detail = (await bench.call('GET', '/v1/principals/ann', admin)).text();
    assert.match(detail, new RegExp(`"lastUsedAt":"${usedAt}"`));
    await newUser(bench, admin, 'bob', ['kms:ListKeys']);
    assert.doesNotMatch((await bench.call('GET', '/v1/principals/bob', admin)).text(), /lastUsedAt/);
  });
});

const numbers: ServiceNumbers = {
  isRefusing: false,
  entries: 12,
  publishedSize: 10,
  publishedSeconds: 1_800_000_000,
  witnessedSize: 0,
  witnessedSeconds: 0,
  isQuorumMissing: true,
  diskFreeBytes: 5e9,
  storeBytes: 4096,
  followers: { search: 12, alerts: 9 },
  channels: { oncall: { waiting: 2, oldestWaitingSeconds: 70, deadLetters: 1, failures: 4 } },
};

const view: ServiceView = {
  facts: {
    version: '1.2.3',
    startedAtMs: Date.now() - 5000,
    origin: 'example.com/log',
    diskReserveBytes: 1024,
    storeType: 'sqlite',
    quorum: '1 of (witness)',
    witnesses: [{ url: 'https://witness.example', vkeys: [] }],
    settings: [{ name: 'listen', kind: 'text', value: '127.0.0.1:1', isSet: true, meaning: 'Where.' }],
  },
  numbers: async () => numbers,
};

describe('GET /v1/status and /v1/settings', () => {
  test('tell what the state and the threads know', async () => {
    const { bench, admin } = await newScene(view);
    const settings = { type: 'slack', secrets: { url: 'https://hooks.slack.com/services/x' } };
    assert.equal((await bench.call('PUT', '/v1/channels/oncall', admin, settings)).status, 200);
    await newKey(bench, admin);
    const status = await read(bench, '/v1/status', admin, serviceStatusSchema);
    assert.equal(bench.lastEvent().action, 'status.read');
    assert.deepEqual([status.version, status.state, status.accountId], ['1.2.3', 'serving', '111122223333']);
    assert.ok(status.uptimeSeconds >= 5 && status.uptimeSeconds < 600);
    assert.deepEqual(status.followers, [
      { name: 'alerts', position: 9, lag: 3 },
      { name: 'search', position: 12, lag: 0 },
    ]);
    assert.deepEqual(status.channels, [
      {
        name: 'oncall',
        type: 'slack',
        disabled: false,
        waiting: 2,
        oldestWaitingSeconds: 70,
        deadLetters: 1,
        failures: 4,
      },
    ]);
    const { checkpointAgeSeconds, ...log } = status.log;
    assert.ok(checkpointAgeSeconds !== undefined);
    assert.deepEqual(log, {
      origin: 'example.com/log',
      size: 12,
      publishedSize: 10,
      checkpointAt: '2027-01-15T08:00:00.000Z',
    });
    assert.deepEqual(status.witnesses, {
      quorum: '1 of (witness)',
      quorumMet: false,
      witnesses: [{ name: 'https://witness.example', url: 'https://witness.example', hasCosigned: false }],
    });
    assert.deepEqual([status.counts.keys, status.counts.principals], [1, 1]);
    assert.deepEqual(await read(bench, '/v1/settings', admin, serviceSettingsSchema), {
      settings: view.facts.settings,
    });
  });

  test('are denied without the permission, and unavailable where nothing is known', async () => {
    const { bench, admin } = await newScene();
    const ann = await newUser(bench, admin, 'ann', ['keywitness:ListKeySummaries']);
    for (const path of ['/v1/status', '/v1/settings']) {
      assert.equal((await bench.call('GET', path, ann)).code(), 'AccessDenied');
      assert.equal((await bench.call('GET', path, admin)).code(), 'Unavailable');
    }
  });
});
