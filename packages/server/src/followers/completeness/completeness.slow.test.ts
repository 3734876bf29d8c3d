import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, test } from 'node:test';
import {
  type AnswerWindow,
  CompactRange,
  type CompleteAnswer,
  consistencyProof,
  entryFacts,
  formatPages,
  isLastPage,
  leafHash,
  parseAnswer,
  verifyAnswer,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import fc from 'fast-check';
import type { AnswerQuestion } from '../../core/audit/index.ts';
import {
  entriesFrom,
  entryAt,
  MemoryLog,
  Rig,
  rootOf,
  subjectOf,
  trustedKeys,
  until,
  verdictOn,
} from './rig.test-model.ts';

/** The roots in the tree of these entries, each computed anew. */
function hashesOf(entries: readonly Uint8Array[]): (level: number, index: number) => Uint8Array {
  return (level, index) => {
    const range = new CompactRange(nodeCrypto);
    for (const entry of entries.slice(index * 2 ** level, (index + 1) * 2 ** level)) {
      range.append(leafHash(entry, nodeCrypto));
    }
    return range.root();
  };
}

const account = subjectOf('account', '1');
const all: AnswerWindow = { kind: 'all' };

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => {
  rig[Symbol.dispose]();
});

/** The indexes of the subject's entries in the window, by looking at every entry; times as the index has them. */
function expected(entries: readonly Uint8Array[], { subject, window }: AnswerQuestion): readonly number[] {
  let latestMs = 0;
  return entries.flatMap((entry, index) => {
    const { subjects, timeMs = latestMs } = entryFacts(entry);
    const name = JSON.stringify(subject);
    if (!subjects.some((candidate) => JSON.stringify(candidate) === name)) return [];
    latestMs = Math.max(latestMs, timeMs);
    const isIn =
      window.kind === 'all' ||
      (window.kind === 'index'
        ? index >= window.from && index < window.to
        : timeMs >= window.fromMs && timeMs < window.toMs);
    return isIn ? [index] : [];
  });
}

const subjects = fc.constantFrom(
  account,
  subjectOf('key', 'k-1'),
  subjectOf('key', 'alias/files'),
  subjectOf('key', 'k-9'),
  subjectOf('asset', 'customer', '31'),
  subjectOf('asset', 'purpose', 'files'),
  subjectOf('principal', 'arn:aws:iam::1:user/u7'),
  subjectOf('key-principal', 'k-1', 'arn:aws:iam::1:user/u7'),
  subjectOf('key-principal', 'k-1', 'arn:aws:iam::1:user/nobody'),
  subjectOf('partial'),
);

test('answers hold exactly what looking at every entry finds, for any subject and window, as the log grows', async () => {
  const log = new MemoryLog();
  const completeness = rig.start(log);
  for (const size of [0, 1, 15, 16, 17, 255, 256, 300, 2047, 2500, 5000]) {
    log.add(...entriesFrom(log.size(), size));
    completeness.advance(log.checkpoint());
    const windows = fc.oneof(
      fc.constant(all),
      fc
        .tuple(fc.nat(size + 5), fc.nat(700))
        .map(([from, length]) => ({ kind: 'index', from, to: from + length }) as const),
      fc
        .tuple(fc.nat((size + 900) * 1000), fc.nat(900_000))
        .map(([fromMs, lengthMs]) => ({ kind: 'time', fromMs, toMs: fromMs + lengthMs }) as const),
    );
    await fc.assert(
      fc.asyncProperty(subjects, windows, async (subject, window) => {
        if (size > 4096 && window.kind === 'all') return;
        const { entries, checkpoint } = await verdictOn(completeness, { subject, window });
        assert.equal(checkpoint.size, size);
        assert.deepEqual(
          entries.map(({ index }) => index),
          expected(log.entries, { subject, window }),
        );
        for (const { index, entry } of entries) {
          assert.deepEqual(Buffer.from(entry), Buffer.from(log.entries[index] ?? []));
        }
      }),
      { numRuns: 40 },
    );
    assert.deepEqual(rootOf(await completeness.indexCheckpoint()), log.statement());
  }
  assert.deepEqual(rig.failures, []);
});

test('an answer waits for a checkpoint that covers what was recorded before the question', async () => {
  const log = new MemoryLog().add(entryAt(0));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint());
  assert.equal((await verdictOn(completeness, { subject: account, window: all })).entries.length, 1);
  log.add(entryAt(1));
  const asked = verdictOn(completeness, { subject: account, window: all });
  assert.equal(await Promise.race([asked, new Promise((resolve) => setImmediate(resolve))]), undefined);
  completeness.advance(log.checkpoint());
  assert.equal((await asked).entries.length, 2);
});

