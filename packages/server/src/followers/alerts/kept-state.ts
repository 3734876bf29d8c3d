import { DatabaseSync } from 'node:sqlite';
import { rmSync } from 'node:fs';

/** How far the rules have read, and what they remember of it. */
export interface KeptState {
  /** The next entry to read. */
  readonly cursor: number;
  /** SHA-256 of the entry before it, hexadecimal; empty at the beginning. Says which log the state belongs to. */
  readonly lastEntrySha256: string;
  /** What the engine remembers, as it wrote it itself. */
  readonly snapshot: string;
}

/**
 * The state in a small database of its own. It may be lost: then the rules read some of the log again, and what they find is
 * what they found before.
 */
export class StateFile {
  readonly #path: string;
  #database: DatabaseSync | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was kept last; `undefined` when there is nothing, or nothing that can be read. */
  load(): KeptState | undefined {
    try {
      const row = this.#opened().prepare('SELECT cursor, last, snapshot FROM kept WHERE id = 1').get();
      if (row === undefined) return undefined;
      return {
        cursor: Number(row['cursor']),
        lastEntrySha256: String(row['last']),
        snapshot: String(row['snapshot']),
      };
    } catch {
      this.#startOver();
      return undefined;
    }
  }

  /** Keeps a state in the place of the one before. @throws when the disk takes nothing. */
  keep({ cursor, lastEntrySha256, snapshot }: KeptState): void {
    this.#opened()
      .prepare(
        'INSERT INTO kept (id, cursor, last, snapshot) VALUES (1, ?, ?, ?) ' +
          'ON CONFLICT (id) DO UPDATE SET cursor = excluded.cursor, last = excluded.last, snapshot = excluded.snapshot',
      )
      .run(cursor, lastEntrySha256, snapshot);
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }

  #opened(): DatabaseSync {
    if (this.#database !== undefined) return this.#database;
    const database = new DatabaseSync(this.#path, { timeout: 5000 });
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE IF NOT EXISTS kept ' +
        '(id INTEGER PRIMARY KEY CHECK (id = 1), cursor INTEGER NOT NULL, last TEXT NOT NULL, snapshot TEXT NOT NULL) STRICT',
    );
    this.#database = database;
    return database;
  }

  #startOver(): void {
    this.close();
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${this.#path}${suffix}`, { force: true });
  }
}
