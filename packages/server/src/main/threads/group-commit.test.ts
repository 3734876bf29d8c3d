import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { MessageChannel } from 'node:worker_threads';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  type CommitAnswer,
  type CommitItem,
  LedgerError,
  type LedgerErrorCode,
  type LedgerStore,
  type StateChange,
} from '../../core/audit/index.ts';
import { type Fault, faultyStore, openMemoryStore } from '../../stores/memory/index.ts';
import { GroupCommit, type GroupCommitHooks } from './group-commit.ts';
import { LedgerClient, type QueueLimits } from './ledger-client.ts';
import type { StoreMessage } from './messages.ts';

/** A front as the group commit sees it, and what it was told, in order. */
interface Front {
  readonly client: LedgerClient;
  readonly told: StateChange[];
  readonly close: () => void;
}

interface Bench {
  readonly fronts: readonly Front[];
  readonly front: Front;
  /** How many items each commit had. */
  readonly commits: number[];
  readonly sizes: number[];
  refusing: boolean;
}

const limits: QueueLimits = { pendingMax: 1000, reservedMax: 1000 };

async function newBench(
  store: LedgerStore,
  frontCount: number,
  own: Partial<QueueLimits> = {},
): Promise<Bench> {
  const commits: number[] = [];
  const sizes: number[] = [];
  const counted: LedgerStore = {
    ...store,
    commit(items) {
      commits.push(items.length);
      return store.commit(items);
    },
  };
  const state = { refusing: false };
  const hooks: GroupCommitHooks = {
    grew: (size) => sizes.push(size),
    failed: () => false,
    refusing: () => state.refusing,
  };
  const group = new GroupCommit(counted, hooks);
  const fronts = await Promise.all(
    Array.from({ length: frontCount }, () => attachFront(group, store, { ...limits, ...own })),
  );
  const [front] = fronts;
  assert.ok(front !== undefined);
  return Object.assign(state, { fronts, front, commits, sizes });
}

async function attachFront(group: GroupCommit, store: LedgerStore, own: QueueLimits): Promise<Front> {
  const { port1, port2 } = new MessageChannel();
  const told: StateChange[] = [];
  const started = Promise.withResolvers<null>();
  const client = new LedgerClient(port2, own, {
    apply: (changes) => told.push(...changes),
    start: () => started.resolve(null),
  });
  const messages: readonly StoreMessage[] = [
    { kind: 'changes', changes: store.load().changes },
    { kind: 'started' },
  ];
  for (const message of messages) port1.postMessage(message);
  group.attach(port1);
  await started.promise;
  return { client, told, close: () => port1.close() };
}

function closeAfter(t: TestContext, { fronts }: Bench): void {
  t.after(() => {
    for (const { close } of fronts) close();
  });
}

function use(text: string, reserved = false): CommitItem {
  const item = { judgedAt: 0, reads: [], writes: [], entry: Buffer.from(text) };
  return reserved ? { ...item, reserved: true } : item;
}

function change(subject: string, record: string): CommitItem {
  return { ...use(`${subject} ${record}`), writes: [{ subject, record }] };
}

function textAt(store: LedgerStore, index: number): string {
  return Buffer.from(store.read(index, 1).entries[0] ?? []).toString('utf8');
}

function failsAs(code: LedgerErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof LedgerError && error.code === code;
}

test('what is decided in one turn shares one commit, and each is answered with its own index', async (t) => {
  const store = openMemoryStore();
  const bench = await newBench(store, 1);
  closeAfter(t, bench);
  const answers = await Promise.all(['a', 'b', 'c'].map((text) => bench.front.client.commit(use(text))));
  assert.deepEqual(
    answers,
    [0, 1, 2].map((index): CommitAnswer => ({ kind: 'committed', index })),
  );
  assert.deepEqual(bench.commits, [3]);
  assert.deepEqual(bench.sizes, [3]);
  assert.deepEqual([textAt(store, 0), textAt(store, 1), textAt(store, 2)], ['a', 'b', 'c']);
});

