import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, type TestContext, test } from 'node:test';
import type { AnswerWindow } from '@keywitness/log';
import { takeSecretKey } from '../../core/crypto/index.ts';
import { FailingDisk, type Fault } from './failing-disk.test-model.ts';
import type { Completeness } from './index.ts';
import { entriesFrom, MemoryLog, Rig, rootOf, subjectOf, until, verdictOn } from './rig.test-model.ts';

const all: AnswerWindow = { kind: 'all' };
const account = subjectOf('account', '1');
const asset = subjectOf('asset', 'customer', '31');
/** Enough for two blocks of the account and a node over the first. */
const SIZE = 300;
const LATER = 310;

let rig: Rig;

beforeEach(() => {
  rig = new Rig();
});

afterEach(() => {
  rig[Symbol.dispose]();
});

/** Covers the log, and answers what must be right, also where an answer has to read what was written. */
async function checkAnswers(completeness: Completeness, log: MemoryLog): Promise<void> {
  completeness.advance(log.checkpoint());
  for (const [subject, window] of [
    [account, { kind: 'index', from: 250, to: 270 }],
    [account, { kind: 'time', fromMs: 650_000, toMs: 700_000 }],
    [asset, all],
  ] as const) {
    await verdictOn(completeness, { subject, window });
  }
  assert.deepEqual(rootOf(await completeness.indexCheckpoint()), log.statement());
  rig.checkSigned(log);
}

/** A log whose index is on disk; made once. */
const made = await (async () => {
  using maker = new Rig();
  const log = new MemoryLog().add(...entriesFrom(0, SIZE));
  const completeness = maker.start(log);
  completeness.advance(log.checkpoint());
  await verdictOn(completeness, { subject: asset, window: all });
  completeness.close();
  return readFileSync(maker.path);
})();

/** The same log, with what `damage` makes of its index in place. It goes on growing, so that subjects are continued. */
async function checkDamaged(damage: (database: DatabaseSync) => void): Promise<number> {
  for (const suffix of ['-wal', '-shm']) rmSync(`${rig.path}${suffix}`, { force: true });
  writeFileSync(rig.path, made);
  const database = new DatabaseSync(rig.path);
  damage(database);
  database.close();
  const log = new MemoryLog().add(...entriesFrom(0, LATER));
  const completeness = rig.start(log);
  await checkAnswers(completeness, log);
  const { rebuilds } = completeness.status();
  completeness.close();
  return rebuilds;
}

const columns: Readonly<Record<string, readonly string[]>> = {
  progress: ['size', 'log_roots', 'map_root', 'tag'],
  subject: ['id', 'key', 'count', 'latest', 'lateness', 'roots', 'tag'],
  block: ['subject', 'number', 'leaves'],
  node: ['subject', 'level', 'number', 'root'],
};

/** How a value is changed, in SQL; numbers and bytes have their own ways. */
const changes: Readonly<Record<string, (column: string) => string>> = {
  'is one more': (column) =>
    `CASE typeof(${column}) WHEN 'integer' THEN ${column} + 1
     ELSE CAST(x'${'5a'.repeat(3)}' || substr(${column}, 4) AS BLOB) END`,
  'is much more': (column) =>
    `CASE typeof(${column}) WHEN 'integer' THEN ${column} * 100 ELSE CAST(${column} || ${column} AS BLOB) END`,
  'has a bit less': (column) =>
    `CASE typeof(${column}) WHEN 'integer' THEN ${column} & ~(1 << 6) ELSE substr(${column}, 2) END`,
  'is empty': (column) => `CASE typeof(${column}) WHEN 'integer' THEN 0 ELSE x'' END`,
  'ends early': (column) =>
    `CASE typeof(${column}) WHEN 'integer' THEN ${column} / 2 ELSE substr(${column}, 1, length(${column}) - 1) END`,
};

