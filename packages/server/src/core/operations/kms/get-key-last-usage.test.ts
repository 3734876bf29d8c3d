import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { type AttemptRequest, kmsOperations, Params, type Performed } from '../index.ts';
import { TestBench } from './service.test-fixture.ts';

const CREATED_MS = 1_800_000_000_123;

async function ask(keyUse: AttemptRequest['keyUse']): Promise<Performed & { readonly keyId: string }> {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  bench.nowMs += 86_400_000;
  const operation = kmsOperations.get('GetKeyLastUsage');
  assert.ok(operation !== undefined);
  const request = { ...bench.request('GetKeyLastUsage'), keyUse };
  return { ...(await bench.service.perform(operation, request, ann, new Params({ keyId }))), keyId };
}

test('tells the newest use, with its event and its request', async () => {
  const last = { operation: 'Sign', eventId: 'event', requestId: 'request' };
  const answer = await ask({ lastMs: CREATED_MS + 5, last });
  assert.deepEqual(answer.kind === 'released' && answer.result, {
    keyCreationDate: CREATED_MS,
    keyId: answer.keyId,
    keyLastUsage: {
      cloudTrailEventId: 'event',
      kmsRequestId: 'request',
      operation: 'Sign',
      timestamp: CREATED_MS + 5,
    },
    trackingStartDate: CREATED_MS,
  });
});

test('an empty answer means never: the record begins before the key does', async () => {
  const answer = await ask({ lastMs: undefined });
  assert.ok(answer.kind === 'released');
  assert.deepEqual(answer.result['keyLastUsage'], {});
  assert.equal(answer.result['trackingStartDate'], answer.result['keyCreationDate']);
});

test('what the record does not tell in time is no answer', async () => {
  for (const keyUse of [undefined, { lastMs: CREATED_MS, isUnknown: true } as const]) {
    const answer = await ask(keyUse);
    assert.equal(answer.kind === 'refused' && answer.error.code, 'DependencyTimeout');
  }
});
