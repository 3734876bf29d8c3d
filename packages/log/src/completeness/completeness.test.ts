import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHex } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleKey } from '../node/sample-log.test-model.ts';
import {
  formatCheckpoint,
  keyTypes,
  type NoteSigner,
  parseCheckpoint,
  parseNote,
  signNote,
  type WitnessRule,
} from '../note/index.ts';
import {
  type AnswerWindow,
  entryFacts,
  formatAnswer,
  IndexReplay,
  parseAnswer,
  type ReplayedSubject,
  subjectKey,
  SubjectMap,
  verifyAnswer,
} from './index.ts';
import {
  filtered,
  keyOf,
  type NamedSubject,
  ReferenceIndex,
  type ReferenceWindow,
  subjectsOf,
} from './reference-index.test-model.ts';

const origin = 'log.example/complete';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 0x11);
const trustedKeys = { origin, logKeys: [ed25519.vkey] };

/** Few texts, so that events share subjects; some that are hard to tell apart. */
const word = fc.constantFrom(
  'a',
  'b',
  'ab',
  '',
  '\ud800',
  'key/a',
  'arn:aws:kms:r:1:key/a',
  'alias/x',
  '4711',
);
const pairs = fc.dictionary(fc.constantFrom('a', 'ab', '__proto__', 'customer'), word, { maxKeys: 3 });
const key = fc.record({ id: word, arn: word, requested: word }, { requiredKeys: [] });
const minute = 60_000;
const time = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }).map((n) => new Date(n * minute).toISOString()) },
  { weight: 1, arbitrary: fc.constantFrom('1970-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', 'soon') },
);
const event = fc
  .record(
    {
      actor: fc.record({ account: word, arn: word, credentialId: word }, { requiredKeys: [] }),
      client: fc.record({ address: word }),
      key,
      sourceKey: key,
      context: pairs,
      sourceContext: pairs,
      time,
      clipped: fc.constant(true),
      count: fc.constant(3),
    },
    { requiredKeys: ['actor', 'client', 'time'] },
  )
  .map((value) => Buffer.from(JSON.stringify(value)));
const entry = fc.oneof(
  { weight: 12, arbitrary: event },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('[]', 'null', '1', '{}', '{"key":[]}').map((text) => Buffer.from(text)),
  },
);
const entries = fc.array(entry, { maxLength: 40 });
const anySubject: fc.Arbitrary<NamedSubject> = fc.oneof(
  fc.tuple(fc.constantFrom('account', 'key', 'principal', 'source', 'credential'), word),
  fc.tuple(fc.constantFrom('asset', 'key-principal'), word, word),
  fc.constant<NamedSubject>(['partial']),
);
const window: fc.Arbitrary<ReferenceWindow> = fc.oneof(
  fc.constant({}),
  fc
    .tuple(fc.nat(45), fc.nat(45))
    .map(([left, right]) => ({ fromIndex: Math.min(left, right), toIndex: Math.max(left, right) })),
  fc.tuple(fc.nat(21), fc.nat(21)).map(([left, right]) => ({
    fromTime: Math.min(left, right) * minute,
    toTime: Math.max(left, right) * minute,
  })),
);

function wellFormed([type, ...texts]: NamedSubject): NamedSubject {
  return [type, ...texts.map((text) => text.toWellFormed())];
}

function notesOf(reference: ReferenceIndex): { readonly checkpoint: string; readonly index: string } {
  const size = reference.entries.length;
  const note = (name: string, root: Uint8Array): string =>
    signNote(formatCheckpoint({ origin: name, size, root }), [ed25519.signer]);
  return {
    checkpoint: note(origin, reference.logRoot()),
    index: note(`${origin}/index/1`, reference.statement()),
  };
}

function check(answer: object): ReturnType<typeof verifyAnswer> {
  return verifyAnswer({ answer: JSON.stringify(answer), trustedKeys, crypto: nodeCrypto });
}

test('an entry is of the subjects that the specification names, and of no others', () => {
  fc.assert(
    fc.property(entry, (bytes) => {
      const own = entryFacts(bytes).subjects.map(({ type, texts }) => JSON.stringify([type, ...texts]));
      assert.deepEqual(
        own.toSorted(),
        subjectsOf(bytes)
          .map((subject) => JSON.stringify(subject))
          .toSorted(),
      );
      for (const subject of entryFacts(bytes).subjects) {
        const expected = keyOf([subject.type, ...subject.texts]).toString('hex');
        assert.equal(encodeHex(subjectKey(subject, nodeCrypto)), expected);
      }
    }),
    { numRuns: 500 },
  );
});