describe('whatever was changed in the index, what is signed is what the entries lead to', () => {
  const rows = { first: 'MIN', last: 'MAX' } as const;
  for (const [table, names] of Object.entries(columns)) {
    for (const column of names) {
      test(`${table}.${column}`, async () => {
        for (const change of Object.values(changes)) {
          for (const which of Object.values(rows)) {
            await checkDamaged((database) => {
              const key = table === 'progress' || table === 'subject' ? 'id' : 'subject';
              database.exec(
                `UPDATE OR REPLACE ${table} SET ${column} = ${change(column)}
                 WHERE ${key} = (SELECT ${which}(${key}) FROM ${table})`,
              );
            });
          }
        }
      });
    }
  }

  test('two subjects, two blocks, or the tags of two subjects were exchanged', async () => {
    for (const column of ['key', 'count', 'roots', 'tag']) {
      const rebuilds = await checkDamaged((database) =>
        database.exec(
          `UPDATE subject SET ${column} = (SELECT ${column} FROM subject AS other WHERE other.id = 1 - subject.id)
           WHERE id IN (0, 1)`,
        ),
      );
      assert.equal(rebuilds, 1, column);
    }
    await checkDamaged((database) =>
      database.exec(
        `UPDATE block SET leaves = (SELECT leaves FROM block AS other WHERE other.subject = 0 AND other.number = 1 - block.number)
         WHERE subject = 0`,
      ),
    );
  });

  test('any bit of the file was flipped', async () => {
    for (let round = 0; round < 60; round += 1) {
      const bytes = Buffer.from(made);
      // Spread over the whole file, and over the first pages, where the schema and the roots of the tables are.
      const at = (round * 7919) % (round % 2 === 0 ? bytes.length : 16_384);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round & 7));
      const file = join(rig.directory, `flipped-${round}.db`);
      writeFileSync(file, bytes);
      const log = new MemoryLog().add(...entriesFrom(0, LATER));
      const completeness = rig.start(log, file);
      await checkAnswers(completeness, log);
      completeness.close();
    }
  });

  test('it was cut off', async () => {
    for (let length = 0; length < made.length; length += 16_384) {
      const file = join(rig.directory, `cut-${length}.db`);
      writeFileSync(file, made.subarray(0, length + 100));
      const log = new MemoryLog().add(...entriesFrom(0, LATER));
      const completeness = rig.start(log, file);
      await checkAnswers(completeness, log);
      completeness.close();
    }
  });

  test('while the service runs', async () => {
    for (const sql of [
      'UPDATE subject SET latest = latest + 600000',
      'UPDATE subject SET count = count + 1',
      'UPDATE subject SET roots = zeroblob(length(roots))',
      'UPDATE block SET leaves = zeroblob(length(leaves))',
      'DELETE FROM subject WHERE id > 5',
    ]) {
      writeFileSync(rig.path, made);
      const log = new MemoryLog().add(...entriesFrom(0, SIZE));
      const completeness = rig.start(log);
      completeness.advance(log.checkpoint());
      await until(() => completeness.status().size === SIZE);
      const database = new DatabaseSync(rig.path);
      database.exec(sql);
      database.close();
      log.add(...entriesFrom(SIZE, LATER));
      await checkAnswers(completeness, log);
      assert.equal(completeness.status().rebuilds, 1, sql);
      completeness.close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(`${rig.path}${suffix}`, { force: true });
    }
  });

  test('by somebody who has computed all of it anew, without an event of the log', async () => {
    using forger = new Rig();
    const log = new MemoryLog().add(...entriesFrom(0, SIZE));
    const forged = new MemoryLog().add(...entriesFrom(0, SIZE).with(31, Buffer.from('{}')));
    const other = forger.start(forged, forger.path, takeSecretKey(new Uint8Array(32).fill(4)));
    other.advance(forged.checkpoint());
    await verdictOn(other, { subject: account, window: all });
    other.close();
    const own = new DatabaseSync(':memory:');
    writeFileSync(rig.path, made);
    own.exec(`ATTACH '${forger.path}' AS forged; ATTACH '${rig.path}' AS own`);
    own.exec('UPDATE forged.progress SET log_roots = (SELECT log_roots FROM own.progress)');
    own.close();
    cpSync(forger.path, rig.path);
    const completeness = rig.start(log);
    await checkAnswers(completeness, log.add(...entriesFrom(SIZE, LATER)));
    assert.equal(completeness.status().rebuilds, 1);
  });
});

