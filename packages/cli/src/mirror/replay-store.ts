import { createHash } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { IndexReplay, type ReplayedSubject } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';

const schema = `
  CREATE TABLE IF NOT EXISTS log (id INTEGER PRIMARY KEY CHECK (id = 1), origin TEXT, size INTEGER, roots BLOB);
  CREATE TABLE IF NOT EXISTS subject (key BLOB PRIMARY KEY, state BLOB) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS statement (size INTEGER PRIMARY KEY, hash BLOB);
`;

const hashBytes = 32;
/** Before the roots: a check, and the numbers of a tree. */
const checkBytes = 8;
const numberBytes = 8;

/** Where a replay was left. */
export interface OpenedReplay {
  readonly replay: IndexReplay;
  /** Why what was kept was thrown away; `undefined` when it was not. */
  readonly discarded: string | undefined;
}

/**
 * What a mirror has replayed, on disk, so that a start goes on where it was; and what the index checkpoint of every size
 * up to there has to say. A transaction keeps both together. It is computed from the entries and from nothing else, so it
 * is thrown away when it is in doubt.
 */
export class ReplayStore {
  readonly #database: DatabaseSync;
  readonly #origin: string;

  /** @throws Error when the file cannot be opened. */
  constructor(path: string, origin: string) {
    this.#origin = origin;
    this.#database = new DatabaseSync(path);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    this.#database.exec(schema);
    chmodSync(path, 0o600);
  }

  /**
   * The replay as it was saved last. Each row has a check of its own, and all of them together must lead to the statement
   * that was computed when they were saved: if they do not, it begins anew.
   */
  open(): OpenedReplay {
    const row = this.#database.prepare('SELECT origin, size, roots FROM log').get();
    if (row === undefined) return this.#anew(undefined);
    try {
      if (row['origin'] !== this.#origin) return this.#anew('it is of another log');
      const size = Number(row['size']);
      const subjects = this.#subjects();
      const replay = new IndexReplay(nodeCrypto, { size, logRoots: split(blob(row['roots'])), subjects });
      const statement = this.statement(size);
      const isSame = statement !== undefined && Buffer.compare(statement, replay.statement()) === 0;
      return isSame ? { replay, discarded: undefined } : this.#anew('its parts do not go together');
    } catch (error) {
      if (!(error instanceof DamagedError)) throw error;
      return this.#anew(error.message);
    }
  }

  /** Throws all of it away. */
  clear(): IndexReplay {
    this.#database.exec('BEGIN; DELETE FROM log; DELETE FROM subject; DELETE FROM statement; COMMIT');
    return new IndexReplay(nodeCrypto);
  }

  /** Keeps where a replay is, with the statements of the sizes up to there that are not kept yet. */
  save(replay: IndexReplay, statements: readonly Uint8Array[]): void {
    const database = this.#database;
    const first = replay.size - statements.length + 1;
    database.exec('BEGIN');
    try {
      const putSubject = database.prepare('INSERT OR REPLACE INTO subject (key, state) VALUES (?, ?)');
      for (const subject of replay.takeChanged()) putSubject.run(subject.key, encodeState(subject));
      const putStatement = database.prepare('INSERT OR REPLACE INTO statement (size, hash) VALUES (?, ?)');
      for (const [index, hash] of statements.entries()) putStatement.run(first + index, hash);
      database
        .prepare('INSERT OR REPLACE INTO log (id, origin, size, roots) VALUES (1, ?, ?, ?)')
        .run(this.#origin, replay.size, Buffer.concat(replay.logRoots));
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  /** What the index checkpoint of this size has to say; `undefined` for a size that was not replayed. */
  statement(size: number): Uint8Array | undefined {
    // Nothing has to be replayed for the index of no entries, and nothing is kept of it.
    if (size === 0) return new IndexReplay(nodeCrypto).statement();
    const row = this.#database.prepare('SELECT hash FROM statement WHERE size = ?').get(size);
    return row === undefined ? undefined : blob(row['hash']);
  }

  close(): void {
    this.#database.close();
  }

  #anew(discarded: string | undefined): OpenedReplay {
    return { replay: this.clear(), discarded };
  }

  *#subjects(): Iterable<ReplayedSubject> {
    for (const row of this.#database.prepare('SELECT key, state FROM subject').iterate()) {
      yield decodeState(blob(row['key']), blob(row['state']));
    }
  }
}

/** What was kept cannot be read. */
class DamagedError extends Error {}

/** check[8] || u64 count || u64 latest || u64 lateness || roots. The check is of the key and of what follows it. */
function encodeState({ key, state }: ReplayedSubject): Uint8Array {
  const numbers = Buffer.alloc(3 * numberBytes);
  for (const [index, value] of [state.count, state.latestMs, state.latenessMs].entries()) {
    numbers.writeBigUInt64BE(BigInt(value), index * numberBytes);
  }
  const content = Buffer.concat([numbers, ...state.roots]);
  return Buffer.concat([checkOf(key, content), content]);
}

function decodeState(key: Uint8Array, bytes: Uint8Array): ReplayedSubject {
  const content = Buffer.from(bytes.subarray(checkBytes));
  const isWhole = key.length === hashBytes && content.length >= 3 * numberBytes;
  if (!isWhole || Buffer.compare(checkOf(key, content), bytes.subarray(0, checkBytes)) !== 0) {
    throw new DamagedError('a part of it was altered');
  }
  const [count = 0, latestMs = 0, latenessMs = 0] = [0, 1, 2].map((index) =>
    Number(content.readBigUInt64BE(index * numberBytes)),
  );
  return { key, state: { count, latestMs, latenessMs, roots: split(content.subarray(3 * numberBytes)) } };
}

function checkOf(key: Uint8Array, content: Uint8Array): Uint8Array {
  return createHash('sha256').update(key).update(content).digest().subarray(0, checkBytes);
}

function split(roots: Uint8Array): readonly Uint8Array[] {
  return Array.from({ length: roots.length / hashBytes }, (_, index) =>
    roots.slice(index * hashBytes, (index + 1) * hashBytes),
  );
}

function blob(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new DamagedError('a part of it is of another type');
}
