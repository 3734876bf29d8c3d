import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { AuditEvent, Ledger, LedgerStore } from '../audit/index.ts';
import {
  Coalescer,
  KINDS_PER_ORIGIN_MAX,
  OWN_RECORDS_PER_ORIGIN_MAX,
  OWN_RECORDS_PER_SECOND_MAX,
  type Refusal,
  SHARED_RECORD_MS,
} from './coalescer.ts';
import { parseRecord } from './subjects.ts';

const START_MS = 1_800_000_000_000;

/** A coalescer over a store in memory, with a clock and timers that the test moves. */
function newBench(): {
  readonly store: LedgerStore;
  readonly coalescer: Coalescer;
  readonly pass: (durationMs: number) => Promise<void>;
  readonly nowMs: () => number;
} {
  const store = openMemoryStore();
  const ledger: Ledger = {
    commit: (item) => {
      const [answer] = store.commit([item]).answers;
      return answer === undefined ? Promise.reject(new TypeError('no answer')) : Promise.resolve(answer);
    },
  };
  const timers: { readonly atMs: number; readonly task: () => void }[] = [];
  let nowMs = START_MS;
  const coalescer = new Coalescer(ledger, (delayMs, task) => timers.push({ atMs: nowMs + delayMs, task }));
  const pass = async (durationMs: number): Promise<void> => {
    nowMs += durationMs;
    const due = timers.filter((timer) => timer.atMs <= nowMs);
    for (const timer of due) timers.splice(timers.indexOf(timer), 1);
    for (const timer of due) timer.task();
    await new Promise(setImmediate);
  };
  return { store, coalescer, pass, nowMs: () => nowMs };
}

function refusal(nowMs: number, differs: Partial<AuditEvent> = {}): Refusal {
  const event: AuditEvent = {
    schema: 'keywitness.event/1',
    id: 'id',
    time: new Date(nowMs).toISOString(),
    actor: { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann' },
    client: { address: '192.0.2.1' },
    action: 'key.encrypt',
    protocol: { front: 'aws', service: 'kms', operation: 'Encrypt' },
    requestId: 'request',
    outcome: 'denied',
    error: { code: 'AccessDenied', message: 'no' },
    revision: 0,
    ...differs,
  };
  return { event, judgedAt: 0, reads: [] };
}

function eventsOf(store: LedgerStore): readonly AuditEvent[] {
  return store
    .read(0, store.size())
    .entries.map((entry) => parseRecord<AuditEvent>(Buffer.from(entry).toString('utf8')));
}

test('the first like refusals of a second have records of their own, and the rest share one with their number', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const own = OWN_RECORDS_PER_SECOND_MAX;
  const answers = Array.from({ length: own + 5 }, () => coalescer.record(refusal(nowMs()), nowMs()));
  await new Promise(setImmediate);
  assert.equal(store.size(), own);
  await pass(100);
  answers.push(coalescer.record(refusal(nowMs()), nowMs()));
  await pass(SHARED_RECORD_MS - 100);
  assert.equal(store.size(), own + 1);
  const shared = eventsOf(store)[own];
  assert.equal(shared?.count, 6);
  assert.equal(shared?.firstTime, new Date(START_MS).toISOString());
  assert.equal(shared?.time, new Date(START_MS + 100).toISOString());
  for (const { answer } of (await Promise.all(answers)).slice(own)) {
    assert.deepEqual(answer, { kind: 'committed', index: own });
  }
  await pass(1000);
  await coalescer.record(refusal(nowMs()), nowMs());
  assert.equal(eventsOf(store).at(-1)?.count, undefined);
});

test('what is true of only some of the attempts that share a record is not in it', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const attempts = Array.from({ length: OWN_RECORDS_PER_SECOND_MAX + 4 }, (_, at) =>
    coalescer.record(
      refusal(nowMs(), { client: { address: `192.0.2.${at}` }, context: { customer: String(at) } }),
      nowMs(),
    ),
  );
  await pass(SHARED_RECORD_MS);
  await Promise.all(attempts);
  const shared = eventsOf(store).at(-1);
  assert.equal(shared?.count, 4);
  assert.deepEqual(shared?.client, { address: 'many' });
  assert.equal(shared?.context, undefined);
});

