import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, test } from 'node:test';
import type { EventPage, EventQuery, LedgerReader } from '../../core/audit/index.ts';
import { createSearch, type Search, SearchError } from './index.ts';
import { MemoryLog, randomEvent, randomOf, randomQuery, reference, uuidOf } from './reference.test-model.ts';

const seed = Number(process.env['KEYWITNESS_TEST_SEED'] ?? Date.now() % 1_000_000_007);

let directory = '';
let path = '';
let open: Search[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keywitness-search-'));
  path = join(directory, 'search.db');
});

afterEach(() => {
  for (const search of open) search.close();
  open = [];
  rmSync(directory, { recursive: true });
});

function openSearch(reader: LedgerReader, onFailure?: (error: unknown) => void): Search {
  const search = createSearch({
    reader,
    path,
    nowMs: () => performance.now(),
    schedule: (delayMs, task) => void setTimeout(task, delayMs).unref(),
    onFailure: (error) => {
      if (onFailure !== undefined) onFailure(error);
      else if (!(error instanceof SearchError)) throw error;
    },
  });
  open.push(search);
  return search;
}

function reopen(search: Search, reader: LedgerReader): Search {
  search.close();
  return openSearch(reader);
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadlineMs = performance.now() + 60_000;
  while (!condition()) {
    assert.ok(performance.now() < deadlineMs, `waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function logOf(count: number, start: number): MemoryLog {
  const log = new MemoryLog();
  const random = randomOf(start);
  while (log.size() < count) log.add(randomEvent(random, log.size()));
  return log;
}

async function askLikeReference(search: Search, log: MemoryLog, query: EventQuery): Promise<void> {
  const page = await search.query(query);
  assert.deepEqual(plain(page), plain(reference(log, query)), JSON.stringify(query));
}

/** Entries as text: quicker to compare and to read. */
function plain({ entries, ...rest }: EventPage): unknown {
  return { ...rest, entries: entries.map(({ index, entry }) => `${index} ${Buffer.from(entry).toString()}`) };
}

describe(`questions (seed ${seed})`, () => {
  test('are answered like the reference, while the log grows and the index is opened again', async () => {
    const random = randomOf(seed);
    const log = new MemoryLog();
    let search = openSearch(log);
    for (let round = 0; round < 40; round += 1) {
      for (let count = random(600); count > 0; count -= 1) log.add(randomEvent(random, log.size()));
      if (random(4) === 0) search = reopen(search, log);
      // Without a word that the log has grown, a question covers what is committed.
      if (random(2) === 0) search.advance(log.size());
      for (let asked = 0; asked < 10; asked += 1) {
        await askLikeReference(search, log, randomQuery(random, log.size()));
      }
    }
    assert.equal(search.status().rebuilds, 0);
  });

  test('are answered like the reference from merged runs, while they are merged and after', async () => {
    const random = randomOf(seed + 1);
    const log = logOf(70_000, seed + 1);
    let search = openSearch(log);
    for (let asked = 0; asked < 10; asked += 1) {
      await askLikeReference(search, log, randomQuery(random, log.size()));
    }
    search.advance(log.size());
    await until(() => levelsOf(path).includes(1), 'runs are merged');
    search = reopen(search, log);
    for (let asked = 0; asked < 20; asked += 1) {
      await askLikeReference(search, log, randomQuery(random, log.size()));
    }
    assert.equal(search.status().rebuilds, 0);
  });

  test('page through all matches, each once', async () => {
    const log = logOf(9000, seed + 2);
    const search = openSearch(log);
    for (const order of ['newest', 'oldest'] as const) {
      const all = reference(log, { key: 'key-3', order, limit: 9000 }).entries.map(({ index }) => index);
      const found: number[] = [];
      for (let beyond: number | undefined; ;) {
        const cursor = beyond === undefined ? {} : { beyond };
        const page = await search.query({ key: 'key-3', order, limit: 7, ...cursor });
        found.push(...page.entries.map(({ index }) => index));
        beyond = page.next;
        if (beyond === undefined) break;
      }
      assert.deepEqual(found, all);
    }
  });

  test('asked at once are all answered', async () => {
    const random = randomOf(seed + 3);
    const log = logOf(6000, seed + 3);
    const search = openSearch(log);
    const queries = Array.from({ length: 50 }, () => randomQuery(random, log.size()));
    await Promise.all(queries.map((query) => askLikeReference(search, log, query)));
  });
});

/** The levels of the live runs in an index file. */
function levelsOf(file: string): readonly number[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('SELECT level FROM run WHERE live = 1').all();
    return rows.map((row) => Number(row['level']));
  } finally {
    database.close();
  }
}

describe('an event', () => {
  test('is found by its id, also when it has just been committed', async () => {
    const log = logOf(5000, seed);
    const search = openSearch(log);
    for (const index of [0, 4095, 4096, 4999]) {
      const id = log.events[index]?.id ?? uuidOf(0, index);
      const expected = log.events.findIndex((event) => event !== undefined && event.id === id);
      assert.equal((await search.find(id))?.index, expected === -1 ? undefined : expected);
    }
    for (const id of [uuidOf(1_767_225_600_000, 5000), 'no-uuid']) {
      assert.equal(await search.find(id), undefined);
      log.add({ id, time: '2027-01-01T00:00:00.000Z', action: 'key.new' });
      const found = await search.find(id);
      assert.equal(found?.index, log.size() - 1);
      assert.deepEqual(Buffer.from(found.entry), Buffer.from(log.entries.at(-1) ?? []));
      assert.equal(
        (await search.query({ action: 'key.n*', order: 'newest', limit: 1 })).entries[0]?.index,
        found.index,
      );
    }
  });

  test('that mentions the id of another is not taken for it', async () => {
    const log = new MemoryLog();
    const id = uuidOf(1_767_225_600_000, 1);
    log.add({ id: uuidOf(1_767_225_600_000, 2), time: '2026-01-01T00:00:00.000Z', context: { cause: id } });
    const search = openSearch(log);
    assert.equal(await search.find(id), undefined);
  });
});

describe('words', () => {
  test('are looked for in parameters and changes, but not in what others have asked the record', async () => {
    const log = new MemoryLog();
    const parameters = { policies: [{ name: 'Billing-Team' }], days: 7 };
    log.add({ action: 'audit.list', parameters: { text: 'billing' } });
    log.add({ action: 'principal.create', parameters });
    log.add({ action: 'key.tag', change: { after: { tags: ['team=BILLING'] } } });
    log.add({ action: 'key.describe', id: 'billing', time: 'billing' });
    const search = openSearch(log);
    const found = async (text: string): Promise<readonly number[]> => {
      const page = await search.query({ text, order: 'oldest', limit: 10 });
      return page.entries.map(({ index }) => index);
    };
    assert.deepEqual(await found('billing'), [1, 2]);
    assert.deepEqual(await found('team billing 7 days'), [1]);
    assert.deepEqual(await found('bill'), []);
    assert.deepEqual(await found('list'), [0]);
  });
});

describe('waiting', () => {
  test('ends when the log grows, after the time, and when the index is closed', async () => {
    const log = logOf(3, seed);
    const search = openSearch(log);
    assert.equal(await search.waitBeyond(2, 60_000), 3);
    const grown = search.waitBeyond(3, 60_000);
    log.add({ id: 'x' });
    search.advance(log.size());
    assert.equal(await grown, 4);
    assert.equal(await search.waitBeyond(4, 1), 4);
    const closed = search.waitBeyond(4, 60_000);
    search.close();
    assert.equal(await closed, 4);
    await assert.rejects(search.find('x'), { code: 'Closed' });
    await assert.rejects(search.query({ order: 'newest', limit: 1 }), { code: 'Closed' });
  });
});

describe('indexing', () => {
  test('that fails is told of, and taken up again when the log grows', async () => {
    const log = logOf(5000, seed);
    let isBroken = true;
    const failures: unknown[] = [];
    const reader: LedgerReader = {
      size: () => log.size(),
      read(first, entriesMax) {
        if (isBroken) throw new Error('the ledger cannot be read');
        return log.read(first, entriesMax);
      },
    };
    const search = openSearch(reader, (error) => failures.push(error));
    await until(() => failures.length > 0, 'a failure is told of');
    await assert.rejects(search.query({ order: 'newest', limit: 1 }), /the ledger cannot be read/);
    isBroken = false;
    search.advance(log.size());
    await until(() => search.status().size === log.size(), 'the index has caught up');
    await askLikeReference(search, log, { key: 'key-3', order: 'newest', limit: 100 });
  });

  test('whose file cannot be made is told of, and taken up again when it can', async () => {
    const log = logOf(100, seed);
    const elsewhere = path;
    path = join(directory, 'missing', 'search.db');
    const failures: unknown[] = [];
    const search = openSearch(log, (error) => failures.push(error));
    await until(() => failures.length > 0, 'a failure is told of');
    await assert.rejects(search.query({ order: 'newest', limit: 1 }), /unable to open database file/);
    mkdirSync(join(directory, 'missing'));
    await askLikeReference(search, log, { key: 'key-3', order: 'newest', limit: 100 });
    path = elsewhere;
  });
});

interface IndexedLog {
  readonly log: MemoryLog;
  readonly file: Uint8Array;
}

let indexed: IndexedLog | undefined;

/** A log with the file of its index, of two runs and a little more, which is in its place. Made once. */
async function indexedLog(): Promise<IndexedLog> {
  indexed ??= await makeIndexedLog();
  writeFileSync(path, indexed.file);
  return indexed;
}

async function makeIndexedLog(): Promise<IndexedLog> {
  const log = logOf(8500, seed);
  const search = openSearch(log);
  await search.query({ order: 'newest', limit: 1 });
  search.close();
  return { log, file: readFileSync(path) };
}

/** Opens the index again and asks until it must have looked at all parts of it. */
async function askEverything(log: MemoryLog): Promise<number> {
  const search = openSearch(log);
  const questions: readonly Partial<EventQuery>[] = [
    { key: 'key-3' },
    { action: 'key.*' },
    { action: 'alias.*', outcome: 'denied' },
    { principal: 'u2', fromMs: Date.parse('2026-01-01T00:00:10.000Z') },
    { asset: { name: 'stage', value: 's1' }, source: '10.0.0.3' },
    { credential: 'AKIA4' },
  ];
  for (const question of questions) {
    for (const order of ['newest', 'oldest'] as const) {
      await askLikeReference(search, log, { ...question, order, limit: 100 });
    }
  }
  const { rebuilds } = search.status();
  search.close();
  return rebuilds;
}

describe(`an index that is not what it was (seed ${seed})`, () => {
  const damages: Readonly<Record<string, string>> = {
    'pages are altered':
      "UPDATE page SET records = CAST(substr(records, 1, length(records) - 1) || x'03' AS BLOB)",
    'pages are gone': 'DELETE FROM page WHERE rowid % 3 = 1',
    'the first pages are gone': 'DELETE FROM page WHERE term = 0',
    'pages are swapped': 'UPDATE page SET run = -run; UPDATE page SET run = 3 + run',
    'pages cover less': 'UPDATE page SET until = until - 1',
    'a run is gone': 'DELETE FROM run WHERE id = 1',
    'a run is dead': 'UPDATE run SET live = 0 WHERE id = 2',
    'times are altered': 'UPDATE segments SET ranges = zeroblob(512)',
    'times are gone': 'DELETE FROM segments WHERE first = 0',
    'values are gone': 'DELETE FROM dictionary WHERE first > 4',
    'values are altered': "UPDATE dictionary SET items = CAST(replace(items, 'key', 'kay') AS BLOB)",
    'it says that it is shorter': 'UPDATE progress SET size = 4096',
    'its progress is gone': 'DELETE FROM progress',
    'a number is not one of ours': 'UPDATE progress SET size = 9223372036854775807',
    'a table is gone': 'DROP TABLE dictionary',
    'its schema is another': 'PRAGMA user_version = 1',
  };
  for (const [what, sql] of Object.entries(damages)) {
    test(`is rebuilt when ${what}`, async () => {
      const { log } = await indexedLog();
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
      assert.equal(await askEverything(log), 1);
      assert.equal(await askEverything(log), 0);
    });
  }

  test('is rebuilt when it is of another log, or longer than the log', async () => {
    await indexedLog();
    assert.equal(await askEverything(logOf(8500, seed + 1)), 1);
    assert.equal(await askEverything(logOf(5000, seed + 1)), 1);
  });

  test('never changes an answer, whichever bit flips', async () => {
    const { log, file } = await indexedLog();
    const random = randomOf(seed);
    for (let round = 0; round < 25; round += 1) {
      const bytes = Buffer.from(file);
      // Half of them where the schema and the roots of the tables are.
      const at = random(round % 2 === 0 ? bytes.length : 16_384);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random(8));
      for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
      writeFileSync(path, bytes);
      await askEverything(log);
    }
  });

  test('never changes an answer, wherever the file ends', async () => {
    const { log, file } = await indexedLog();
    for (const bytes of [0, 1, 100, 4096, 10_000, 60_000]) {
      writeFileSync(path, file.subarray(0, bytes));
      await askEverything(log);
    }
    writeFileSync(path, 'this is not a database, and longer than the header of one would be. '.repeat(20));
    assert.equal(await askEverything(log), 1);
  });
});
