import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { type Finding, parseRuleFile, type RuleFile } from '@keywitness/rules';
import { createAlerts } from './index.ts';

const START_MS = Date.parse('2026-11-26T12:00:00Z');
const DAY_MS = 86_400_000;
const folder = mkdtempSync(join(tmpdir(), 'keywitness-alerts-'));
after(() => rmSync(folder, { recursive: true }));

const BURST = parseRuleFile(
  `title: Burst
logsource: {product: keywitness}
name: denied
detection: {selection: {outcome: denied}, condition: selection}
---
title: Burst
level: high
correlation: {type: event_count, rules: [denied], group-by: [actor.arn], timespan: 5m, condition: {gte: 3}}
`,
  'burst',
);
const SILENCE = parseRuleFile(
  `title: Silence
logsource: {product: keywitness}
detection: {selection: {action: service.heartbeat}, condition: selection}
keywitness: {group-by: [], absence: {within: 10m}}
`,
  'silence',
);

/** The rules at work on a log that a test writes; it may be stopped, killed and started again. */
class Bench {
  readonly path: string;
  readonly entries: Uint8Array[] = [];
  readonly raised: Finding[] = [];
  readonly failures: unknown[] = [];
  rules: readonly RuleFile[] = [BURST, SILENCE];
  resting: readonly RuleFile[] = [];
  /** How often rules were asked for, and what that throws. */
  asked = 0;
  ruleFault: Error | undefined;
  nowMs = START_MS;
  /** Findings that are refused before one is taken again. */
  refusals = 0;
  #running: ReturnType<typeof createAlerts> | undefined;
  #ticks: (() => void)[] = [];

  constructor(name: string) {
    this.path = join(folder, name);
  }

  event(action: string, more: object = {}): void {
    const index = this.entries.length;
    const event = {
      action,
      actor: { arn: 'arn:aws:iam::111122223333:user/eve', type: 'user' },
      id: `event-${index}`,
      schema: 'keywitness.event/1',
      time: new Date(this.nowMs).toISOString(),
      ...more,
    };
    this.entries.push(Buffer.from(JSON.stringify(event)));
  }

  async start(): Promise<void> {
    this.#ticks = [];
    this.#running = createAlerts({
      reader: {
        size: () => this.entries.length,
        read: (first, max) => ({ first, entries: first < 0 ? [] : this.entries.slice(first, first + max) }),
      },
      path: this.path,
      place: { account: '111122223333', region: 'us-east-1' },
      rules: () => {
        this.asked += 1;
        if (this.ruleFault !== undefined) throw this.ruleFault;
        return { inForce: this.rules, resting: this.resting };
      },
      raise: async (finding) => {
        if (this.refusals > 0) {
          this.refusals -= 1;
          throw new Error('the record takes nothing');
        }
        this.raised.push(finding);
      },
      nowMs: () => this.nowMs,
      schedule: (delayMs, task) => void (delayMs === 0 ? setImmediate(task) : this.#ticks.push(task)),
      onFailure: (error) => this.failures.push(error),
    });
    await settled();
  }

  /** The log has grown. */
  async grew(): Promise<void> {
    this.#running?.advance();
    await settled();
  }

  async tick(ms: number): Promise<void> {
    this.nowMs += ms;
    for (const task of this.#ticks.splice(0)) task();
    await settled();
  }

  stop(): Promise<void> {
    return this.#running?.stop() ?? Promise.resolve();
  }

  /** As after a crash: what was kept is what was kept last. */
  kill(): void {
    this.#running = undefined;
  }

  /** Entries that the rules have seen. */
  get seen(): number {
    return this.#running?.status().size ?? 0;
  }

  get told(): readonly string[] {
    return this.raised.map(({ kind, ruleName, count }) => `${ruleName} ${kind} ${count}`);
  }
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) await Promise.resolve();
}

const denied = { outcome: 'denied' };

test('what the rules find is raised in the order of the log, as soon as it has grown', async () => {
  const bench = new Bench('order');
  await bench.start();
  bench.event('key.decrypt', denied);
  bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, []);
  bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  assert.deepEqual(
    bench.raised[0]?.events.map(({ index }) => index),
    [0, 1, 2],
  );
  await bench.stop();
});