test('what is common to the attempts that share a record is in it', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const attempts = Array.from({ length: OWN_RECORDS_PER_SECOND_MAX + 4 }, () =>
    coalescer.record(refusal(nowMs(), { context: { customer: '4711' } }), nowMs()),
  );
  await pass(SHARED_RECORD_MS);
  await Promise.all(attempts);
  assert.deepEqual(eventsOf(store).at(-1)?.context, { customer: '4711' });
  assert.deepEqual(eventsOf(store).at(-1)?.client, { address: '192.0.2.1' });
});

test('who has proven nothing is told apart by address: claimed access keys and invented names get nobody more records', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const attempts = Array.from({ length: 3000 }, (_, at) =>
    coalescer.record(
      refusal(nowMs(), {
        actor: { type: 'anonymous', credentialId: `AKIA${at}`, unverified: true },
        protocol: { front: 'aws', service: 'kms', operation: `Invented${at}` },
        key: { requested: `key-${at}` },
      }),
      nowMs(),
    ),
  );
  await pass(SHARED_RECORD_MS);
  await Promise.all(attempts);
  const events = eventsOf(store);
  assert.equal(events.length, OWN_RECORDS_PER_SECOND_MAX + 1);
  const shared = events.at(-1);
  assert.equal(shared?.count, 3000 - OWN_RECORDS_PER_SECOND_MAX);
  assert.deepEqual(shared?.actor, { type: 'anonymous' });
  assert.deepEqual(shared?.client, { address: '192.0.2.1' });
  assert.equal(shared?.protocol.operation, '-');
  assert.equal(shared?.key, undefined);
});

test('a flood from ever new addresses gets few records, and takes none from a proven actor', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const attempts = Array.from({ length: 3000 }, (_, at) =>
    coalescer.record(
      refusal(nowMs(), { actor: { type: 'anonymous' }, client: { address: `2001:db8::${at}` } }),
      nowMs(),
    ),
  );
  const key = { id: 'k' };
  attempts.push(coalescer.record(refusal(nowMs(), { key }), nowMs()));
  await pass(SHARED_RECORD_MS);
  await Promise.all(attempts);
  const events = eventsOf(store);
  assert.ok(events.length <= OWN_RECORDS_PER_ORIGIN_MAX + KINDS_PER_ORIGIN_MAX + 2, String(events.length));
  const proven = events.filter(({ actor }) => actor.type !== 'anonymous');
  assert.equal(proven.length, 1);
  assert.equal(proven[0]?.count, undefined);
  assert.deepEqual(proven[0]?.key, key);
  const merged = events.findLast(({ client }) => client.address === 'many');
  assert.deepEqual(merged?.actor, { type: 'anonymous' });
  assert.equal(
    events.reduce((sum, { count }) => sum + (count ?? 1), 0),
    3001,
  );
});

test('whatever a proven actor makes up, the record names the actor', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const attempts = Array.from({ length: 3000 }, (_, at) =>
    coalescer.record(refusal(nowMs(), { key: { requested: `key-${at}` } }), nowMs()),
  );
  const other = { type: 'user', arn: 'arn:aws:iam::111122223333:user/bob' } as const;
  attempts.push(coalescer.record(refusal(nowMs(), { actor: other, key: { id: 'k' } }), nowMs()));
  await pass(SHARED_RECORD_MS);
  await Promise.all(attempts);
  const events = eventsOf(store);
  assert.ok(events.length <= OWN_RECORDS_PER_ORIGIN_MAX + KINDS_PER_ORIGIN_MAX + 2, String(events.length));
  const attemptsOf = new Map<string | undefined, number>();
  for (const { actor, count } of events) {
    attemptsOf.set(actor.arn, (attemptsOf.get(actor.arn) ?? 0) + (count ?? 1));
  }
  assert.deepEqual(
    attemptsOf,
    new Map([
      ['arn:aws:iam::111122223333:user/ann', 3000],
      [other.arn, 1],
    ]),
  );
});