describe('a ledger that is older than the index', () => {
  const older = new MemoryLog().add(...entriesFrom(0, SIZE - 1));

  test('is refused at the start, and the index stays as it is: it is evidence', async () => {
    writeFileSync(rig.path, made);
    const completeness = rig.start(older);
    assert.throws(() => completeness.checkStart(undefined), { code: 'Rollback' });
    completeness.advance(older.checkpoint());
    await until(() => rig.failures.length > 2);
    completeness.close();
    assert.deepEqual([rig.signed, rig.published], [[], []]);
    const database = new DatabaseSync(rig.path);
    assert.equal(database.prepare('SELECT size FROM progress').get()?.['size'], SIZE);
    database.close();
  });

  test('is refused also when only the published index checkpoint is newer', async () => {
    const log = new MemoryLog().add(...entriesFrom(0, SIZE));
    const completeness = rig.start(log);
    await checkAnswers(completeness, log);
    const newest = rig.published.at(-1) ?? '';
    completeness.close();
    rmSync(rig.path);
    const again = rig.start(older);
    assert.throws(() => again.checkStart(newest), { code: 'Rollback' });
    // What these keys have not signed says nothing.
    for (const note of [undefined, '', newest.slice(0, -9), newest.replace(`\n${SIZE}\n`, `\n${SIZE}1\n`)]) {
      again.checkStart(note);
    }
    again.close();
    rig.start(log).checkStart(newest);
  });

  test('is not claimed by a file that this service has not written', () => {
    writeFileSync(rig.path, made);
    const database = new DatabaseSync(rig.path);
    database.exec('UPDATE progress SET size = 1000');
    database.close();
    rig.start(older).checkStart(undefined);
    rmSync(rig.path);
    rig.start(older).checkStart(undefined);
    writeFileSync(rig.path, 'no database');
    rig.start(older).checkStart(undefined);
  });
});

describe('a write that fails, or fails but was kept, or that the process dies of', () => {
  const sizes = [5, 8];

  /** Follows the log through a stop; answers how many statements could have failed. */
  async function live(t: TestContext, file: string, fault: Fault | undefined): Promise<number> {
    const log = new MemoryLog();
    const disk = new FailingDisk(t, fault);
    let path = file;
    for (const size of sizes) {
      log.add(...entriesFrom(log.size(), size));
      const completeness = rig.start(log, path);
      completeness.advance(log.checkpoint());
      await until(() => completeness.status().size === size || (disk.hasFailed && fault?.dies === true));
      completeness.close();
      if (!disk.hasFailed || fault?.dies !== true) continue;
      t.mock.restoreAll();
      path = `${file}.left`;
      for (const suffix of ['', '-wal']) {
        if (existsSync(`${file}${suffix}`)) cpSync(`${file}${suffix}`, `${path}${suffix}`);
      }
      break;
    }
    t.mock.restoreAll();
    log.add(...entriesFrom(log.size(), 45));
    const completeness = rig.start(log, path);
    completeness.checkStart(rig.published.at(-1));
    await checkAnswers(completeness, log);
    assert.equal(completeness.status().rebuilds, 0, JSON.stringify(fault));
    completeness.close();
    assert.equal(disk.hasFailed, fault !== undefined);
    return disk.statements;
  }

  for (const dies of [false, true]) {
    for (const kind of ['before', 'after'] as const) {
      test(`${kind} it was done, ${dies ? 'and a new start' : 'and another try'}`, async (t) => {
        const statements = await live(t, join(rig.directory, 'whole.db'), undefined);
        assert.ok(statements > 60, `${statements}`);
        for (let at = 1; at <= statements; at += 1) {
          rig.published.length = 0;
          await live(t, join(rig.directory, `failed-${at}.db`), { at, kind, dies });
        }
      });
    }
  }
});