test('fronts that post in the same turn share a commit', async (t) => {
  const bench = await newBench(openMemoryStore(), 3);
  closeAfter(t, bench);
  await Promise.all(bench.fronts.map(({ client }, at) => client.commit(use(String(at)))));
  assert.deepEqual(bench.commits, [3]);
});

test('when a front is told that it is stale, it has been told what changed before (G5)', async (t) => {
  const store = openMemoryStore();
  const bench = await newBench(store, 2);
  closeAfter(t, bench);
  const [first, second] = bench.fronts;
  assert.ok(first !== undefined && second !== undefined);
  const changed = first.client.commit(change('key:a', 'disabled'));
  const stale = second.client.commit({ ...use('old'), reads: ['key:a'] });
  const seen = stale.then((answer) => ({ answer, told: [...second.told] }));
  await changed;
  const { answer, told } = await seen;
  assert.deepEqual(answer, { kind: 'stale' });
  assert.deepEqual(told, [{ subject: 'key:a', record: 'disabled', revision: 1 }]);
  assert.deepEqual(first.told, told);
});

test('one item that is stale is answered as such among others that are committed', async (t) => {
  const store = openMemoryStore();
  store.commit([change('key:a', 'v1')]);
  const bench = await newBench(store, 1);
  closeAfter(t, bench);
  const answers = await Promise.all([
    bench.front.client.commit(use('a')),
    bench.front.client.commit({ ...use('b'), reads: ['key:a'] }),
    bench.front.client.commit(use('c')),
  ]);
  assert.deepEqual(answers, [
    { kind: 'committed', index: 1 },
    { kind: 'stale' },
    { kind: 'committed', index: 2 },
  ]);
});

test('a commit that fails is answered as failed to all who shared it, and the next one works', async (t) => {
  const faults: Fault[] = ['before'];
  const store = openMemoryStore();
  const bench = await newBench(
    faultyStore(store, () => faults.shift()),
    2,
  );
  closeAfter(t, bench);
  await Promise.all(
    bench.fronts.map(({ client }) => assert.rejects(client.commit(use('x')), failsAs('Unavailable'))),
  );
  assert.deepEqual(await bench.front.client.commit(use('y')), { kind: 'committed', index: 0 });
  assert.equal(bench.front.client.pending, 0);
});

test('changes of a commit that was kept but reported as failed reach all fronts with the next answer', async (t) => {
  const faults: Fault[] = ['kept'];
  const bench = await newBench(
    faultyStore(openMemoryStore(), () => faults.shift()),
    2,
  );
  closeAfter(t, bench);
  await assert.rejects(bench.front.client.commit(change('key:a', 'kept')), failsAs('Unavailable'));
  const [, second] = bench.fronts;
  const stale = await second?.client.commit({ ...use('old'), reads: ['key:a'] });
  assert.deepEqual(stale, { kind: 'stale' });
  assert.deepEqual(second?.told, [{ subject: 'key:a', record: 'kept', revision: 1 }]);
});

test('while the disk is nearly full, only refusals are recorded', async (t) => {
  const store = openMemoryStore();
  const bench = await newBench(store, 1);
  closeAfter(t, bench);
  bench.refusing = true;
  const [ordinary, refusal] = await Promise.allSettled([
    bench.front.client.commit(use('ordinary')),
    bench.front.client.commit(use('refusal', true)),
  ]);
  assert.equal(ordinary.status, 'rejected');
  assert.ok(failsAs('Unavailable')(ordinary.reason));
  assert.deepEqual(refusal, { status: 'fulfilled', value: { kind: 'committed', index: 0 } });
  assert.equal(textAt(store, 0), 'refusal');
  bench.refusing = false;
  assert.deepEqual(await bench.front.client.commit(use('ordinary')), { kind: 'committed', index: 1 });
});

test('the queue is bounded, with a lane of its own for refusals, and has room again when it has been answered', async (t) => {
  const bench = await newBench(openMemoryStore(), 1, { pendingMax: 3, reservedMax: 2 });
  closeAfter(t, bench);
  const { client } = bench.front;
  const taken = [1, 2, 3].map((at) => client.commit(use(String(at))));
  await assert.rejects(client.commit(use('4')), failsAs('Busy'));
  taken.push(client.commit(use('5', true)), client.commit(use('6', true)));
  await assert.rejects(client.commit(use('7', true)), failsAs('Busy'));
  assert.equal(client.pending, 5);
  const answers = await Promise.all(taken);
  assert.equal(new Set(answers.map((one) => (one.kind === 'committed' ? one.index : -1))).size, 5);
  assert.equal(client.pending, 0);
  assert.equal((await client.commit(use('8'))).kind, 'committed');
});

