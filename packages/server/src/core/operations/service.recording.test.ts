import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { type Fault, faultyStore, openMemoryStore } from '../../stores/memory/index.ts';
import { LedgerError } from '../audit/index.ts';
import type { Caller } from './caller.ts';
import { OWN_RECORDS_PER_SECOND_MAX } from './coalescer.ts';
import type { FrontRefusal, Operation, Performed, Recorded } from './operation.ts';
import { createKey, kms, SharedLedger } from './shared-ledger.test-fixture.ts';

const malformed: FrontRefusal = {
  outcome: 'error',
  action: 'request.malformed',
  code: 'SerializationException',
  message: 'not JSON',
};
const unauthenticated: FrontRefusal = {
  outcome: 'denied',
  action: 'request.unauthenticated',
  code: 'InvalidSignatureException',
  message: 'wrong signature',
  actor: { type: 'anonymous', credentialId: 'AKIACLAIMED', unverified: true },
};
const plaintext = Buffer.from('canary plaintext');

/** A ledger with one key, and what attempts on it look like. */
async function newBench(
  seed: number,
  nodes = 1,
  nextFault: () => Fault | undefined = () => undefined,
): Promise<{ ledger: SharedLedger; admin: Caller; keyId: string }> {
  let armed = false;
  const store = faultyStore(openMemoryStore(), () => (armed ? nextFault() : undefined));
  const ledger = new SharedLedger(store, nodes, seed, turn);
  const admin = await ledger.administrator();
  const keyId = await createKey(ledger, admin);
  armed = true;
  return { ledger, admin, keyId };
}

/** How many attempts the record stands for. */
function recordedAttempts(ledger: SharedLedger): number {
  return ledger.events().reduce((sum, { count }) => sum + (count ?? 1), 0);
}

test('a result is released only after its event is durable, and names it (G1)', async () => {
  const { ledger, admin, keyId } = await newBench(1);
  const before = ledger.events().length;
  const attempt = ledger.perform(ledger.node(0), admin, kms('Encrypt'), { keyId, plaintext });
  let released = false;
  const watch = attempt.then(() => {
    released = true;
  });
  await turn();
  assert.equal(ledger.pending.length, 1);
  while (ledger.pending.length > 0) ledger.commitSome();
  assert.equal(ledger.events().length, before + 1);
  await turn();
  assert.equal(released, false);
  await ledger.settle([attempt]);
  await watch;
  const performed = await attempt;
  assert.equal(performed.kind, 'released');
  assert.equal(performed.index, before);
  assert.equal(ledger.events()[before]?.id, performed.eventId);
});

test('when the ledger takes only refusals, nothing is released or changed, and every attempt is on the record (G1)', async () => {
  const { ledger, admin, keyId } = await newBench(2);
  const before = ledger.events().length;
  ledger.fault = (item) => (item.reserved === true ? undefined : 'Unavailable');
  const [encrypted, disabled] = await ledger.settle([
    ledger.perform(ledger.node(0), admin, kms('Encrypt'), { keyId, plaintext }),
    ledger.perform(ledger.node(0), admin, kms('DisableKey'), { keyId }),
  ]);
  for (const ended of [encrypted, disabled]) {
    assert.equal(ended?.status, 'fulfilled');
    const performed = ended.value;
    assert.equal(performed.kind, 'refused');
    assert.equal(performed.error.code, 'Unavailable');
    const event = ledger.events()[performed.index];
    assert.equal(event?.id, performed.eventId);
    assert.equal(event?.outcome, 'error');
    assert.equal(event?.error?.code, 'Unavailable');
    assert.equal(event?.change, undefined);
  }
  assert.equal(ledger.events().length, before + 2);
  assert.equal(ledger.node(0).replica.keys.get(keyId)?.record.enabled, true);
});

