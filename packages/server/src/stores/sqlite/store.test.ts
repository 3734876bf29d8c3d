import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test, type TestContext } from 'node:test';
import type { CommitItem } from '../../core/audit/index.ts';
import { compareWithModel, ledgerStoreContract } from '../contract/index.ts';
import { openMemoryStore } from '../memory/index.ts';
import { joinEntries } from './entries.ts';
import { openSqliteReader, openSqliteStore, StoreError, type StoreErrorCode } from './index.ts';

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'keywitness-store-'));
}

/** A database of the test's own, removed after it. */
function newPath(t: TestContext): string {
  const folder = newFolder();
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'ledger.db');
}

function place(): { open: () => ReturnType<typeof openSqliteStore>; dispose: () => void } {
  const folder = newFolder();
  return {
    open: () => openSqliteStore({ path: join(folder, 'ledger.db') }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

ledgerStoreContract('sqlite', place);
compareWithModel('sqlite', place, openMemoryStore, 60);

function use(text: string): CommitItem {
  return { judgedAt: 0, reads: [], writes: [], entry: Buffer.from(text) };
}

function change(subject: string, record: string | null): CommitItem {
  return { judgedAt: 0, reads: [], writes: [{ subject, record }], entry: Buffer.from(`change ${subject}`) };
}

function hasCode(code: StoreErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof StoreError && error.code === code;
}

test('a second store on the same files is refused, and let in when the first is closed', (t) => {
  const path = newPath(t);
  const first = openSqliteStore({ path });
  assert.throws(() => openSqliteStore({ path }), hasCode('Locked'));
  first.close();
  openSqliteStore({ path }).close();
});

test('a failed opening lets go of the lock', (t) => {
  const path = newPath(t);
  const database = new DatabaseSync(path);
  database.exec('PRAGMA user_version = 99');
  assert.throws(() => openSqliteStore({ path }), hasCode('Failed'));
  database.exec('PRAGMA user_version = 0');
  database.close();
  openSqliteStore({ path }).close();
});

test('a file that is no database is reported as damaged', (t) => {
  const path = newPath(t);
  const database = new DatabaseSync(path);
  database.close();
  rmSync(path);
  const text = 'this is not a database, '.repeat(400);
  writeFileSync(path, text);
  assert.throws(() => openSqliteStore({ path }), hasCode('Corrupt'));
  assert.equal(readFileSync(path, 'utf8'), text);
});

test('the files are for their owner alone', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  store.commit([use('x')]);
  const folder = join(path, '..');
  for (const name of readdirSync(folder)) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name);
  }
  store.close();
});

test('a copy of the files, taken while the store is open, holds every commit that has returned', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  for (let count = 1; count <= 20; count += 1) {
    store.commit([count % 3 === 0 ? change('key:a', String(count)) : use(String(count))]);
    const copy = join(path, '..', `copy-${count}`);
    for (const ending of ['', '-wal']) copyFileSync(`${path}${ending}`, `${copy}${ending}`);
    const opened = openSqliteStore({ path: copy });
    assert.equal(opened.size(), count);
    assert.deepEqual(opened.load(), store.load());
    opened.close();
  }
  store.close();
});

for (const [what, filler] of [
  ['uses', (at: number) => use(`entry ${at} ${'x'.repeat(3000)}`)],
  ['changes', (at: number) => change(`key:${at}`, 'r'.repeat(3000))],
] as const) {
  test(`when the quota is full, ${what} are not kept, nothing before is lost, and there is no gap after`, (t) => {
    const path = newPath(t);
    const store = openSqliteStore({ path, pagesMax: 40 });
    let kept = 0;
    assert.throws(() => {
      for (;;) {
        store.commit([filler(kept)]);
        kept += 1;
      }
    }, hasCode('Full'));
    assert.ok(kept > 0);
    assert.equal(store.size(), kept);
    const before = store.load();
    assert.throws(() => store.commit([filler(kept), filler(kept + 1)]), hasCode('Full'));
    assert.deepEqual(store.load(), before);
    store.close();
    const roomier = openSqliteStore({ path });
    assert.equal(roomier.size(), kept);
    assert.deepEqual(roomier.load(), before);
    assert.deepEqual(roomier.commit([filler(kept)]).answers, [{ kind: 'committed', index: kept }]);
    roomier.close();
  });
}