test('replaying a log leads to the roots of the definition, at every size', () => {
  fc.assert(
    fc.property(entries, (log) => {
      const replay = new IndexReplay(nodeCrypto);
      for (let size = 0; size <= log.length; size += 1) {
        if (size % 7 === 0 || size === log.length) {
          const reference = new ReferenceIndex(log.slice(0, size));
          assert.equal(encodeHex(replay.mapRoot()), reference.mapRoot().toString('hex'));
          assert.equal(encodeHex(replay.statement()), reference.statement().toString('hex'));
        }
        const next = log[size];
        if (next !== undefined) replay.append(next);
      }
    }),
    { numRuns: 60 },
  );
});

test('every answer verifies, with exactly the events that looking at all of them finds', () => {
  fc.assert(
    fc.property(entries, anySubject, window, (log, asked, chosen) => {
      const subject = wellFormed(asked);
      const reference = new ReferenceIndex(log);
      const answer = reference.answer(subject, chosen, notesOf(reference));
      const verdict = check(answer);
      assert(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
      const expected = filtered(log, subject, chosen);
      assert.deepEqual(
        verdict.entries.map(({ index, entry: bytes }) => ({ index, entry: Buffer.from(bytes) })),
        expected,
      );
      assert.deepEqual(JSON.parse(formatAnswer(verdict.answer)), JSON.parse(JSON.stringify(answer)));
    }),
    { numRuns: 300 },
  );
});

/** The parts of an answer's JSON that somebody may change, as paths of members. */
function places(
  value: unknown,
  path: readonly (string | number)[] = [],
): readonly (readonly (string | number)[])[] {
  if (Array.isArray(value)) {
    return [path, ...value.flatMap((item, position) => places(item, [...path, position]))];
  }
  if (typeof value === 'object' && value !== null) {
    return [path, ...Object.entries(value).flatMap(([name, item]) => places(item, [...path, name]))];
  }
  return [path];
}

/** The same JSON with what stands at `path` replaced by what `change` makes of it; `undefined` takes it away. */
function changed(
  value: unknown,
  [step, ...rest]: readonly (string | number)[],
  change: (value: unknown) => unknown,
): unknown {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    return value
      .map((item: unknown, position) => (position === step ? changed(item, rest, change) : item))
      .filter((item) => item !== undefined);
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, name === step ? changed(item, rest, change) : item]),
  );
}

/** Changes a value a little, always to another one. */
function damaged(value: unknown, kind: number): unknown {
  if (typeof value === 'number') return kind % 2 === 0 ? value + 1 : Math.max(0, value - 1);
  if (typeof value === 'string' && /^[A-Za-z0-9+/]{4,}={0,2}$/.test(value)) {
    const bytes = Buffer.from(value, 'base64');
    bytes[kind % bytes.length] = (bytes[kind % bytes.length] ?? 0) ^ (1 << (kind & 7));
    return bytes.toString('base64');
  }
  if (typeof value === 'string') return `${value}x`;
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return kind % 3 === 0 ? items.slice(1) : kind % 3 === 1 ? items.slice(0, -1) : items.toReversed();
  }
  return undefined;
}

function windowMembers(read: AnswerWindow): ReferenceWindow {
  switch (read.kind) {
    case 'all':
      return {};
    case 'index':
      return { fromIndex: read.from, toIndex: read.to };
    case 'time':
      return { fromTime: read.fromMs, toTime: read.toMs };
  }
}

/** A log with many events of one subject, some of them late. */
const busyLog = Array.from({ length: 60 }, (_, index) =>
  Buffer.from(
    JSON.stringify({
      action: 'key.decrypt',
      actor: { arn: `arn:aws:iam::1:user/u${index % 7}`, account: '1' },
      client: { address: '192.0.2.7' },
      context: { customer: String(index % 3) },
      key: { id: `k-${index % 2}` },
      n: index,
      time: new Date((index - (index % 5 === 4 ? 3 : 0)) * minute + 10 * minute).toISOString(),
    }),
  ),
);
const busy = new ReferenceIndex(busyLog);
const busyNotes = notesOf(busy);
const busySubjects: readonly NamedSubject[] = [
  ['asset', 'customer', '1'],
  ['key', 'k-0'],
  ['key-principal', 'k-1', 'arn:aws:iam::1:user/u3'],
  ['key-principal', 'k-2', 'arn:aws:iam::1:user/u3'],
  ['account', '1'],
];
const busyWindow: fc.Arbitrary<ReferenceWindow> = fc.oneof(
  fc.constant({}),
  fc.tuple(fc.nat(60), fc.nat(60)).map(([left, right]) => ({ fromIndex: left, toIndex: left + right })),
  fc.tuple(fc.nat(70), fc.nat(70)).map(([left, right]) => ({
    fromTime: left * minute,
    toTime: (left + right) * minute,
  })),
);