test('a stop is heard while much is read, and what was read is kept', async () => {
  const bench = new Bench('long');
  const count = 20_000;
  for (let index = 0; index < count; index += 1) bench.event('key.decrypt');
  await bench.start();
  // Comes when the thread has a turn for it, as a message from another thread does.
  const stopped = new Promise((resolve) => setImmediate(() => resolve(bench.stop())));
  await stopped;
  assert(bench.seen > 0 && bench.seen < count, String(bench.seen));
  await bench.start();
  while (bench.seen < count) await new Promise((resolve) => setImmediate(resolve));
  await bench.stop();
});

test('a finding that the record does not take is raised again, and nothing is read beyond it', async () => {
  const bench = new Bench('refused');
  await bench.start();
  for (let index = 0; index < 3; index += 1) bench.event('key.decrypt', denied);
  bench.event('key.encrypt');
  bench.refusals = 2;
  await bench.grew();
  assert.deepEqual(bench.told, []);
  await bench.tick(1000);
  assert.deepEqual(bench.told, []);
  await bench.tick(1000);
  assert.deepEqual(bench.told, ['burst opened 3']);
  assert.equal(bench.failures.length, 2);
  await bench.stop();
});

test('a finding that the record does not take is not raised again because its refusal is an event', async () => {
  const bench = new Bench('grown');
  await bench.start();
  for (let index = 0; index < 3; index += 1) bench.event('key.decrypt', denied);
  bench.refusals = 1000;
  await bench.grew();
  for (let index = 0; index < 5; index += 1) {
    bench.event('incident.open', { outcome: 'error' });
    await bench.grew();
  }
  assert.equal(bench.failures.length, 1);
  await bench.tick(1000);
  assert.equal(bench.failures.length, 2);
  bench.refusals = 0;
  await bench.tick(1000);
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
});

test('a disk that takes nothing does not hold up a stop', async () => {
  const bench = new Bench('full');
  await bench.start();
  bench.event('key.decrypt', denied);
  await bench.grew();
  const other = new DatabaseSync(bench.path);
  other.exec("CREATE TRIGGER full BEFORE INSERT ON kept BEGIN SELECT RAISE(FAIL, 'disk is full'); END");
  other.close();
  await bench.stop();
  assert.equal(bench.failures.length, 1);
});

test('after a stop the rules go on within the same episode', async () => {
  const bench = new Bench('stopped');
  await bench.start();
  bench.event('key.decrypt', denied);
  bench.event('key.decrypt', denied);
  await bench.grew();
  await bench.stop();
  bench.event('key.decrypt', denied);
  await bench.start();
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
});

test('killed at any point of an episode, the rules make the same findings again and lose none', async () => {
  const whole = new Bench('whole');
  await whole.start();
  for (let index = 0; index < 8; index += 1) {
    whole.event('key.decrypt', denied);
    whole.nowMs += 1000;
  }
  await whole.grew();
  const expected = new Set(whole.raised.map(({ episode, count }) => `${episode} ${count}`));
  assert.ok(expected.size >= 2);
  for (let cut = 0; cut <= 8; cut += 1) {
    const bench = new Bench(`cut-${cut}`);
    await bench.start();
    for (let index = 0; index < 8; index += 1) {
      if (index === cut) {
        bench.kill();
        await bench.start();
      }
      bench.event('key.decrypt', denied);
      bench.nowMs += 1000;
      await bench.grew();
    }
    const found = new Set(bench.raised.map(({ episode, count }) => `${episode} ${count}`));
    assert.deepEqual(found, expected, `cut at ${cut}`);
    await bench.stop();
  }
});

test('state that is damaged, or of another log, is not used', async () => {
  const bench = new Bench('damaged');
  await bench.start();
  bench.event('key.decrypt', denied);
  bench.event('key.decrypt', denied);
  await bench.grew();
  await bench.stop();
  writeFileSync(bench.path, 'this is no database');
  bench.event('key.decrypt', denied);
  await bench.start();
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
  bench.entries.length = 0;
  bench.nowMs += 60_000;
  bench.raised.length = 0;
  bench.event('key.encrypt');
  for (let index = 0; index < 3; index += 1) bench.event('key.decrypt', denied);
  await bench.start();
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
});