test('a question whose answer would be too large is told so, and the same question in parts is answered', async () => {
  const log = new MemoryLog().add(...entriesFrom(0, 4400));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint());
  const outcome = await completeness.answer({ subject: account, window: all });
  assert.equal(outcome.kind, 'too-large');
  const found: number[] = [];
  for (const from of [0, 2200]) {
    const window = { kind: 'index', from, to: from + 2200 } as const;
    found.push(
      ...(await verdictOn(completeness, { subject: account, window })).entries.map(({ index }) => index),
    );
  }
  assert.deepEqual(found, expected(log.entries, { subject: account, window: all }));
});

test('what is too large for one answer is answered in pages, which hold together while the log grows', async () => {
  const log = new MemoryLog().add(...entriesFrom(0, 9500));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint());
  const part = { kind: 'time', fromMs: 1_000_000, toMs: 9_000_000 } as const;
  for (const [window, pagesMin] of [
    [all, 3],
    [part, 2],
  ] as const) {
    const pages: CompleteAnswer[] = [];
    const trees: (readonly Uint8Array[])[] = [];
    for (let page: CompleteAnswer | undefined; page === undefined || !isLastPage(window, page);) {
      const from = page?.window.kind === 'index' ? page.window.to : 0;
      const outcome = await completeness.answer({ subject: account, window, page: { from } });
      assert(outcome.kind === 'answer');
      page = parseAnswer(outcome.text);
      pages.push(page);
      trees.push([...log.entries]);
      log.add(...entriesFrom(log.size(), log.size() + 3));
      completeness.advance(log.checkpoint());
    }
    assert(pages.length >= pagesMin, String(pages.length));
    const consistency: (readonly Uint8Array[])[] = [];
    for (const [at, entries] of trees.slice(1).entries()) {
      const before = trees[at]?.length ?? 0;
      consistency.push(await consistencyProof(before, entries.length, hashesOf(entries), nodeCrypto));
    }
    const answer = formatPages({ window, pages, consistency });
    const verdict = verifyAnswer({ answer, trustedKeys, crypto: nodeCrypto });
    assert(verdict.ok, verdict.ok ? '' : verdict.reasons.join());
    assert.deepEqual(
      verdict.entries.map(({ index }) => index),
      expected(trees.at(-1) ?? [], { subject: account, window }),
    );
  }
  assert.deepEqual(rig.failures, []);
});

test('a page from anywhere is a complete answer, and a small answer asked for in pages is the whole', async () => {
  const log = new MemoryLog().add(...entriesFrom(0, 4600));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint());
  const windows = fc.oneof(
    fc.constant(all),
    fc
      .tuple(fc.nat(5_000_000), fc.nat(900_000))
      .map(([fromMs, lengthMs]) => ({ kind: 'time', fromMs, toMs: fromMs + lengthMs }) as const),
  );
  await fc.assert(
    fc.asyncProperty(subjects, windows, fc.nat(5000), async (subject, window, from) => {
      await verdictOn(completeness, { subject, window, page: { from } });
      const indexes = expected(log.entries, { subject, window });
      // A window reaches over events that are late, so some more may have to fit into the answer.
      if (indexes.length > 3000) return;
      const { answer, entries } = await verdictOn(completeness, { subject, window, page: { from: 0 } });
      assert.deepEqual(answer.window, window);
      assert.deepEqual(
        entries.map(({ index }) => index),
        indexes,
      );
    }),
    { numRuns: 60 },
  );
  assert.deepEqual([rig.failures, completeness.status().rebuilds], [[], 0]);
});

test('questions under way are answered as unavailable when the service stops, and later ones too', async () => {
  const log = new MemoryLog().add(entryAt(0));
  const completeness = rig.start(log);
  const asked = completeness.answer({ subject: account, window: all });
  completeness.close();
  assert.equal((await asked).kind, 'unavailable');
  assert.equal((await completeness.answer({ subject: account, window: all })).kind, 'unavailable');
});

/** A log of some thousand entries whose index is on disk up to the last checkpoint. */
async function indexed(size: number): Promise<MemoryLog> {
  const log = new MemoryLog().add(...entriesFrom(0, size));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint());
  await verdictOn(completeness, { subject: subjectOf('partial'), window: all });
  completeness.close();
  return log;
}

test('the index is continued after a stop, and leads to the same statement as one that never stopped', async () => {
  const log = await indexed(2500);
  log.add(...entriesFrom(2500, 2700));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint());
  const window = { kind: 'index', from: 2400, to: 2700 } as const;
  const { entries } = await verdictOn(completeness, { subject: account, window });
  assert.deepEqual(
    entries.map(({ index }) => index),
    expected(log.entries, { subject: account, window }),
  );
  assert.deepEqual(rootOf(rig.published.at(-1)), log.statement());
  assert.equal(completeness.status().rebuilds, 0);
});