test('when the queue for the record is full, the attempt is throttled, on the record', async () => {
  const { ledger, admin, keyId } = await newBench(3);
  ledger.fault = (item) => (item.reserved === true ? undefined : 'Busy');
  const [ended] = await ledger.settle([
    ledger.perform(ledger.node(0), admin, kms('Encrypt'), { keyId, plaintext }),
  ]);
  assert.equal(ended?.status, 'fulfilled');
  assert.equal(ended.value.kind, 'refused');
  assert.equal(ended.value.error.code, 'Throttled');
  assert.doesNotMatch(ended.value.error.message, /KMS/);
  assert.equal(ledger.events()[ended.value.index]?.outcome, 'throttled');
});

test('what a client may not have is overwritten: a result that is judged again, withheld or cannot be recorded (G8)', async () => {
  const { ledger, admin } = await newBench(12);
  const made: Uint8Array[] = [];
  const secretive: Operation = {
    name: 'Decrypt',
    action: 'key.decrypt',
    run() {
      const secret = Buffer.from('canary');
      made.push(secret);
      return { plaintext: secret };
    },
  };
  ledger.fault = (item) => (item.reserved === true ? undefined : 'Unavailable');
  await ledger.settle([ledger.perform(ledger.node(0), admin, secretive)]);
  ledger.fault = () => undefined;
  const judgedTwice = ledger.perform(ledger.node(0), admin, secretive);
  await turn();
  const [waiting] = ledger.pending.splice(0, 1);
  assert.ok(waiting !== undefined);
  waiting.resolve({ kind: 'stale' });
  const [ended] = await ledger.settle([judgedTwice]);
  assert.equal(ended?.status, 'fulfilled');
  assert.equal(ended.value.kind, 'released');
  assert.deepEqual(
    made.map((secret) => Buffer.from(secret).toString('latin1')),
    ['\0'.repeat(6), '\0'.repeat(6), 'canary'],
  );
});

test('an attempt that was kept and withheld all the same leaves two events, each with an id of its own', async () => {
  const faults: Fault[] = ['kept'];
  const { ledger, admin, keyId } = await newBench(13, 1, () => faults.shift());
  const before = ledger.events().length;
  const [ended] = await ledger.settle([
    ledger.perform(ledger.node(0), admin, kms('Encrypt'), { keyId, plaintext }),
  ]);
  assert.equal(ended?.status, 'fulfilled');
  assert.equal(ended.value.kind, 'refused');
  const [kept, withheld] = ledger.events().slice(before);
  assert.equal(kept?.outcome, 'success');
  assert.equal(withheld?.outcome, 'error');
  assert.equal(withheld.id, ended.value.eventId);
  assert.notEqual(kept.id, withheld.id);
});

test('when nothing can be recorded, attempts fail without a result, and their exact number is recorded afterwards', async () => {
  const { ledger, admin, keyId } = await newBench(4);
  const before = ledger.events().length;
  ledger.fault = () => 'Unavailable';
  const startedMs = ledger.nowMs;
  const node = ledger.node(0);
  const ended = await ledger.settle([
    ...Array.from({ length: 40 }, () => ledger.perform(node, admin, kms('Encrypt'), { keyId, plaintext })),
    ...Array.from({ length: 7 }, () =>
      ledger.perform(node, admin, kms('Decrypt'), { ciphertextBlob: plaintext }),
    ),
    ...Array.from({ length: 5 }, () => ledger.refuse(node, malformed)),
  ]);
  for (const one of ended) {
    assert.equal(one.status, 'rejected');
    assert.ok(one.reason instanceof LedgerError);
  }
  for (let seconds = 0; seconds < 5; seconds += 1) ledger.pass(1000);
  assert.equal(ledger.events().length, before);
  ledger.fault = () => undefined;
  await ledger.drain();
  const records = ledger.events().slice(before);
  const kinds = new Map<string, unknown>();
  for (const event of records) {
    assert.equal(event.action, 'record.unavailable');
    assert.equal(event.outcome, 'error');
    assert.ok(Date.parse(event.firstTime ?? '') >= startedMs);
    assert.ok(Date.parse(event.time) >= Date.parse(event.firstTime ?? ''));
    for (const [kind, count] of Object.entries(event.parameters ?? {})) {
      kinds.set(kind, Number(kinds.get(kind) ?? 0) + Number(count));
    }
  }
  assert.deepEqual(Object.fromEntries(kinds), {
    'error key.decrypt': 7,
    'error key.encrypt': 40,
    'error request.malformed': 5,
  });
  assert.equal(
    records.reduce((sum, { count }) => sum + (count ?? 1), 0),
    52,
  );
});