test('an answer that was changed anywhere is refused, or claims the same and is right', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...busySubjects),
      busyWindow,
      fc.nat(),
      fc.nat(),
      (subject, chosen, spot, kind) => {
        const answer: unknown = JSON.parse(JSON.stringify(busy.answer(subject, chosen, busyNotes)));
        const paths = places(answer).filter((path) => path.length > 0);
        const path = paths[spot % paths.length] ?? [];
        const other = changed(answer, path, (value) => (kind % 5 === 0 ? undefined : damaged(value, kind)));
        const text = JSON.stringify(other);
        if (text === JSON.stringify(answer) || other === undefined) return;
        const verdict = verifyAnswer({ answer: text, trustedKeys, crypto: nodeCrypto });
        if (!verdict.ok) {
          refused += 1;
          return;
        }
        // Another window may be just as well shown by the same leaves; then the claim is the right one for that window.
        const claimed = windowMembers(verdict.answer.window);
        assert.equal(path[0], 'window', text);
        assert.deepEqual(
          verdict.entries.map(({ index }) => index),
          filtered(busyLog, subject, claimed).map(({ index }) => index),
        );
      },
    ),
    { numRuns: 1500 },
  );
  assert(refused > 900, `only ${refused} were refused`);
});

test('an answer without any one of its events is refused, wherever the others are said to be', () => {
  for (const subject of busySubjects) {
    const answer = parseAnswer(JSON.stringify(busy.answer(subject, {}, busyNotes)));
    const { tree } = answer;
    if (tree === undefined) continue;
    for (let gone = 0; gone < tree.leaves.length; gone += 1) {
      const leaves = tree.leaves.filter((_, position) => position !== gone);
      const withoutEntry = tree.leaves.map((leaf, position) =>
        position === gone
          ? { index: leaf.index, timeMs: leaf.timeMs, latestMs: leaf.latestMs, hash: hashOf(leaf) }
          : leaf,
      );
      const attempts = [
        { ...tree, leaves },
        { ...tree, leaves, count: tree.count - 1 },
        { ...tree, leaves, first: 1 },
        { ...tree, leaves: tree.leaves.slice(0, gone), hashes: tree.leaves.slice(gone).map(hashOf) },
        { ...tree, leaves: withoutEntry },
      ];
      for (const attempt of attempts) {
        const verdict = verifyAnswer({
          answer: { ...answer, tree: attempt },
          trustedKeys,
          crypto: nodeCrypto,
        });
        assert(!verdict.ok);
      }
    }
    const { subject: asked, window: chosen, checkpoint, index, path } = answer;
    const denied = { subject: asked, window: chosen, checkpoint, index, path };
    assert(!verifyAnswer({ answer: denied, trustedKeys, crypto: nodeCrypto }).ok);
  }
});

function hashOf(leaf: { readonly entry: Uint8Array } | { readonly hash: Uint8Array }): Uint8Array {
  return 'hash' in leaf ? leaf.hash : nodeCrypto.sha256(Buffer.concat([Buffer.of(0), leaf.entry]));
}

test('an answer is refused under the notes of another size, of another log, and with the two notes exchanged', () => {
  const subject: NamedSubject = ['key', 'k-0'];
  const answer = busy.answer(subject, {}, busyNotes);
  const older = notesOf(new ReferenceIndex(busyLog.slice(0, 59)));
  const alien = sampleKey(origin, keyTypes.ed25519, 0x44);
  const forged = signNote(
    formatCheckpoint({ origin: `${origin}/index/1`, size: 60, root: busy.statement() }),
    [alien.signer],
  );
  const { checkpoint, index } = busyNotes;
  const wrong = [
    older,
    { checkpoint, index: older.index },
    { checkpoint: older.checkpoint, index },
    { checkpoint: index, index: checkpoint },
    { checkpoint: index, index },
    { checkpoint, index: checkpoint },
    { checkpoint, index: forged },
  ];
  assert(check(answer).ok);
  for (const notes of wrong) assert(!check({ ...answer, ...notes }).ok);
  // What was complete then is a claim about then, and about nothing later.
  assert(check(new ReferenceIndex(busyLog.slice(0, 59)).answer(subject, {}, older)).ok);
});