test('state that these rules cannot read is not used', async () => {
  const bench = new Bench('unreadable');
  await bench.start();
  bench.event('key.decrypt', denied);
  bench.event('key.decrypt', denied);
  await bench.grew();
  await bench.stop();
  const file = new DatabaseSync(bench.path);
  file.exec(`UPDATE kept SET snapshot = '{"version":999}'`);
  file.close();
  bench.event('key.decrypt', denied);
  await bench.start();
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
});

test('without any state the rules learn from the last fortnight, and speak of the last day', async () => {
  const bench = new Bench('learning');
  const burst = (): void => {
    for (let index = 0; index < 3; index += 1) bench.event('key.decrypt', denied);
  };
  bench.nowMs = START_MS - 30 * DAY_MS;
  burst();
  bench.nowMs = START_MS - 3 * DAY_MS;
  burst();
  bench.nowMs = START_MS - DAY_MS / 2;
  burst();
  bench.nowMs = START_MS;
  await bench.start();
  await bench.grew();
  assert.deepEqual(
    bench.raised.map(({ timeMs }) => START_MS - timeMs),
    [DAY_MS / 2],
  );
  await bench.stop();
});

test('rules that change are in force from the event on that says so; what others remember stays', async () => {
  const bench = new Bench('changed');
  await bench.start();
  bench.event('key.decrypt', denied);
  bench.event('key.decrypt', denied);
  await bench.grew();
  bench.rules = [BURST];
  bench.event('rule.disable', { outcome: 'success' });
  await bench.grew();
  bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
});

test('what does not come is found by the clock', async () => {
  const bench = new Bench('silence');
  await bench.start();
  bench.event('service.heartbeat');
  await bench.grew();
  await bench.tick(9 * 60_000);
  assert.deepEqual(bench.told, []);
  await bench.tick(5 * 60_000);
  assert.equal(bench.raised.length, 1);
  assert.equal(bench.raised[0]?.ruleName, 'silence');
  await bench.stop();
});

test('only what changed rules makes them be read again: not who reads them, and not who may not', async () => {
  const bench = new Bench('reads');
  await bench.start();
  const asked = bench.asked;
  for (const action of ['rule.list', 'rule.read']) bench.event(action, { outcome: 'success' });
  for (const outcome of ['denied', 'error', 'throttled']) bench.event('rule.put', { outcome });
  await bench.grew();
  assert.equal(bench.asked, asked);
  bench.event('rule.put', { outcome: 'success' });
  await bench.grew();
  assert.equal(bench.asked, asked + 1);
  await bench.stop();
});

test('rules that could not be read when they changed are read before the next event', async () => {
  const bench = new Bench('unread');
  await bench.start();
  bench.rules = [];
  bench.ruleFault = new Error('the store is busy');
  bench.event('rule.disable', { outcome: 'success' });
  await bench.grew();
  assert.equal(bench.failures.length, 1);
  bench.ruleFault = undefined;
  for (let count = 0; count < 3; count += 1) bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, []);
  await bench.stop();
});

test('a kept state that this version cannot read counts for nothing, and stops nobody', async () => {
  const bench = new Bench('unreadable');
  await bench.start();
  for (let count = 0; count < 2; count += 1) bench.event('key.decrypt', denied);
  await bench.grew();
  await bench.stop();
  const database = new DatabaseSync(bench.path);
  database.exec(`UPDATE kept SET snapshot = '{"version":2}'`);
  database.close();
  await bench.start();
  bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await bench.stop();
});

test('what a rule had learned is there again when it is enabled', async () => {
  const bench = new Bench('resting');
  bench.rules = [BURST];
  await bench.start();
  for (let count = 0; count < 2; count += 1) bench.event('key.decrypt', denied);
  await bench.grew();
  const set = async (rules: readonly RuleFile[], resting: readonly RuleFile[]): Promise<void> => {
    Object.assign(bench, { rules, resting });
    bench.event('rule.disable', { outcome: 'success' });
    await bench.grew();
  };
  await set([], [BURST]);
  bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, []);
  await bench.stop();
  await bench.start();
  await set([BURST], []);
  bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3']);
  await set([], []);
  await set([BURST], []);
  for (let count = 0; count < 2; count += 1) bench.event('key.decrypt', denied);
  await bench.grew();
  assert.deepEqual(bench.told, ['burst opened 3'], 'what is neither in force nor resting is forgotten');
  await bench.stop();
});