test('when the state moves under an attempt again and again, it is throttled in the end, on the record', async () => {
  const { ledger, admin, keyId } = await newBench(5);
  const attempt = ledger.perform(ledger.node(0), admin, kms('Encrypt'), { keyId, plaintext });
  let rounds = 0;
  for (;;) {
    await turn();
    const [waiting] = ledger.pending;
    // What comes at last is the refusal, which has looked at nothing that could have changed.
    if (waiting === undefined || waiting.item.reads.length === 0) break;
    ledger.pending.length = 0;
    waiting.resolve({ kind: 'stale' });
    rounds += 1;
  }
  await ledger.settle([attempt]);
  const performed = await attempt;
  assert.equal(rounds, 16);
  assert.equal(performed.kind, 'refused');
  assert.equal(performed.error.code, 'Throttled');
  assert.equal(ledger.events()[performed.index]?.outcome, 'throttled');
});

test('a refusal that was judged on an old state is judged again', async () => {
  const { ledger, admin, keyId } = await newBench(6, 2);
  await ledger.mustPerform(admin, kms('DisableKey'), { keyId });
  // The first node enables the key; the second has not heard of it when it judges.
  const enabling = ledger.perform(ledger.node(0), admin, kms('EnableKey'), { keyId });
  const using = ledger.perform(ledger.node(1), admin, kms('Encrypt'), { keyId, plaintext });
  await turn();
  ledger.pending.sort((left, right) => left.item.writes.length - right.item.writes.length).reverse();
  const [write] = ledger.pending.splice(0, 1);
  const waiting = ledger.pending.splice(0);
  if (write !== undefined) ledger.pending.push(write);
  while (ledger.pending.length > 0) ledger.commitSome();
  ledger.pending.push(...waiting);
  await ledger.settle([enabling, using]);
  assert.equal((await using).kind, 'released');
});

test('an attempt too large for a record is refused with a clipped record, and nothing is released', async () => {
  const { ledger, admin, keyId } = await newBench(7);
  const encryptionContext = { customer: 'x'.repeat(500_000) };
  const [ended] = await ledger.settle([
    ledger.perform(ledger.node(0), admin, kms('Encrypt'), { keyId, plaintext, encryptionContext }),
  ]);
  assert.equal(ended?.status, 'fulfilled');
  assert.equal(ended.value.kind, 'refused');
  assert.equal(ended.value.error.code, 'Validation');
  const event = ledger.events()[ended.value.index];
  assert.equal(event?.id, ended.value.eventId);
  assert.equal(event?.clipped, true);
  assert.equal(event?.context, undefined);
  assert.equal(event?.key?.id, keyId);
});

test('a flood is counted into few records, and each attempt is answered with the one that counts it (G2)', async () => {
  const { ledger } = await newBench(8);
  const before = ledger.events().length;
  const flood = Array.from({ length: 500 }, () => ledger.refuse(ledger.node(0), malformed));
  const ended = await ledger.settle(flood);
  const records = ledger.events().slice(before);
  assert.equal(records.length, OWN_RECORDS_PER_SECOND_MAX + 1);
  assert.equal(records.filter(({ count }) => count === 500 - OWN_RECORDS_PER_SECOND_MAX).length, 1);
  for (const one of ended) {
    assert.equal(one.status, 'fulfilled');
    assert.equal(ledger.events()[one.value.index]?.id, one.value.eventId);
  }
});