for (const item of [use('x'), change('key:a', 'v')]) {
  test(`while another program writes, a commit with ${item.writes.length} changes fails as locked and works after`, (t) => {
    const path = newPath(t);
    const store = openSqliteStore({ path });
    const other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    assert.throws(() => store.commit([item]), hasCode('Locked'));
    assert.equal(store.size(), 0);
    other.exec('ROLLBACK');
    other.close();
    assert.deepEqual(store.commit([item]).answers, [{ kind: 'committed', index: 0 }]);
    store.close();
  });
}

/** What a commit leaves that was kept although it was reported as failed. */
function commitBehindTheBack(path: string, first: number, subject: string, record: string): void {
  const other = new DatabaseSync(path);
  other.exec('BEGIN IMMEDIATE');
  const append = other.prepare('INSERT INTO ledger (first, count, entries) VALUES (?, 1, ?)');
  append.run(first, joinEntries([Buffer.from('kept')]));
  const put = other.prepare('INSERT INTO state (subject, revision, record) VALUES (?, ?, ?)');
  put.run(subject, first + 1, record);
  other.exec('COMMIT');
  other.close();
}

test('after a commit that was kept but reported as failed, the position is read again and its changes are handed out', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  store.commit([use('0')]);
  commitBehindTheBack(path, 1, 'key:a', 'kept');
  assert.throws(() => store.commit([use('lost')]), hasCode('Failed'));
  assert.equal(store.size(), 2);
  // Judged before the change that nobody has heard of yet: stale, and told why in the same answer.
  const stale = store.commit([{ ...use('old'), judgedAt: 1, reads: ['key:a'] }]);
  assert.deepEqual(stale, {
    answers: [{ kind: 'stale' }],
    changes: [{ subject: 'key:a', record: 'kept', revision: 2 }],
  });
  assert.deepEqual(store.commit([use('next')]), {
    answers: [{ kind: 'committed', index: 2 }],
    changes: [],
  });
  store.close();
});

test('a reader of its own sees what is committed, and nothing of it half', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  const reader = openSqliteReader({ path });
  assert.equal(reader.size(), 0);
  store.commit([use('a'), use('b')]);
  assert.equal(reader.size(), 2);
  store.commit([use('c')]);
  assert.deepEqual(
    reader.read(1, 5).entries.map((entry) => Buffer.from(entry).toString('utf8')),
    ['b', 'c'],
  );
  reader.close();
  store.close();
});

test('what a destroyed record held is in none of the files any more', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  const marker = 'SEALED-MATERIAL-0123456789';
  const holdsMarker = (): boolean =>
    readdirSync(join(path, '..')).some((name) => readFileSync(join(path, '..', name)).includes(marker));
  store.commit([change('key:a', `${marker} ${'p'.repeat(6000)} ${marker}`), change('key:b', 'small')]);
  store.commit([change('key:b', marker)]);
  assert.equal(holdsMarker(), true);
  store.commit([change('key:a', null), change('key:b', null)]);
  assert.equal(holdsMarker(), false);
  store.close();
});

test('a reader in the way of wiping a destroyed record delays it to the next commit', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  const marker = 'SEALED-MATERIAL-0123456789';
  store.commit([change('key:a', marker)]);
  const other = new DatabaseSync(path, { readOnly: true });
  other.exec('BEGIN');
  other.prepare('SELECT count(*) FROM state').get();
  store.commit([change('key:a', null)]);
  assert.equal(readFileSync(`${path}-wal`).includes(marker), true);
  other.exec('COMMIT');
  other.close();
  store.commit([use('next')]);
  assert.equal(readFileSync(`${path}-wal`).includes(marker), false);
  store.close();
});

test('when it cannot even read its position again, every later commit fails too', (t) => {
  const path = newPath(t);
  const store = openSqliteStore({ path });
  store.commit([use('0')]);
  const other = new DatabaseSync(path);
  other.exec('ALTER TABLE ledger RENAME TO elsewhere');
  assert.throws(() => store.commit([use('1')]), hasCode('Failed'));
  other.exec('ALTER TABLE elsewhere RENAME TO ledger');
  other.close();
  assert.throws(() => store.commit([use('1')]), hasCode('Failed'));
  store.close();
  const again = openSqliteStore({ path });
  assert.deepEqual(again.commit([use('1')]).answers, [{ kind: 'committed', index: 1 }]);
  again.close();
});