test('a crash at any time leaves a file from which the index catches up with the log', async () => {
  const log = new MemoryLog();
  const completeness = rig.start(log);
  for (const size of [700, 4096, 8192, 8200, 16_384, 17_000]) {
    log.add(...entriesFrom(log.size(), size));
    completeness.advance(log.checkpoint());
    await verdictOn(completeness, { subject: subjectOf('partial'), window: all });
    // What a crash leaves: the files as they are now, without a word from the process.
    const left = join(rig.directory, `crash-${size}.db`);
    for (const suffix of ['', '-wal']) cpSync(`${rig.path}${suffix}`, `${left}${suffix}`);
    const again = rig.start(log, left);
    again.advance(log.checkpoint());
    await verdictOn(again, { subject: subjectOf('asset', 'customer', '31'), window: all });
    assert.deepEqual(rootOf(await again.indexCheckpoint()), log.statement());
    assert.equal(again.status().rebuilds, 0);
    again.close();
  }
});

const damages: Readonly<Record<string, (database: DatabaseSync) => void>> = {
  'a subject is missing': (database) => database.exec('DELETE FROM subject WHERE id = 3'),
  'the last subject is missing': (database) =>
    database.exec('DELETE FROM subject WHERE id = (SELECT max(id) FROM subject)'),
  'a count is another': (database) => database.exec('UPDATE subject SET count = count + 1 WHERE id = 2'),
  'a root is another': (database) =>
    database.exec('UPDATE subject SET roots = zeroblob(length(roots)) WHERE id = 1'),
  'the lateness is another': (database) =>
    database.exec('UPDATE subject SET lateness = lateness + 1 WHERE id = 0'),
  'the progress is another': (database) => database.exec('UPDATE progress SET size = size - 1'),
  'blocks are missing': (database) => database.exec('DELETE FROM block WHERE number = 1'),
  'blocks are of another subject': (database) =>
    database.exec(
      'UPDATE block SET leaves = (SELECT leaves FROM block WHERE subject = 1 AND number = 0) WHERE number = 0',
    ),
  'nodes are other ones': (database) => database.exec('UPDATE node SET root = zeroblob(32)'),
  'nodes are missing': (database) => database.exec('DELETE FROM node'),
  'there is no table': (database) => database.exec('DROP TABLE block'),
};

for (const [what, damage] of Object.entries(damages)) {
  test(`an index file in which ${what} is rebuilt, and no wrong answer is given`, async () => {
    const log = await indexed(2500);
    const database = new DatabaseSync(rig.path);
    damage(database);
    database.close();
    const completeness = rig.start(log);
    completeness.advance(log.checkpoint());
    for (const subject of [account, subjectOf('key', 'k-1')]) {
      const window = { kind: 'index', from: 900, to: 1100 } as const;
      const { entries } = await verdictOn(completeness, { subject, window });
      assert.deepEqual(
        entries.map(({ index }) => index),
        expected(log.entries, { subject, window }),
      );
    }
    assert.deepEqual(rootOf(await completeness.indexCheckpoint()), log.statement());
    assert.equal(completeness.status().rebuilds, 1);
    assert(rig.failures.length > 0);
  });
}

test('an index file that is no database, cut short, or of another log is rebuilt', async () => {
  const log = await indexed(2500);
  const whole = readFileSync(rig.path);
  const other = new MemoryLog().add(...entriesFrom(1, 2501));
  const files: readonly (readonly [Uint8Array, MemoryLog])[] = [
    [Buffer.from('no database at all, but long enough to be taken for one'.repeat(100)), log],
    [whole.subarray(0, whole.length / 2), log],
    [whole, other],
  ];
  for (const [position, [bytes, ledger]] of files.entries()) {
    const file = join(rig.directory, `file-${position}.db`);
    writeFileSync(file, bytes);
    const completeness = rig.start(ledger, file);
    completeness.advance(ledger.checkpoint());
    await verdictOn(completeness, {
      subject: subjectOf('key', 'k-1'),
      window: { kind: 'index', from: 0, to: 90 },
    });
    assert.deepEqual(rootOf(await completeness.indexCheckpoint()), ledger.statement());
    assert.equal(completeness.status().rebuilds, 1);
    completeness.close();
  }
});

test('nothing is signed for a checkpoint that is not of the entries that were indexed', async () => {
  const log = new MemoryLog().add(...entriesFrom(0, 50));
  const completeness = rig.start(log);
  completeness.advance(log.checkpoint(new Uint8Array(32).fill(9)));
  const outcome = await completeness.answer({ subject: account, window: all });
  assert.equal(outcome.kind, 'unavailable');
  await until(() => rig.failures.length > 3);
  assert.deepEqual(rig.published, []);
  assert.equal(await completeness.indexCheckpoint(), undefined);
});