test('cosignatures of those who replayed the index are asked for and counted', () => {
  const mirror = sampleKey('mirror.example/index', keyTypes.ed25519Cosignature, 0x55);
  const text = formatCheckpoint({ origin: `${origin}/index/1`, size: 60, root: busy.statement() });
  const index = signNote(text, [ed25519.signer, mirror.signer]);
  const answer = JSON.stringify(busy.answer(['key', 'k-0'], {}, { ...busyNotes, index }));
  const options = { trustedKeys, crypto: nodeCrypto, indexWitnessKeys: [mirror.vkey], indexWitnessQuorum: 1 };
  assert(verifyAnswer({ ...options, answer }).ok);
  assert(
    !verifyAnswer({ ...options, answer: JSON.stringify(busy.answer(['key', 'k-0'], {}, busyNotes)) }).ok,
  );
});

test('the mirrors of an index and the witnesses of a checkpoint are not taken for one another', () => {
  const mirror = sampleKey('mirror.example/index', keyTypes.ed25519Cosignature, 0x55);
  const witness = sampleKey('witness.example/w', keyTypes.ed25519Cosignature, 0x56);
  const cosigned = (of: string, root: Uint8Array, ...keys: readonly { signer: NoteSigner }[]): string =>
    signNote(formatCheckpoint({ origin: of, size: 60, root }), [
      ed25519.signer,
      ...keys.map(({ signer }) => signer),
    ]);
  const { root } = parseCheckpoint(parseNote(busyNotes.checkpoint).text);
  const checkpoint = cosigned(origin, root, witness);
  const rule = (vkey: string): WitnessRule => ({ kind: 'witness', vkey });
  const verify = (index: string): boolean =>
    verifyAnswer({
      answer: JSON.stringify(busy.answer(['key', 'k-0'], {}, { checkpoint, index })),
      trustedKeys: { ...trustedKeys, witnessKeys: [witness.vkey], witnessRule: rule(witness.vkey) },
      indexWitnessKeys: [mirror.vkey],
      indexWitnessRule: rule(mirror.vkey),
      crypto: nodeCrypto,
    }).ok;
  const indexName = `${origin}/index/1`;
  assert.ok(verify(cosigned(indexName, busy.statement(), mirror)));
  assert.ok(!verify(cosigned(indexName, busy.statement(), witness)));
  assert.ok(!verify(cosigned(indexName, busy.statement())));
});

test('a replay goes on where another was left, whatever was taken when', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.nat(40), fc.nat(40), (events, first, second) => {
      const whole = new IndexReplay(nodeCrypto);
      let part = new IndexReplay(nodeCrypto);
      const kept = new Map<string, ReplayedSubject>();
      for (const [index, one] of events.entries()) {
        const bytes = Buffer.from(JSON.stringify(one));
        if (index === first || index === second) {
          for (const subject of part.takeChanged()) kept.set(encodeHex(subject.key), subject);
          const { size, logRoots } = part;
          part = new IndexReplay(nodeCrypto, { size, logRoots: [...logRoots], subjects: kept.values() });
        }
        whole.append(bytes);
        part.append(bytes);
        assert.deepEqual(part.statement(), whole.statement());
      }
    }),
    { numRuns: 60 },
  );
});

test('texts that are no answer are refused with a reason, whatever they are', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.throws(
        () => parseAnswer(text),
        (error) => error instanceof LogError && error.code === 'malformed-answer',
      );
    }),
    { numRuns: 500 },
  );
});

test('a map is settled in steps of any size to the same root', () => {
  const [whole, stepwise] = [new SubjectMap(nodeCrypto), new SubjectMap(nodeCrypto)];
  for (let n = 0; n < 2000; n += 1) {
    const subject = nodeCrypto.sha256(Buffer.from(`subject ${n}`));
    for (const map of [whole, stepwise]) map.set(map.add(subject), nodeCrypto.sha256(subject));
    if (n % 100 === 0) stepwise.settle(7);
  }
  let steps = 0;
  while (!stepwise.settle(50)) steps += 1;
  assert(steps > 10, `${steps} steps`);
  assert.deepEqual(stepwise.root(), whole.root());
});
