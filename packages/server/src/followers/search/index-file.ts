import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { decodeTimes, encodeTimes } from './entry-times.ts';
import { type DictionaryValue, isValueKind, OUTCOMES } from './dictionary.ts';
import { requireIntact, SearchError } from './errors.ts';
import { LastUsesTable, lastUsesSchema } from './last-uses-table.ts';
import { findRecord, type PostingPage, type PostingRecord, recordsOf } from './posting-page.ts';
import { TAIL_ENTRIES } from './tail.ts';
import { TERM_LIMIT } from './terms.ts';

/** Runs of one level that become one of the next. */
export const RUNS_PER_MERGE = 16;
/** Runs of this level are not merged any more. */
export const LEVEL_MAX = 2;

/** The sorted postings of consecutive entries. */
export interface Run {
  readonly id: number;
  readonly level: number;
  /** The index of its first entry, and the index after its last. */
  readonly first: number;
  readonly end: number;
}

/** How far the index has come; moves in the same transaction as what it is about. */
export interface Progress {
  readonly size: number;
  /** SHA-256 of the entry before `size`, in hexadecimal: an index of another log is not taken for ours. */
  readonly lastEntrySha256: string;
  /** Entries that could not be read. */
  readonly unreadable: number;
  /** The values in the dictionary. */
  readonly values: number;
}

/** A full tail on its way to disk. */
export interface NewRun {
  readonly first: number;
  readonly pages: readonly PostingPage[];
  /** Encoded ranges of its segments. */
  readonly segments: Uint8Array;
  /** When what it uses was last used in it, by name; milliseconds since the epoch. */
  readonly uses: ReadonlyMap<string, number>;
  /** When each of its entries was, in milliseconds since the epoch; `NaN` where that is not known. */
  readonly times: Float64Array;
  /** Values that were not in the dictionary before. */
  readonly values: readonly DictionaryValue[];
  readonly progress: Progress;
}

