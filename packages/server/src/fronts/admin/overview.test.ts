import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  AssetAccessQuery,
  HistogramQuery,
  RecordOverview,
  SuggestQuery,
  SummaryQuery,
} from '../../core/audit/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench, type BenchCaller } from './admin-bench.test-fixture.ts';

const DAY = '2026-07-01T00:00:00.000Z';
const dayMs = Date.parse(DAY);

/** A record whose values are a secret. */
class FakeOverview implements RecordOverview {
  readonly asked: (AssetAccessQuery | HistogramQuery | SuggestQuery | SummaryQuery)[] = [];

  async histogram(query: HistogramQuery): ReturnType<RecordOverview['histogram']> {
    this.asked.push(query);
    const buckets = [{ success: 4711, denied: 1, error: 0, throttled: 0 }];
    return { fromMs: dayMs, toMs: dayMs + 10, bucketMs: 10, buckets, size: 9 };
  }

  async summary(query: SummaryQuery): ReturnType<RecordOverview['summary']> {
    this.asked.push(query);
    const value = { value: 'AKIA4711', label: 'l', count: 2, firstMs: dayMs, lastMs: dayMs };
    const credential = { values: [{ ...value, days: { '2026-07-01': 2 } }], distinct: 1 };
    return { fields: { credential }, matchedScanned: 2, isComplete: false, size: 9 };
  }

  async suggest(query: SuggestQuery): ReturnType<RecordOverview['suggest']> {
    this.asked.push(query);
    return [{ field: 'asset', value: 'customer=4711' }];
  }

  async access(query: AssetAccessQuery): ReturnType<RecordOverview['access']> {
    this.asked.push(query);
    const kind = { principal: 'p', grade: 'asset-set', lease: true, outcome: 'success' } as const;
    const groups = [{ ...kind, count: 4711, firstMs: dayMs, lastMs: dayMs }];
    return { groups, leasesBefore: 3, matchedScanned: 4711, isComplete: true, size: 9 };
  }
}

test('who accessed an asset is asked for by the asset and a window', async () => {
  const { bench, admin, overview } = await newBench();
  const answer = await bench.call('GET', `/v1/assets/access?asset=customer%3D4711&from=${DAY}&scan=9`, admin);
  assert.deepEqual(JSON.parse(answer.text()), {
    groups: [
      {
        principal: 'p',
        grade: 'asset-set',
        lease: true,
        outcome: 'success',
        count: 4711,
        firstAt: DAY,
        lastAt: DAY,
      },
    ],
    leasesBefore: 3,
    matchedScanned: 4711,
    isComplete: true,
    size: 9,
  });
  assert.deepEqual(overview.asked, [{ asset: { name: 'customer', value: '4711' }, fromMs: dayMs, scan: 9 }]);
  const { action, parameters } = bench.lastEvent();
  assert.deepEqual(
    [action, parameters],
    ['audit.asset-access', { asset: 'customer=4711', from: DAY, scan: 9 }],
  );
  assert.equal((await bench.call('GET', '/v1/assets/access', admin)).status, 400);
});

test('an event is rendered for other tools, to whoever may read it', async () => {
  const { bench, admin } = await newBench();
  await bench.call('POST', '/v1/principals', admin, { name: 'ann', type: 'user' });
  const { id } = bench.lastEvent();
  const answer = await bench.call('GET', `/v1/events/${id}/renderings`, admin);
  assert.partialDeepStrictEqual(JSON.parse(answer.text()), {
    cloudTrail: { eventVersion: '1.11', eventID: id, eventName: 'CreatePrincipal', awsRegion: 'us-east-1' },
    ocsf: { class_uid: 6003, activity_id: 1, metadata: { uid: id, version: '1.5.0' } },
  });
  const { action, decisions } = bench.lastEvent();
  assert.deepEqual([action, decisions?.[0]?.permission], ['audit.render', 'keywitness:GetEvent']);
  const none = await bench.call('GET', `/v1/events/${id.replace(/.$/, 'x')}/renderings`, admin);
  assert.equal(none.status, 400);
  const unknown = await bench.call(
    'GET',
    '/v1/events/01980000-0000-7000-8000-000000000000/renderings',
    admin,
  );
  assert.deepEqual([unknown.status, unknown.code()], [404, 'NotFound']);
});

async function newBench(): Promise<{
  readonly bench: AdminBench;
  readonly admin: BenchCaller;
  readonly overview: FakeOverview;
}> {
  const overview = new FakeOverview();
  const bench = new AdminBench(openMemoryStore(), { overview });
  return { bench, admin: await bench.administrator(), overview };
}

