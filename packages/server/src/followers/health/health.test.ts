import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHealth, type Health, type Vitals } from './index.ts';

const MIB = 1_048_576;
const WELL: Vitals = {
  diskFreeBytes: 1000 * MIB,
  diskReserveBytes: 64 * MIB,
  isQuorumMissing: false,
  entries: 10,
  followers: { search: 10 },
  channels: [{ channelName: 'soc', failures: 0 }],
};

/** A watch over made-up vitals, on clocks that the test sets. */
class Bench {
  vitals: Vitals = WELL;
  wallMs = 1_800_000_000_000;
  monotonicMs = 0;
  /** Attempts to record that fail before they succeed again. */
  failures: number;
  readonly reported: string[] = [];
  readonly failed: unknown[] = [];
  readonly health: Health;
  #next: (() => void) | undefined;

  constructor(failures = 0) {
    this.failures = failures;
    this.health = createHealth({
      vitals: () => this.vitals,
      report: async (condition, details) => {
        if (this.failures > 0) {
          this.failures -= 1;
          throw new Error('the record is full');
        }
        this.reported.push([condition, ...Object.values(details)].join(' '));
      },
      nowMs: () => this.wallMs,
      monotonicMs: () => this.monotonicMs,
      schedule: (_delayMs, task) => {
        this.#next = task;
      },
      onFailure: (error) => this.failed.push(error),
    });
  }

  /** Lets the look under way end, then so much time pass, and looks again. Answers what was put on the record. */
  async after(ms: number, stepMs = 0): Promise<readonly string[]> {
    await settled();
    this.reported.length = 0;
    this.wallMs += ms + stepMs;
    this.monotonicMs += ms;
    this.#next?.();
    await settled();
    return [...this.reported];
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test('a start and a heartbeat are recorded at once, and a heartbeat again after five minutes', async () => {
  const bench = new Bench();
  await settled();
  assert.deepEqual(bench.reported, ['start', 'heartbeat 10']);
  assert.deepEqual(await bench.after(1000), []);
  assert.deepEqual(await bench.after(300_000), ['heartbeat 10']);
});

test('a clock that is set is told of once, one that drifts is not', async () => {
  const bench = new Bench();
  for (let second = 0; second < 10; second += 1) assert.deepEqual(await bench.after(1000, 500), []);
  assert.deepEqual(await bench.after(1000, -3_600_000), ['clock-step -3600000']);
  assert.deepEqual(await bench.after(1000), []);
});

test('a disk that fills is told of before the reserve is reached, and when there is room again', async () => {
  const bench = new Bench();
  bench.vitals = { ...WELL, diskFreeBytes: 255 * MIB };
  assert.deepEqual(await bench.after(1000), [`disk-low ${255 * MIB} ${64 * MIB}`]);
  assert.deepEqual(await bench.after(1000), []);
  bench.vitals = WELL;
  assert.deepEqual(await bench.after(1000), [`disk-recovered ${1000 * MIB} ${64 * MIB}`]);
});

test('a missing quorum is told of, and its return', async () => {
  const bench = new Bench();
  bench.vitals = { ...WELL, isQuorumMissing: true };
  assert.deepEqual(await bench.after(1000), ['quorum-missing']);
  bench.vitals = WELL;
  assert.deepEqual(await bench.after(1000), ['quorum-recovered']);
});

test('a follower that stands still while the log grows is told of; one that only lags is not', async () => {
  const bench = new Bench();
  bench.vitals = { ...WELL, entries: 20 };
  assert.deepEqual(await bench.after(1000), []);
  bench.vitals = { ...WELL, entries: 30, followers: { search: 20 } };
  assert.deepEqual(await bench.after(40_000), [], 'it has had all that there was a while ago');
  assert.deepEqual(await bench.after(20_000), []);
  assert.deepEqual(await bench.after(20_000), ['follower-behind search 10']);
  bench.vitals = { ...WELL, entries: 30, followers: { search: 30 } };
  assert.deepEqual(await bench.after(1000), ['follower-caught-up search']);
});

test('a channel that does not get its messages is told of to the others, once', async () => {
  const bench = new Bench();
  bench.vitals = { ...WELL, channels: [{ channelName: 'soc', failures: 2 }] };
  assert.deepEqual(await bench.after(1000), []);
  bench.vitals = { ...WELL, channels: [{ channelName: 'soc', failures: 3 }] };
  assert.deepEqual(await bench.after(1000), ['channel-failing soc']);
  bench.vitals = { ...WELL, channels: [{ channelName: 'soc', failures: 9 }] };
  assert.deepEqual(await bench.after(1000), []);
  bench.vitals = WELL;
  assert.deepEqual(await bench.after(1000), ['channel-recovered soc']);
});

test('a start that could not be recorded is recorded as soon as it can be, and holds nobody up', async () => {
  const bench = new Bench(1);
  await bench.health.begun;
  assert.deepEqual(bench.reported, []);
  assert.equal(bench.failed.length, 1);
  assert.deepEqual(await bench.after(1000), ['start', 'heartbeat 10']);
  assert.deepEqual(await bench.after(1000), []);
});

test('what could not be recorded is news until it is', async () => {
  const bench = new Bench();
  await settled();
  bench.failures = 2;
  bench.vitals = { ...WELL, isQuorumMissing: true };
  assert.deepEqual(await bench.after(1000), []);
  assert.deepEqual(await bench.after(1000), []);
  assert.deepEqual(await bench.after(1000), ['quorum-missing']);
  assert.equal(bench.failed.length, 2);
});