const SCHEMA_VERSION = 5;
const SCHEMA = `
  CREATE TABLE run (id INTEGER PRIMARY KEY, level INTEGER NOT NULL, first INTEGER NOT NULL, live INTEGER NOT NULL) STRICT;
  CREATE TABLE page (
    run INTEGER NOT NULL, term INTEGER NOT NULL, until INTEGER NOT NULL, crc INTEGER NOT NULL, records BLOB NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX page_place ON page (run, term);
  CREATE TABLE segments (
    first INTEGER PRIMARY KEY, crc INTEGER NOT NULL, ranges BLOB NOT NULL, times_crc INTEGER NOT NULL, times BLOB NOT NULL
  ) STRICT;
  CREATE TABLE dictionary (first INTEGER PRIMARY KEY, crc INTEGER NOT NULL, items BLOB NOT NULL) STRICT;
  CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, last_entry_sha256 TEXT NOT NULL,
    unreadable INTEGER NOT NULL, items INTEGER NOT NULL, uses_crc INTEGER NOT NULL, crc INTEGER NOT NULL
  ) STRICT;
  ${lastUsesSchema}
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
const noPage: { readonly run: number; readonly page: PostingPage } = {
  run: -1,
  page: { from: 0, until: 0, bytes: new Uint8Array(0) },
};

/** SQLITE_BUSY, LOCKED, NOMEM, IOERR, FULL and CANTOPEN: they say nothing about what is in the file. */
const PASSING_CODES: ReadonlySet<number> = new Set([5, 6, 7, 10, 13, 14]);
/** SQLITE_IOERR_SHORT_READ and SQLITE_IOERR_CORRUPTFS, which do. */
const DAMAGE_CODES: ReadonlySet<number> = new Set([522, 8458]);

/**
 * The file behind the index. Everything in it can be rebuilt from the log, so it is opened empty when its schema is
 * another one, and the caller deletes it when it turns out to be damaged.
 *
 * It is a write-ahead-logged database with synchronous=NORMAL: a crash, of the machine too, leaves an older state of
 * it, whose `progress` says so. (With synchronous=OFF it could leave one that silently lacks postings, and answers
 * would not be complete any more: G4.) For the same reason everything in it carries a checksum, and a part that is
 * missing is noticed: SQLite itself does not notice a bit that flips.
 */
export class IndexFile {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  /** In the order of the log, without gaps. */
  #runs: readonly Run[] = [];
  /** Runs that are merged into another, or were not finished: to be dropped when nobody reads them. */
  readonly #dead: number[] = [];
  readonly #uses: LastUsesTable;
  /** The page that was read last: terms of one kind are often in one page. */
  #latest = noPage;

  constructor(path: string) {
    this.#database = openDatabase(path);
    try {
      this.#statements = prepare(this.#database);
      this.#loadRuns();
      this.#uses = new LastUsesTable(this.#database);
      this.#uses.load(Number(this.#statements.progress.get()?.['uses_crc'] ?? 0));
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  get runs(): readonly Run[] {
    return this.#runs;
  }

  progress(): Progress {
    const row = this.#statements.progress.get();
    if (row === undefined) return { size: 0, lastEntrySha256: '', unreadable: 0, values: OUTCOMES.length };
    const usesCrc = Number(row['uses_crc']);
    const progress = {
      size: Number(row['size']),
      lastEntrySha256: String(row['last_entry_sha256']),
      unreadable: Number(row['unreadable']),
      values: Number(row['items']),
    };
    requireIntact(row['crc'] === progressCrc(progress, usesCrc), 'progress');
    return progress;
  }

  /** The values of the dictionary, in order. */
  *values(): Generator<DictionaryValue> {
    let next = OUTCOMES.length;
    for (const row of this.#statements.dictionary.iterate()) {
      const bytes = bytesOf(row['items']);
      requireIntact(row['first'] === next && row['crc'] === crc32(bytes, next), 'values');
      const values = valuesIn(bytes);
      yield* values;
      next += values.length;
    }
    requireIntact(next === this.progress().values, 'values');
  }

  /** The times of {@link TAIL_ENTRIES} entries in runs, from one that such a part begins with. */
  times(first: number): Float64Array {
    const row = this.#statements.times.get(first);
    const bytes = bytesOf(row?.['times']);
    requireIntact(row?.['times_crc'] === crc32(bytes, first), 'times');
    return decodeTimes(bytes);
  }

  /** The encoded segments of every {@link TAIL_ENTRIES} entries, by their first entry. */
  *segments(): Generator<{ readonly first: number; readonly ranges: Uint8Array }> {
    let next = 0;
    for (const row of this.#statements.segments.iterate()) {
      const ranges = bytesOf(row['ranges']);
      requireIntact(row['first'] === next && row['crc'] === crc32(ranges, next), 'times');
      yield { first: next, ranges };
      next += TAIL_ENTRIES;
    }
    requireIntact(next === this.progress().size, 'times');
  }

  /** Adds a run of the lowest level, whole or not at all. */
  append(run: NewRun): void {
    const { id, usesCrc } = this.#transaction(() => {
      const inserted = Number(this.#statements.addRun.run(0, run.first, 1).lastInsertRowid);
      this.#insertPages(inserted, run.pages);
      const times = encodeTimes(run.times);
      const crc = crc32(run.segments, run.first);
      this.#statements.addSegments.run(run.first, crc, run.segments, crc32(times, run.first), times);
      this.#insertValues(run.progress.values - run.values.length, run.values);
      const used = this.#uses.put(run.uses);
      const { size, lastEntrySha256, unreadable, values } = run.progress;
      this.#statements.setProgress.run(
        size,
        lastEntrySha256,
        unreadable,
        values,
        used,
        progressCrc(run.progress, used),
      );
      return { id: inserted, usesCrc: used };
    });
    this.#uses.confirm(usesCrc);
    this.#runs = [...this.#runs, { id, level: 0, first: run.first, end: run.first + TAIL_ENTRIES }];
  }

  /** Begins a run that replaces others. A crash before {@link IndexFile.replace} leaves it dead. */
  beginRun(level: number, first: number): number {
    return Number(this.#statements.addRun.run(level, first, 0).lastInsertRowid);
  }

  addPages(run: number, pages: readonly PostingPage[]): void {
    this.#transaction(() => this.#insertPages(run, pages));
  }

  /** Puts a finished run in the place of those that it was merged from, all at once. */
  replace(merged: readonly Run[], by: Run): void {
    this.#transaction(() => {
      this.#statements.setLive.run(1, by.id);
      for (const { id } of merged) this.#statements.setLive.run(0, id);
    });
    this.#runs = this.#runs.flatMap((run) => (run === merged[0] ? [by] : merged.includes(run) ? [] : [run]));
    this.#dead.push(...merged.map(({ id }) => id));
  }

  /** Drops one dead run, if there is one. */
  dropDead(): boolean {
    const id = this.#dead[0];
    if (id === undefined) return false;
    this.#transaction(() => {
      this.#statements.deletePages.run(id);
      this.#statements.deleteRun.run(id);
    });
    this.#dead.shift();
    // The next run may have the id of this one.
    this.#latest = noPage;
    return true;
  }

  /** The record of `term` in a run. */
  record(run: Run, term: number): PostingRecord | undefined {
    const { page } = this.#latest;
    if (this.#latest.run === run.id && page.from <= term && term < page.until) {
      return findRecord(page.bytes, term);
    }
    const read = pageOf(run, this.#statements.pageOf.get(run.id, term));
    requireIntact(read.from <= term && term < read.until, 'postings');
    this.#latest = { run: run.id, page: read };
    return findRecord(read.bytes, term);
  }

  /** When something was last used, by the name that it was appended under. */
  lastUse(name: string): number | undefined {
    return this.#uses.find(name);
  }

  /** All records of a run in order. Reads page by page, so that other statements may run in between. */
  *records(run: Run): Generator<PostingRecord> {
    for (let term = 0; term < TERM_LIMIT;) {
      const page = pageOf(run, this.#statements.pageOf.get(run.id, term));
      requireIntact(page.from === term, 'postings');
      yield* recordsOf(page.bytes);
      term = page.until;
    }
  }

  close(): void {
    this.#database.close();
  }

  #insertPages(run: number, pages: readonly PostingPage[]): void {
    for (const page of pages) {
      this.#statements.addPage.run(run, page.from, page.until, pageCrc(run, page), page.bytes);
    }
  }

  #insertValues(first: number, values: readonly DictionaryValue[]): void {
    if (values.length === 0) return;
    // As JSON, which keeps whatever a text may hold.
    const bytes = Buffer.from(JSON.stringify(values), 'utf8');
    this.#statements.addValues.run(first, crc32(bytes, first), bytes);
  }

  #loadRuns(): void {
    const runs: Run[] = [];
    for (const row of this.#statements.runs.all()) {
      const id = Number(row['id']);
      const level = Number(row['level']);
      const first = Number(row['first']);
      if (row['live'] === 1) runs.push({ id, level, first, end: first + runEntries(level) });
      else this.#dead.push(id);
    }
    this.#runs = runs;
    const ends = [0, ...runs.map(({ end }) => end)];
    if (
      runs.some(({ first }, position) => first !== ends[position]) ||
      ends.at(-1) !== this.progress().size
    ) {
      throw new SearchError('Corrupt', 'the runs of the index do not join up');
    }
  }

  #transaction<Value>(work: () => Value): Value {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      this.#database.exec('COMMIT');
      return value;
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }
}

/** Entries of a run of `level`. */
export function runEntries(level: number): number {
  return TAIL_ENTRIES * RUNS_PER_MERGE ** level;
}

/** Deletes the index. A crash in between leaves a file that is opened, found wanting and deleted again. */
export function deleteIndexFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}

/** Whether an error means that the file is damaged, and not that the disk is full or the like. */
export function meansDamage(error: unknown): boolean {
  if (error instanceof SearchError) return error.code === 'Corrupt';
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') {
    return DAMAGE_CODES.has(error.errcode) || !PASSING_CODES.has(error.errcode & 0xff);
  }
  // Thrown for a number in the file that is none of ours.
  return 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;',
    );
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    requireIntact(version === 0 || version === SCHEMA_VERSION, 'schema');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return {
    addRun: database.prepare('INSERT INTO run (level, first, live) VALUES (?, ?, ?)'),
    setLive: database.prepare('UPDATE run SET live = ? WHERE id = ?'),
    deleteRun: database.prepare('DELETE FROM run WHERE id = ?'),
    runs: database.prepare('SELECT id, level, first, live FROM run ORDER BY first, level'),
    addPage: database.prepare('INSERT INTO page (run, term, until, crc, records) VALUES (?, ?, ?, ?, ?)'),
    deletePages: database.prepare('DELETE FROM page WHERE run = ?'),
    pageOf: database.prepare(
      'SELECT term, until, crc, records FROM page WHERE run = ? AND term <= ? ORDER BY term DESC LIMIT 1',
    ),
    addSegments: database.prepare(
      'INSERT INTO segments (first, crc, ranges, times_crc, times) VALUES (?, ?, ?, ?, ?)',
    ),
    segments: database.prepare('SELECT first, crc, ranges FROM segments ORDER BY first'),
    times: database.prepare('SELECT times_crc, times FROM segments WHERE first = ?'),
    addValues: database.prepare('INSERT INTO dictionary (first, crc, items) VALUES (?, ?, ?)'),
    dictionary: database.prepare('SELECT first, crc, items FROM dictionary ORDER BY first'),
    progress: database.prepare(
      'SELECT size, last_entry_sha256, unreadable, items, uses_crc, crc FROM progress WHERE id = 1',
    ),
    setProgress: database.prepare(
      'INSERT OR REPLACE INTO progress (id, size, last_entry_sha256, unreadable, items, uses_crc, crc) VALUES (1, ?, ?, ?, ?, ?, ?)',
    ),
  };
}

/** The page of a row, which is the one that was written there. */
function pageOf(run: Run, row: Readonly<Record<string, unknown>> | undefined): PostingPage {
  const page = {
    from: Number(row?.['term']),
    until: Number(row?.['until']),
    bytes: bytesOf(row?.['records']),
  };
  requireIntact(row?.['crc'] === pageCrc(run.id, page), 'postings');
  return page;
}

function progressCrc({ size, lastEntrySha256, unreadable, values }: Progress, usesCrc: number): number {
  return crc32([size, lastEntrySha256, unreadable, values, usesCrc].join('\n'));
}

function valuesIn(bytes: Uint8Array): readonly DictionaryValue[] {
  const values: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
  requireIntact(Array.isArray(values) && values.every(isDictionaryValue), 'values');
  return values;
}

function isDictionaryValue(value: unknown): value is DictionaryValue {
  return Array.isArray(value) && isValueKind(value[0]) && typeof value[1] === 'string';
}

function pageCrc(run: number, { from, until, bytes }: PostingPage): number {
  return crc32(bytes, crc32(`${run} ${from} ${until}`));
}

function bytesOf(value: unknown): Uint8Array {
  requireIntact(value instanceof Uint8Array, 'bytes');
  return value;
}
