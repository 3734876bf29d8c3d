import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { SearchError } from './errors.ts';
import { findRecord, type PostingPage, type PostingRecord, recordsOf } from './posting-page.ts';
import { TAIL_ENTRIES } from './tail.ts';

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
}

/** A full tail on its way to disk. */
export interface NewRun {
  readonly first: number;
  readonly pages: readonly PostingPage[];
  /** Encoded ranges of its segments. */
  readonly segments: Uint8Array;
  /** Action names that were not seen before. */
  readonly actions: readonly string[];
  readonly progress: Progress;
}

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE run (id INTEGER PRIMARY KEY, level INTEGER NOT NULL, first INTEGER NOT NULL, live INTEGER NOT NULL) STRICT;
  CREATE TABLE page (run INTEGER NOT NULL, term INTEGER NOT NULL, records BLOB NOT NULL) STRICT;
  CREATE UNIQUE INDEX page_place ON page (run, term);
  CREATE TABLE segments (first INTEGER PRIMARY KEY, ranges BLOB NOT NULL) STRICT;
  CREATE TABLE action (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, last_entry_sha256 TEXT NOT NULL,
    unreadable INTEGER NOT NULL
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const CORRUPT_CODES: ReadonlySet<number> = new Set([11, 26]);

/**
 * The file behind the index. Everything in it can be rebuilt from the log, so it is opened empty when its schema is
 * another one, and the caller deletes it when it turns out to be damaged.
 *
 * It is a write-ahead-logged database with synchronous=NORMAL: a crash, of the machine too, leaves an older state of
 * it, whose `progress` says so. (With synchronous=OFF it could leave one that silently lacks postings, and answers
 * would not be complete any more: G4.)
 */
export class IndexFile {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  /** In the order of the log, without gaps. */
  #runs: readonly Run[] = [];
  /** Runs that are merged into another, or were not finished: to be dropped when nobody reads them. */
  readonly #dead: number[] = [];

  constructor(path: string) {
    this.#database = openDatabase(path);
    try {
      this.#statements = prepare(this.#database);
      this.#loadRuns();
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
    if (row === undefined) return { size: 0, lastEntrySha256: '', unreadable: 0 };
    return {
      size: Number(row['size']),
      lastEntrySha256: String(row['last_entry_sha256']),
      unreadable: Number(row['unreadable']),
    };
  }

  actions(): readonly string[] {
    return this.#statements.actions.all().map((row) => String(row['name']));
  }

  /** The encoded segments of every {@link TAIL_ENTRIES} entries, by their first entry. */
  *segments(): Generator<{ readonly first: number; readonly ranges: Uint8Array }> {
    for (const row of this.#statements.segments.iterate()) {
      yield { first: Number(row['first']), ranges: bytesOf(row['ranges']) };
    }
  }

  /** Adds a run of the lowest level, whole or not at all. */
  append(run: NewRun): void {
    const id = this.#transaction(() => {
      const inserted = Number(this.#statements.addRun.run(0, run.first, 1).lastInsertRowid);
      this.#insertPages(inserted, run.pages);
      this.#statements.addSegments.run(run.first, run.segments);
      for (const action of run.actions) this.#statements.addAction.run(action);
      const { size, lastEntrySha256, unreadable } = run.progress;
      this.#statements.setProgress.run(size, lastEntrySha256, unreadable);
      return inserted;
    });
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
    return true;
  }

  /** The record of `term` in a run. */
  record(run: Run, term: number): PostingRecord | undefined {
    const row = this.#statements.pageOf.get(run.id, term);
    return row === undefined ? undefined : findRecord(bytesOf(row['records']), term);
  }

  /** All records of a run in order. Reads page by page, so that other statements may run in between. */
  *records(run: Run): Generator<PostingRecord> {
    for (let term = -1; ;) {
      const row = this.#statements.nextPage.get(run.id, term);
      if (row === undefined) return;
      term = Number(row['term']);
      yield* recordsOf(bytesOf(row['records']));
    }
  }

  close(): void {
    this.#database.close();
  }

  #insertPages(run: number, pages: readonly PostingPage[]): void {
    for (const page of pages) this.#statements.addPage.run(run, page.term, page.bytes);
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
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return typeof error.errcode === 'number' && CORRUPT_CODES.has(error.errcode & 0xff);
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 2000;',
    );
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION)
      throw new SearchError('Corrupt', `the index has the schema ${version}`);
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
    addPage: database.prepare('INSERT INTO page (run, term, records) VALUES (?, ?, ?)'),
    deletePages: database.prepare('DELETE FROM page WHERE run = ?'),
    pageOf: database.prepare(
      'SELECT records FROM page WHERE run = ? AND term <= ? ORDER BY term DESC LIMIT 1',
    ),
    nextPage: database.prepare(
      'SELECT term, records FROM page WHERE run = ? AND term > ? ORDER BY term LIMIT 1',
    ),
    addSegments: database.prepare('INSERT INTO segments (first, ranges) VALUES (?, ?)'),
    segments: database.prepare('SELECT first, ranges FROM segments ORDER BY first'),
    addAction: database.prepare('INSERT INTO action (name) VALUES (?) ON CONFLICT DO NOTHING'),
    actions: database.prepare('SELECT name FROM action'),
    progress: database.prepare('SELECT size, last_entry_sha256, unreadable FROM progress WHERE id = 1'),
    setProgress: database.prepare(
      'INSERT INTO progress (id, size, last_entry_sha256, unreadable) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE ' +
        'SET size = excluded.size, last_entry_sha256 = excluded.last_entry_sha256, unreadable = excluded.unreadable',
    ),
  };
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new SearchError('Corrupt', 'a row of the index holds no bytes');
}
