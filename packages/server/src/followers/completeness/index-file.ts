import { rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SubjectTreeState } from '@keywitness/log';
import { constantTimeEqual, hmacSha256, type SecretKey, takeSecretKey } from '../../core/crypto/index.ts';
import { CompletenessError } from './errors.ts';
import { Block, BLOCK_LEAVES, Postings } from './postings.ts';

/** How far the index has come; moves in the same transaction as what it is about. */
export interface Progress {
  readonly size: number;
  /** The roots of the perfect subtrees of the log's tree of that size. */
  readonly logRoots: readonly Uint8Array[];
  /** The root of the map over all subjects: whatever in the file was altered, leads to another one. */
  readonly mapRoot: Uint8Array;
}

/** A subject as it is on disk. */
export interface StoredSubject {
  readonly key: Uint8Array;
  readonly state: SubjectTreeState;
}

/** A subject that has changed. */
export interface ChangedSubject {
  readonly key: Uint8Array;
  readonly postings: Postings;
}

const SCHEMA_VERSION = 2;
const SCHEMA = `
  CREATE TABLE subject (
    id INTEGER PRIMARY KEY, key BLOB NOT NULL, count INTEGER NOT NULL, latest INTEGER NOT NULL,
    lateness INTEGER NOT NULL, roots BLOB NOT NULL, tag BLOB NOT NULL
  ) STRICT;
  CREATE TABLE block (
    subject INTEGER NOT NULL, number INTEGER NOT NULL, leaves BLOB NOT NULL, PRIMARY KEY (subject, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE node (
    subject INTEGER NOT NULL, level INTEGER NOT NULL, number INTEGER NOT NULL, root BLOB NOT NULL,
    PRIMARY KEY (subject, level, number)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE progress (
    id INTEGER PRIMARY KEY CHECK (id = 1), size INTEGER NOT NULL, log_roots BLOB NOT NULL, map_root BLOB NOT NULL,
    tag BLOB NOT NULL
  ) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;
const HASH_BYTES = 32;
const TAG_LABEL = 'keywitness/completeness-index/v1';
/** SQLITE_BUSY, LOCKED, NOMEM, IOERR, FULL and CANTOPEN: they say nothing about what is in the file. */
const PASSING_CODES: ReadonlySet<number> = new Set([5, 6, 7, 10, 13, 14]);

/**
 * The file behind the index. Everything in it can be computed again from the log. It is a write-ahead-logged database
 * with synchronous=NORMAL: a crash leaves an older state of it, whose progress says so.
 *
 * The log signs what the progress and the subjects lead to, so each of them has a tag that nobody else can make: the
 * file may be damaged, or written by somebody who wants something left out. Blocks and nodes have none: they are only
 * used in answers, which are verified under the signed root before they are given out.
 */
export class IndexFile {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;
  readonly #tagKey: SecretKey;

  constructor(path: string, tagKey: SecretKey) {
    this.#tagKey = tagKey;
    this.#database = openDatabase(path);
    try {
      this.#statements = prepare(this.#database);
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** `undefined` when nothing was written yet. */
  progress(): Progress | undefined {
    const row = this.#statements.progress.get();
    if (row === undefined) return undefined;
    const progress = {
      size: Number(row['size']),
      logRoots: hashes(row['log_roots']),
      mapRoot: bytesOf(row['map_root']),
    };
    this.#requireTag(row, progressText(progress), 'its progress is not what was written');
    return progress;
  }

  /** All subjects in the order of their numbers. */
  *subjects(): Generator<StoredSubject> {
    let next = 0;
    for (const row of this.#statements.subjects.iterate()) {
      if (row['id'] !== next) throw damaged('a subject is missing');
      next += 1;
      yield this.#subjectOf(row);
    }
  }

  /** The events of a subject, to be continued. */
  postings(id: number): Postings {
    const row = this.#statements.subject.get(id);
    if (row === undefined) throw damaged('a subject is missing');
    const { state } = this.#subjectOf(row);
    const rest = state.count % BLOCK_LEAVES;
    if (rest === 0) return new Postings(id, state);
    const block = this.block(id, Math.floor(state.count / BLOCK_LEAVES));
    if (block.indexes.length !== rest) throw damaged('a block is of another size');
    return new Postings(id, state, block);
  }

  block(subject: number, number: number): Block {
    const row = this.#statements.block.get(subject, number);
    if (row === undefined) throw damaged('a block is missing');
    return Block.decode(bytesOf(row['leaves']));
  }

  node(subject: number, level: number, number: number): Uint8Array {
    const row = this.#statements.node.get(subject, level, number);
    if (row === undefined) throw damaged('a node is missing');
    return bytesOf(row['root']);
  }

  /**
   * Writes what has changed, and how far the index is with it, all or nothing; `subjectsMax` subjects at each call of
   * `next`. Whoever does not go on to the end has to close the file.
   */
  *save(changed: readonly ChangedSubject[], subjectsMax: number, progress: Progress): Generator<void> {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      for (const [place, subject] of changed.entries()) {
        this.#saveSubject(subject);
        if ((place + 1) % subjectsMax === 0) yield;
      }
      const { size, logRoots, mapRoot } = progress;
      const tag = hmacSha256(this.#tagKey, progressText(progress));
      this.#statements.setProgress.run(size, Buffer.concat(logRoots), mapRoot, tag);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** Gives back the memory of pages that were read; reading all subjects fills it with what nobody needs again. */
  shrink(): void {
    this.#database.exec('PRAGMA shrink_memory');
  }

  close(): void {
    this.#database.close();
  }

  #saveSubject({ key, postings }: ChangedSubject): void {
    const { state, id } = postings;
    const { count, latestMs, latenessMs, roots } = state;
    const { blocks, nodes } = postings.unsaved();
    const tag = hmacSha256(this.#tagKey, subjectText(id, key, state));
    this.#statements.setSubject.run(id, key, count, latestMs, latenessMs, Buffer.concat(roots), tag);
    for (const [number, block] of blocks) this.#statements.setBlock.run(id, number, block.encode());
    for (const { level, index, root } of nodes) this.#statements.setNode.run(id, level, index, root);
  }

  #subjectOf(row: Readonly<Record<string, unknown>>): StoredSubject {
    const [key, state] = [bytesOf(row['key']), stateOf(row)];
    this.#requireTag(row, subjectText(Number(row['id']), key, state), 'a subject is not what was written');
    return { key, state };
  }

  #requireTag(row: Readonly<Record<string, unknown>>, text: string, otherwise: string): void {
    if (!constantTimeEqual(bytesOf(row['tag']), hmacSha256(this.#tagKey, text))) throw damaged(otherwise);
  }
}

/** The key of the tags: derived from the seed of the log's Ed25519 key (`spec/key-hierarchy.md`), and stored nowhere. */
export function indexTagKey(logSeedEd25519: SecretKey): SecretKey {
  return takeSecretKey(hmacSha256(logSeedEd25519, TAG_LABEL));
}

/** What the tag of the progress is over; no two states have the same. */
function progressText({ size, logRoots, mapRoot }: Progress): string {
  return `progress ${size} ${hex(...logRoots)} ${hex(mapRoot)}`;
}

function subjectText(
  id: number,
  key: Uint8Array,
  { count, latestMs, latenessMs, roots }: SubjectTreeState,
): string {
  return `subject ${id} ${hex(key)} ${count} ${latestMs} ${latenessMs} ${hex(...roots)}`;
}

function hex(...parts: readonly Uint8Array[]): string {
  return Buffer.concat(parts).toString('hex');
}

/** Deletes the index. A crash in between leaves a file that is opened, found wanting and deleted again. */
export function deleteIndexFile(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
}

/** Whether an error means that the file is damaged, and not that the disk is full or the like. */
export function meansDamage(error: unknown): boolean {
  if (error instanceof CompletenessError) return error.code === 'Corrupt';
  if (!(error instanceof Error)) return false;
  if ('errcode' in error && typeof error.errcode === 'number') {
    return !PASSING_CODES.has(error.errcode & 0xff);
  }
  // Thrown for a number in the file that is none of ours.
  return 'code' in error && error.code === 'ERR_OUT_OF_RANGE';
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 4000;',
    );
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) throw damaged('it has another schema');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return {
    progress: database.prepare('SELECT size, log_roots, map_root, tag FROM progress WHERE id = 1'),
    setProgress: database.prepare(
      'INSERT OR REPLACE INTO progress (id, size, log_roots, map_root, tag) VALUES (1, ?, ?, ?, ?)',
    ),
    subjects: database.prepare(
      'SELECT id, key, count, latest, lateness, roots, tag FROM subject ORDER BY id',
    ),
    subject: database.prepare(
      'SELECT id, key, count, latest, lateness, roots, tag FROM subject WHERE id = ?',
    ),
    setSubject: database.prepare(
      'INSERT OR REPLACE INTO subject (id, key, count, latest, lateness, roots, tag) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ),
    block: database.prepare('SELECT leaves FROM block WHERE subject = ? AND number = ?'),
    setBlock: database.prepare('INSERT OR REPLACE INTO block (subject, number, leaves) VALUES (?, ?, ?)'),
    node: database.prepare('SELECT root FROM node WHERE subject = ? AND level = ? AND number = ?'),
    setNode: database.prepare(
      'INSERT OR REPLACE INTO node (subject, level, number, root) VALUES (?, ?, ?, ?)',
    ),
  };
}

function stateOf(row: Readonly<Record<string, unknown>>): SubjectTreeState {
  return {
    count: Number(row['count']),
    latestMs: Number(row['latest']),
    latenessMs: Number(row['lateness']),
    roots: hashes(row['roots']),
  };
}

function hashes(value: unknown): readonly Uint8Array[] {
  const bytes = bytesOf(value);
  return Array.from({ length: Math.floor(bytes.length / HASH_BYTES) }, (_, place) =>
    bytes.slice(place * HASH_BYTES, (place + 1) * HASH_BYTES),
  );
}

function bytesOf(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw damaged('something is no bytes');
  return value;
}

function damaged(what: string): CompletenessError {
  return new CompletenessError('Corrupt', `the index of subjects is damaged: ${what}`);
}