const act = fc.constantFrom('encrypt', 'unknown key', 'wrong credential', 'malformed', 'unauthenticated');
const wave = fc.record({
  acts: fc.array(act, { maxLength: 12 }),
  times: fc.integer({ min: 1, max: 12 }),
  fault: fc.constantFrom('none', 'none', 'none', 'ordinary', 'all', 'busy'),
});

function start(
  ledger: SharedLedger,
  admin: Caller,
  keyId: string,
  what: string,
): Promise<Performed | Recorded> {
  const node = ledger.node(ledger.below(2));
  switch (what) {
    case 'encrypt':
      return ledger.perform(node, admin, kms('Encrypt'), { keyId, plaintext });
    case 'unknown key':
      return ledger.perform(node, admin, kms('Encrypt'), { keyId: keyId.replace(/.$/, 'x'), plaintext });
    case 'wrong credential':
      return ledger.perform(node, { ...admin, credentialId: 'AKIANOBODY' }, kms('Encrypt'), {
        keyId,
        plaintext,
      });
    case 'malformed':
      return ledger.refuse(node, malformed);
    default:
      return ledger.refuse(node, unauthenticated, `192.0.2.${ledger.below(3)}`);
  }
}

test('attempts answered are the attempts recorded, whatever fails before it is written (G2)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(wave, { maxLength: 6 }), fc.integer(), async (waves, seed) => {
      const { ledger, admin, keyId } = await newBench(seed, 2);
      const before = recordedAttempts(ledger);
      const attempts: Promise<Performed | Recorded>[] = [];
      for (const { acts, times, fault } of waves) {
        ledger.fault = (item) => {
          if (fault === 'all') return 'Unavailable';
          if (fault === 'none' || item.reserved === true) return undefined;
          return fault === 'busy' ? 'Busy' : 'Unavailable';
        };
        for (let time = 0; time < times; time += 1) {
          for (const what of acts) attempts.push(start(ledger, admin, keyId, what));
        }
        for (let steps = ledger.below(30); steps > 0; steps -= 1) await ledger.step();
      }
      ledger.fault = () => undefined;
      const ended = await ledger.settle(attempts);
      await ledger.drain();
      assert.equal(recordedAttempts(ledger) - before, attempts.length);
      const events = ledger.events();
      for (const one of ended) {
        if (one.status === 'rejected') {
          assert.ok(one.reason instanceof LedgerError);
          continue;
        }
        const event = events[one.value.index];
        assert.equal(event?.id, one.value.eventId);
        const released = 'kind' in one.value && one.value.kind === 'released';
        assert.equal(event?.outcome === 'success', released);
      }
    }),
    { numRuns: 40 },
  );
});

test('whatever a failing store keeps, no answer is without its event, and no attempt without a record (G1, G2)', async () => {
  const fault = fc.option(fc.constantFrom('before', 'kept'), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fault, { maxLength: 30 }),
      fc.array(act, { maxLength: 40 }),
      fc.integer(),
      async (faults, acts, seed) => {
        const left = [...faults];
        let kept = 0;
        const { ledger, admin, keyId } = await newBench(seed, 2, () => {
          const next = left.shift();
          if (next === 'kept') kept += 1;
          return next;
        });
        const before = recordedAttempts(ledger);
        const attempts = acts.map((what) => start(ledger, admin, keyId, what));
        const ended = await ledger.settle(attempts);
        await ledger.drain();
        const recorded = recordedAttempts(ledger) - before;
        assert.ok(recorded >= attempts.length, `${recorded} of ${attempts.length} are on the record`);
        if (kept === 0) assert.equal(recorded, attempts.length);
        const events = ledger.events();
        for (const one of ended) {
          if (one.status === 'rejected') continue;
          const event = events[one.value.index];
          assert.equal(event?.id, one.value.eventId);
          assert.equal(event?.outcome === 'success', 'kind' in one.value && one.value.kind === 'released');
        }
      },
    ),
    { numRuns: 60 },
  );
});