test('when the store thread is gone, what waits fails, and so does what comes after', async () => {
  const { port1, port2 } = new MessageChannel();
  const nothing = (): void => undefined;
  const client = new LedgerClient(port2, limits, { start: nothing, apply: nothing });
  const sent = client.commit(use('sent'));
  sent.catch(nothing);
  await setImmediate();
  const queued = client.commit(use('queued'));
  queued.catch(nothing);
  const closed = once(port2, 'close');
  port1.close();
  await closed;
  await assert.rejects(sent, failsAs('Unavailable'));
  await assert.rejects(queued, failsAs('Unavailable'));
  await assert.rejects(client.commit(use('late')), failsAs('Unavailable'));
  assert.equal(client.pending, 0);
});

test('large batches are cut, so that none makes the others wait for long', async (t) => {
  const store = openMemoryStore();
  const bench = await newBench(store, 4);
  closeAfter(t, bench);
  const entry = new Uint8Array(65_535).fill(1);
  const answers = await Promise.all(
    bench.fronts.flatMap(({ client }) =>
      Array.from({ length: 100 }, () => client.commit({ ...use('x'), entry })),
    ),
  );
  assert.equal(answers.length, 400);
  assert.equal(store.size(), 400);
  // 8 MiB a commit is room for 128 such entries.
  assert.ok(bench.commits.length >= 4, `${bench.commits.length} commits`);
  for (const items of bench.commits) assert.ok(items <= 128, `a commit of ${items}`);
});

test('every attempt is answered once, with the place of its own entry, whatever fails', async (t) => {
  const act = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('commit'),
        front: fc.nat(2),
        reserved: fc.boolean(),
        writes: fc.boolean(),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('turn', 'refuse', 'accept') }) },
  );
  const fault = fc.option(fc.constant('before'), { nil: undefined, freq: 3 });
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 80 }), fc.array(fault), async (acts, faults) => {
      const left = [...faults];
      const store = openMemoryStore();
      const bench = await newBench(
        faultyStore(store, () => left.shift()),
        3,
        { pendingMax: 20, reservedMax: 5 },
      );
      closeAfter(t, bench);
      const attempts: { readonly text: string; readonly answer: Promise<CommitAnswer> }[] = [];
      for (const one of acts) {
        if ('front' in one) {
          const text = `attempt ${attempts.length}`;
          const writes = one.writes ? [{ subject: 'key:a', record: text }] : [];
          const item = { ...use(text, one.reserved), writes };
          const answer = bench.fronts[one.front]?.client.commit(item);
          assert.ok(answer !== undefined);
          answer.catch(() => undefined);
          attempts.push({ text, answer });
        } else if (one.kind === 'turn') await setImmediate();
        else bench.refusing = one.kind === 'refuse';
      }
      const kept = new Map<number, string>();
      for (const { text, answer } of attempts) {
        const [ended] = await Promise.allSettled([answer]);
        if (ended.status === 'rejected') assert.ok(ended.reason instanceof LedgerError);
        else if (ended.value.kind === 'committed') kept.set(ended.value.index, text);
      }
      const all = Array.from({ length: store.size() }, (_, index) => [index, textAt(store, index)] as const);
      assert.deepEqual(
        [...kept].sort(([one], [other]) => one - other),
        all,
      );
      for (const { client } of bench.fronts) assert.equal(client.pending, 0);
      bench.refusing = false;
      left.length = 0;
      // Messages to a front keep their order: once this is answered, it has been told everything before.
      await Promise.all(bench.fronts.map(({ client }) => client.commit(use('the end'))));
      for (const { told } of bench.fronts) assert.equal(told.at(-1)?.record, store.load().changes[0]?.record);
    }),
    { numRuns: 40 },
  );
});