test('a histogram is asked for with filters, and recorded in the words that it was asked in', async () => {
  const { bench, admin, overview } = await newBench();
  const query = `asset=customer%3D4711&source=::FFFF:10.0.0.1&from=${DAY}&buckets=7&material=m&request=r`;
  const answer = await bench.call('GET', `/v1/events/histogram?${query}`, admin);
  assert.deepEqual(JSON.parse(answer.text()), {
    from: DAY,
    to: '2026-07-01T00:00:00.010Z',
    bucketMs: 10,
    buckets: [{ success: 4711, denied: 1, error: 0, throttled: 0 }],
    size: 9,
  });
  const asset = { name: 'customer', value: '4711' };
  const filter = { asset, source: '10.0.0.1', fromMs: dayMs, material: 'm', request: 'r' };
  assert.deepEqual(overview.asked, [{ filter, buckets: 7 }]);
  const { action, parameters } = bench.lastEvent();
  assert.equal(action, 'audit.histogram');
  assert.deepEqual([parameters?.['asset'], parameters?.['buckets']], ['customer=4711', 7]);
  assert.deepEqual([parameters?.['material'], parameters?.['request']], ['m', 'r']);
});

test('a summary has instants in words, and says by what it was asked for', async () => {
  const { bench, admin, overview } = await newBench();
  const answer = await bench.call('GET', '/v1/events/summary?by=credential,key&over=day&top=3', admin);
  const value = { value: 'AKIA4711', label: 'l', count: 2, firstAt: DAY, lastAt: DAY };
  assert.deepEqual(JSON.parse(answer.text()), {
    fields: { credential: { values: [{ ...value, days: { '2026-07-01': 2 } }], distinct: 1 } },
    matchedScanned: 2,
    isComplete: false,
    size: 9,
  });
  assert.deepEqual(overview.asked, [
    { filter: {}, by: ['credential', 'key'], top: 3, scan: 10_000, over: 'day' },
  ]);
  assert.deepEqual(bench.lastEvent().parameters, { by: 'credential,key', over: 'day', top: 3 });
  for (const query of ['', 'by=', 'by=key,key', 'by=nothing', 'by=key&top=101', 'by=key&scan=50001']) {
    assert.equal((await bench.call('GET', `/v1/events/summary?${query}`, admin)).status, 400, query);
  }
});

test('suggestions are asked for by field and prefix', async () => {
  const { bench, admin, overview } = await newBench();
  const answer = await bench.call('GET', '/v1/events/suggest?field=asset&prefix=cust&limit=5', admin);
  assert.deepEqual(JSON.parse(answer.text()), { suggestions: [{ field: 'asset', value: 'customer=4711' }] });
  assert.deepEqual(bench.lastEvent().parameters, { field: 'asset', limit: 5, prefix: 'cust' });
  await bench.call('GET', '/v1/events/suggest?prefix=', admin);
  assert.deepEqual(overview.asked, [
    { field: 'asset', prefix: 'cust', limit: 5 },
    { prefix: '', limit: 10 },
  ]);
  for (const query of ['field=word', 'limit=0', 'limit=101', `prefix=${'x'.repeat(257)}`]) {
    assert.equal((await bench.call('GET', `/v1/events/suggest?${query}`, admin)).status, 400, query);
  }
});

test('whoever may not read the record learns nothing of it, and the record is not even asked', async () => {
  const { bench, admin, overview } = await newBench();
  const targets = [
    'events/histogram',
    'events/summary?by=key',
    'events/suggest',
    'assets/access?asset=customer%3D4711',
    `events/${bench.lastEvent().id}/renderings`,
  ];
  // A principal of an account that does not own the record, whatever its policies say (G6), and one without a permission.
  await bench.call('POST', '/v1/accounts', admin, { name: 'member', accountId: '444455556666' });
  const policy =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:ListEvents","Resource":"*"}]}';
  await bench.call('POST', '/v1/principals', admin, { name: 'ann', type: 'user', policy });
  const created = await bench.call('POST', '/v1/principals/ann/credentials', admin);
  const accessKeyId = /"accessKeyId":"(\w+)"/.exec(created.text())?.[1] ?? '';
  const ann = { arn: admin.arn.replace('admin', 'ann'), accessKeyId };
  for (const target of targets) {
    const refused = await bench.call('GET', `/v1/${target}`, ann);
    assert.deepEqual([refused.status, refused.code()], [403, 'AccessDenied'], target);
    assert.equal(bench.lastEvent().outcome, 'denied');
    assert.doesNotMatch(refused.text(), /4711/);
  }
  const organization = await bench.call('PUT', '/v1/organization/audit-account', admin, {
    accountId: '444455556666',
  });
  assert.equal(organization.status, 200);
  for (const target of targets) {
    const refused = await bench.call('GET', `/v1/${target}`, admin);
    assert.deepEqual([refused.status, refused.code()], [403, 'AccessDenied'], target);
    assert.doesNotMatch(refused.text(), /4711/);
  }
  assert.deepEqual(overview.asked, []);
});
