import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller, Performed } from '../index.ts';
import { place, TestBench } from '../kms/service.test-fixture.ts';
import { Params } from '../params.ts';
import { listKeySummaries } from './list-key-summaries.ts';

const OTHER = '444455556666';
const REGIONS = [place.region, 'eu-west-1'];

function ask(bench: TestBench, caller: Caller, params: object = {}): Promise<Performed> {
  const request = bench.request('ListKeySummaries');
  return bench.service.perform(listKeySummaries, request, caller, new Params({ ...params }));
}

test('permits the keys of the caller’s own account, in all Regions or the one that is asked for', async () => {
  const bench = new TestBench(openMemoryStore(), { place: { ...place, regions: REGIONS } });
  bench.addAccount(OTHER);
  const callers = [
    [bench.addUser('ann'), place.account],
    [bench.addUser('olga', undefined, OTHER), OTHER],
  ] as const;
  for (const [caller, account] of callers) {
    const all = await ask(bench, caller);
    assert.deepEqual(all.kind === 'released' && all.result, { account, after: undefined, regions: REGIONS });
    const one = await ask(bench, caller, { region: 'eu-west-1' });
    assert.deepEqual(one.kind === 'released' && one.result['regions'], ['eu-west-1']);
  }
});

test('asks policy about each Region that keys are listed of', async () => {
  const bench = new TestBench(openMemoryStore(), { place: { ...place, regions: REGIONS } });
  const there = { StringEquals: { 'aws:RequestedRegion': 'eu-west-1' } };
  const Statement = [{ Effect: 'Allow', Action: 'keywitness:*', Resource: '*', Condition: there }];
  const ann = bench.addUser('ann', [{ Version: '2012-10-17', Statement }]);
  assert.equal((await ask(bench, ann, { region: 'eu-west-1' })).kind, 'released');
  for (const params of [{}, { region: place.region }]) {
    const refused = await ask(bench, ann, params);
    assert.equal(refused.kind === 'refused' && refused.error.code, 'AccessDenied');
  }
});
