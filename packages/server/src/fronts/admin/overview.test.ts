import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HistogramQuery, RecordOverview, SuggestQuery, SummaryQuery } from '../../core/audit/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench, type BenchCaller } from './admin-bench.test-fixture.ts';

const DAY = '2026-07-01T00:00:00.000Z';
const dayMs = Date.parse(DAY);

/** A record whose values are a secret. */
class FakeOverview implements RecordOverview {
  readonly asked: (HistogramQuery | SuggestQuery | SummaryQuery)[] = [];

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
}

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
  const targets = ['histogram', 'summary?by=key', 'suggest'] as const;
  // A principal of an account that does not own the record, whatever its policies say (G6), and one without a permission.
  await bench.call('POST', '/v1/accounts', admin, { name: 'member', accountId: '444455556666' });
  const policy =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"keywitness:ListEvents","Resource":"*"}]}';
  await bench.call('POST', '/v1/principals', admin, { name: 'ann', type: 'user', policy });
  const created = await bench.call('POST', '/v1/principals/ann/credentials', admin);
  const accessKeyId = /"accessKeyId":"(\w+)"/.exec(created.text())?.[1] ?? '';
  const ann = { arn: admin.arn.replace('admin', 'ann'), accessKeyId };
  for (const target of targets) {
    const refused = await bench.call('GET', `/v1/events/${target}`, ann);
    assert.deepEqual([refused.status, refused.code()], [403, 'AccessDenied'], target);
    assert.equal(bench.lastEvent().outcome, 'denied');
    assert.doesNotMatch(refused.text(), /4711/);
  }
  const organization = await bench.call('PUT', '/v1/organization/audit-account', admin, {
    accountId: '444455556666',
  });
  assert.equal(organization.status, 200);
  for (const target of targets) {
    const refused = await bench.call('GET', `/v1/events/${target}`, admin);
    assert.deepEqual([refused.status, refused.code()], [403, 'AccessDenied'], target);
    assert.doesNotMatch(refused.text(), /4711/);
  }
  assert.deepEqual(overview.asked, []);
});