test('a shared record names neither one of several access keys of its actor nor one of several messages', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const attempts = Array.from({ length: OWN_RECORDS_PER_SECOND_MAX + 4 }, (_, at) =>
    coalescer.record(
      refusal(nowMs(), {
        actor: { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann', credentialId: `AKIA${at}` },
        client: { address: '192.0.2.1', port: at, userAgent: 'sdk' },
        error: { code: 'AccessDenied', message: `no ${at}` },
        parameters: { at },
        traceId: `trace ${at}`,
      }),
      nowMs(),
    ),
  );
  await pass(SHARED_RECORD_MS);
  await Promise.all(attempts);
  const shared = eventsOf(store).at(-1);
  assert.equal(shared?.count, 4);
  assert.deepEqual(shared?.actor, { type: 'user', arn: 'arn:aws:iam::111122223333:user/ann' });
  assert.deepEqual(shared?.client, { address: '192.0.2.1', userAgent: 'sdk' });
  assert.deepEqual(shared?.error, { code: 'AccessDenied', message: 'many' });
  assert.equal(shared?.parameters, undefined);
  assert.equal(shared?.traceId, undefined);
});

test('a shared record is stale for all who share it when one of them would be', async () => {
  const { store, coalescer, pass, nowMs } = newBench();
  const writes = [{ subject: 'key:a', record: 'v' }];
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('{}') }]);
  const fresh = { ...refusal(nowMs()), judgedAt: 1, reads: ['key:a'] };
  for (let own = 0; own < OWN_RECORDS_PER_SECOND_MAX; own += 1) await coalescer.record(fresh, nowMs());
  const size = store.size();
  const both = [fresh, { ...fresh, judgedAt: 0 }].map((one) => coalescer.record(one, nowMs()));
  await pass(SHARED_RECORD_MS);
  assert.deepEqual(
    (await Promise.all(both)).map(({ answer }) => answer.kind),
    ['stale', 'stale'],
  );
  assert.equal(store.size(), size);
});

test('the numbers add up, whatever comes when, even by a clock that jumps (G2)', async () => {
  const arrival = fc.record({
    afterMs: fc.nat(120),
    clockMs: fc.oneof(fc.constant(0), fc.integer({ min: -5000, max: 5000 })),
    who: fc.nat(2),
    code: fc.constantFrom('AccessDenied', 'Throttled'),
    times: fc.integer({ min: 1, max: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(arrival, { maxLength: 25 }), async (arrivals) => {
      const { store, coalescer, pass, nowMs } = newBench();
      const answers: Promise<unknown>[] = [];
      const expected = new Map<string, number>();
      for (const { afterMs, clockMs, who, code, times } of arrivals) {
        await pass(afterMs);
        const actor = { type: 'user' as const, arn: `arn:aws:iam::111122223333:user/${who}` };
        for (let time = 0; time < times; time += 1) {
          const one = refusal(nowMs(), { actor, error: { code, message: '' } });
          answers.push(coalescer.record(one, nowMs() + clockMs));
        }
        expected.set(`${actor.arn} ${code}`, (expected.get(`${actor.arn} ${code}`) ?? 0) + times);
      }
      await pass(SHARED_RECORD_MS);
      await Promise.all(answers);
      const recorded = new Map<string, number>();
      for (const event of eventsOf(store)) {
        const kind = `${event.actor.arn ?? ''} ${event.error?.code ?? ''}`;
        recorded.set(kind, (recorded.get(kind) ?? 0) + (event.count ?? 1));
      }
      assert.deepEqual(recorded, new Map(expected));
    }),
    { numRuns: 50 },
  );
});
