import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller } from '../caller.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { Params } from '../params.ts';
import { testBook } from '../rules/rules.test-fixture.ts';
import { systemCaller } from '../system-caller.ts';
import { allowing, OTHER, StsBench } from '../sts/sts.test-fixture.ts';
import { createSuppressionIn } from './create-suppression.ts';
import { deleteSuppression, expireSuppression, listSuppressions, suppressionsDue } from './index.ts';

const DAY_MS = 86_400_000;
const createSuppression = createSuppressionIn(testBook);

interface Scene {
  readonly bench: StsBench;
  readonly clock: TestBench;
  readonly admin: Caller;
}

async function newScene(): Promise<Scene> {
  const store = openMemoryStore();
  const clock = new TestBench(store);
  const bench = new StsBench(store, clock);
  return { bench, clock, admin: await bench.administrator() };
}

function asked(
  clock: TestBench,
  more: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const expiresAtMs = clock.nowMs + DAY_MS;
  return { rule: 'key-deletion', entity: { 'actor.arn': 'x' }, reason: 'drill', expiresAtMs, ...more };
}

test('a suppression is created, listed and deleted, and the record says what it was', async () => {
  const { bench, clock, admin } = await newScene();
  const created = await bench.released(admin, createSuppression, asked(clock));
  const suppressionId = new Params(created).text('suppressionId');
  assert.match(suppressionId, /^sup-[a-z2-7]{16}$/);
  const noted = {
    entity: { 'actor.arn': 'x' },
    expiresAt: new Date(clock.nowMs + DAY_MS).toISOString(),
    reason: 'drill',
    rule: 'key-deletion',
    suppression: suppressionId,
  };
  assert.deepEqual(clock.lastEvent().change, { after: noted });
  assert.deepEqual(await bench.released(admin, listSuppressions), {
    suppressions: [created],
    next: undefined,
  });
  assert.deepEqual(await bench.released(admin, deleteSuppression, { suppressionId }), created);
  assert.deepEqual(clock.lastEvent().change, { before: noted });
  assert.equal((await bench.refused(admin, deleteSuppression, { suppressionId })).code, 'NotFound');
});

test('a suppression has an end within 90 days, and is of a rule that there is', async () => {
  const { bench, clock, admin } = await newScene();
  const { nowMs } = clock;
  for (const expiresAtMs of [nowMs, nowMs - 1, nowMs + 90 * DAY_MS + 1]) {
    const error = await bench.refused(admin, createSuppression, asked(clock, { expiresAtMs }));
    assert.equal(error.code, 'InvalidInput');
  }
  const absent = await bench.refused(admin, createSuppression, asked(clock, { rule: 'none' }));
  assert.equal(absent.code, 'NotFound');
  const watching = asked(clock, { rule: 'audit-configuration-changed' });
  assert.equal((await bench.refused(admin, createSuppression, watching)).code, 'Unmodifiable');
  assert.equal(clock.replica.suppressions.size, 0);
  await bench.released(admin, createSuppression, asked(clock, { expiresAtMs: nowMs + 90 * DAY_MS }));
});

test('at its end a suppression is no more, and the service removes it', async () => {
  const { bench, clock, admin } = await newScene();
  const created = new Params(await bench.released(admin, createSuppression, asked(clock)));
  const suppressionId = created.text('suppressionId');
  assert.equal(
    (await bench.refused(systemCaller, expireSuppression, { suppressionId })).code,
    'InvalidState',
  );
  assert.equal(clock.lastEvent().change, undefined);
  clock.nowMs += DAY_MS;
  assert.deepEqual(await bench.released(admin, listSuppressions), { suppressions: [], next: undefined });
  assert.deepEqual(suppressionsDue(clock.replica, clock.nowMs), [suppressionId]);
  await bench.released(systemCaller, expireSuppression, { suppressionId });
  assert.equal(clock.lastEvent().action, 'suppression.expire');
  assert.equal(clock.replica.suppressions.size, 0);
});

test('suppressions belong to the account that owns the record', async () => {
  const { bench, clock } = await newScene();
  const stranger = bench.user('stranger', allowing('*'), OTHER);
  for (const operation of [createSuppression, deleteSuppression, listSuppressions]) {
    const error = await bench.refused(stranger, operation, asked(clock, { suppressionId: 'sup-a' }));
    assert.equal(error.code, 'AccessDenied', operation.name);
  }
});
