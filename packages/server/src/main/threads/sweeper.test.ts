import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { type Sweeper, startSweeper } from './sweeper.ts';

const DAY_MS = 86_400_000;
/** Turns of the event loop that a sweep of a few acts is done in. */
const TURNS = 40;

function start(t: TestContext, bench: TestBench): Sweeper {
  const sweeper = startSweeper(bench.service, bench.replica, (error) => assert.fail(String(error)));
  t.after(() => sweeper.stop());
  return sweeper;
}

async function settle(): Promise<void> {
  for (let turns = 0; turns < TURNS; turns += 1) await turn();
}

test('what is due is done on the record, and once', async (t) => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const rotated = await bench.createKey(ann);
  await bench.result(ann, 'EnableKeyRotation', { keyId: rotated, rotationPeriodInDays: 90 });
  const deleted = await bench.createKey(ann);
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId: deleted, pendingWindowInDays: 7 });
  const count = bench.events().length;
  bench.nowMs += 90 * DAY_MS;
  const sweeper = start(t, bench);
  await settle();
  const done = bench.events().slice(count);
  assert.deepEqual(
    done.map(({ action, key, outcome }) => [action, key?.id, outcome]),
    [
      ['key.destroy', deleted, 'success'],
      ['key.rotate', rotated, 'success'],
    ],
  );
  sweeper.soon();
  await settle();
  assert.equal(bench.events().length, count + 2);
});

test('a rotation on demand is completed as soon as the sweeper is told', async (t) => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  const sweeper = start(t, bench);
  await settle();
  await bench.result(ann, 'RotateKeyOnDemand', { keyId });
  sweeper.soon();
  sweeper.soon();
  await settle();
  assert.equal(bench.lastEvent().action, 'key.rotate');
  assert.deepEqual(bench.lastEvent().parameters, { keyOrigin: 'AWS_KMS', rotationType: 'ON_DEMAND' });
});

test('an act that is refused is on the record, and tried again later, not at once', async (t) => {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  // A record that no act of ours writes: a rotation on demand without the material that it would take.
  bench.changeKey(keyId, { origin: 'EXTERNAL', onDemandRotationAtMs: bench.nowMs });
  const sweeper = start(t, bench);
  await settle();
  sweeper.soon();
  await settle();
  const refused = (): number => bench.events().filter(({ action }) => action === 'key.rotate').length;
  assert.equal(refused(), 1);
  assert.equal(bench.lastEvent().outcome, 'error');
  bench.nowMs += 600_000;
  sweeper.soon();
  await settle();
  assert.equal(refused(), 2);
});
