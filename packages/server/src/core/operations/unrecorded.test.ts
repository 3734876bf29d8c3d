import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AuditEvent, type CommitItem, type EventParameters, LedgerError } from '../audit/index.ts';
import { parseRecord } from './subjects.ts';
import { RECOVERY_RETRY_MS, Unrecorded } from './unrecorded.ts';

const START_MS = 1_800_000_000_000;

function eventAt(timeMs: number, action: string, outcome: AuditEvent['outcome'] = 'error'): AuditEvent {
  return {
    schema: 'keywitness.event/1',
    id: 'id',
    time: new Date(timeMs).toISOString(),
    actor: { type: 'anonymous' },
    client: { address: 'internal' },
    action,
    protocol: { front: 'internal', service: 'keywitness', operation: '-' },
    requestId: 'request',
    outcome,
    revision: 0,
  };
}

/** Counts over a ledger that works or not, with a clock that the test moves. */
function newBench(): {
  readonly unrecorded: Unrecorded;
  readonly recorded: AuditEvent[];
  readonly ledger: { works: boolean; waiting: (() => void)[] };
  readonly retry: () => Promise<void>;
  readonly timers: (() => void)[];
} {
  const recorded: AuditEvent[] = [];
  const timers: (() => void)[] = [];
  const ledger: { works: boolean; waiting: (() => void)[] } = { works: false, waiting: [] };
  const commit = ({ entry, reserved }: CommitItem): Promise<{ kind: 'committed'; index: number }> =>
    new Promise((resolve, reject) => {
      assert.equal(reserved, true);
      ledger.waiting.push(() => {
        if (!ledger.works) return reject(new LedgerError('Unavailable', 'full'));
        recorded.push(parseRecord<AuditEvent>(Buffer.from(entry).toString('utf8')));
        resolve({ kind: 'committed', index: recorded.length - 1 });
      });
    });
  const unrecorded = new Unrecorded(
    { commit },
    (delayMs, task) => {
      assert.equal(delayMs, RECOVERY_RETRY_MS);
      timers.push(task);
    },
    ({ count, firstTime, lastTime, byKind }) => ({
      ...eventAt(START_MS, 'record.unavailable'),
      count,
      firstTime,
      time: lastTime,
      parameters: byKind,
    }),
  );
  const retry = async (): Promise<void> => {
    for (const task of timers.splice(0)) task();
    for (const answer of ledger.waiting.splice(0)) answer();
    await new Promise(setImmediate);
  };
  return { unrecorded, recorded, ledger, retry, timers };
}

test('counts are recorded when the ledger takes entries again, once, with their times', async () => {
  const { unrecorded, recorded, ledger, retry, timers } = newBench();
  unrecorded.add(eventAt(START_MS, 'key.encrypt'));
  unrecorded.add(eventAt(START_MS + 5, 'key.encrypt'));
  await retry();
  unrecorded.add(eventAt(START_MS + 9, 'key.decrypt', 'denied'));
  await retry();
  assert.equal(recorded.length, 0);
  ledger.works = true;
  await retry();
  await retry();
  assert.equal(recorded.length, 1);
  assert.equal(timers.length, 0);
  const [event] = recorded;
  assert.equal(event?.count, 3);
  assert.equal(event?.firstTime, new Date(START_MS).toISOString());
  assert.equal(event?.time, new Date(START_MS + 9).toISOString());
  assert.deepEqual(event?.parameters, { 'denied key.decrypt': 1, 'error key.encrypt': 2 });
});

test('a stop records what is counted, without waiting for the next try, and records nothing when there is nothing', async () => {
  const { unrecorded, recorded, ledger, retry } = newBench();
  ledger.works = true;
  await unrecorded.flush();
  unrecorded.add(eventAt(START_MS, 'key.encrypt'));
  const flushed = unrecorded.flush();
  await new Promise(setImmediate);
  for (const answer of ledger.waiting.splice(0)) answer();
  await flushed;
  assert.deepEqual(
    recorded.map(({ count }) => count),
    [1],
  );
  await retry();
  assert.equal(recorded.length, 1);
});

test('a stop waits for the try that is under way', async () => {
  const { unrecorded, recorded, ledger, timers } = newBench();
  unrecorded.add(eventAt(START_MS, 'key.encrypt'));
  timers.shift()?.();
  const flushed = unrecorded.flush();
  await new Promise(setImmediate);
  ledger.waiting.shift()?.();
  await new Promise(setImmediate);
  ledger.works = true;
  ledger.waiting.shift()?.();
  await flushed;
  assert.equal(recorded[0]?.count, 1);
});

test('a fault of ours is not taken for a ledger that takes nothing', async () => {
  const broken = new Unrecorded(
    { commit: () => Promise.reject(new TypeError('broken')) },
    () => undefined,
    () => eventAt(START_MS, 'record.unavailable'),
  );
  broken.add(eventAt(START_MS, 'key.encrypt'));
  await assert.rejects(broken.flush(), TypeError);
});

test('the number of kinds is bounded, the number of attempts is exact', async () => {
  const { unrecorded, recorded, ledger, retry } = newBench();
  for (let at = 0; at < 1000; at += 1) unrecorded.add(eventAt(START_MS + at, `key.invented-${at}`));
  ledger.works = true;
  await retry();
  const [event] = recorded;
  assert.equal(event?.count, 1000);
  assert.equal(event?.parameters?.['other'], 936);
});

test('every attempt is counted once, whatever happens while the counts are on their way (G2)', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add'), action: fc.constantFrom('a', 'b', 'c') }),
    fc.record({ kind: fc.constantFrom('works', 'fails', 'timer', 'answer') }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { unrecorded, recorded, ledger, retry, timers } = newBench();
      const expected: Record<string, number> = {};
      for (const one of steps) {
        if ('action' in one) {
          unrecorded.add(eventAt(START_MS, one.action));
          expected[`error ${one.action}`] = (expected[`error ${one.action}`] ?? 0) + 1;
        } else if (one.kind === 'works') ledger.works = true;
        else if (one.kind === 'fails') ledger.works = false;
        else if (one.kind === 'timer') timers.shift()?.();
        else ledger.waiting.shift()?.();
        await new Promise(setImmediate);
      }
      ledger.works = true;
      for (let rounds = 0; rounds < 4; rounds += 1) await retry();
      assert.deepEqual(sums(recorded.map(({ parameters }) => parameters ?? {})), expected);
      const total = recorded.reduce((sum, { count }) => sum + (count ?? 1), 0);
      assert.equal(total, steps.filter((one) => 'action' in one).length);
      assert.equal(timers.length + ledger.waiting.length, 0);
    }),
  );
});

function sums(parameters: readonly EventParameters[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const counts of parameters) {
    for (const [kind, count] of Object.entries(counts)) total[kind] = (total[kind] ?? 0) + Number(count);
  }
  return total;
}
