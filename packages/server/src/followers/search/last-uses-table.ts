import type { DatabaseSync } from 'node:sqlite';
import { crc32 } from 'node:zlib';
import { requireIntact } from './errors.ts';

/** The table of last uses; part of an index file, whose progress has the checksum of all of them. */
export const lastUsesSchema = `
  CREATE TABLE last_use (name TEXT PRIMARY KEY, time INTEGER NOT NULL, crc INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;

/** When things were last used, by the names that they were put under. What is damaged is told by a checksum. */
export class LastUsesTable {
  readonly #statements: ReturnType<typeof prepare>;
  /** The exclusive or of the checksums of all of them, so that one that is missing is noticed. */
  #sum = 0;

  constructor(database: DatabaseSync) {
    this.#statements = prepare(database);
  }

  /** Reads all of them, whose checksum must be this one. @throws SearchError `Corrupt` */
  load(expected: number): void {
    let sum = 0;
    for (const row of this.#statements.all.iterate()) {
      const crc = crcOf(String(row['name']), Number(row['time']));
      requireIntact(row['crc'] === crc, 'last uses');
      sum ^= crc;
    }
    requireIntact(sum === expected, 'last uses');
    this.#sum = sum;
  }

  /** Milliseconds since the epoch; `undefined` for what was never used. @throws SearchError `Corrupt` */
  find(name: string): number | undefined {
    const row = this.#statements.find.get(name);
    if (row === undefined) return undefined;
    const time = Number(row['time']);
    requireIntact(row['crc'] === crcOf(name, time), 'last uses');
    return time;
  }

  /** Puts later uses, within a transaction of the caller's. Answers the checksum of all, for {@link confirm}. */
  put(uses: ReadonlyMap<string, number>): number {
    let sum = this.#sum;
    for (const [name, time] of uses) {
      const before = this.find(name);
      const crc = crcOf(name, time);
      sum ^= crc ^ (before === undefined ? 0 : crcOf(name, before));
      this.#statements.put.run(name, time, crc);
    }
    return sum;
  }

  /** The transaction of a {@link put} was committed. */
  confirm(sum: number): void {
    this.#sum = sum;
  }
}

function prepare(database: DatabaseSync) {
  return {
    find: database.prepare('SELECT time, crc FROM last_use WHERE name = ?'),
    all: database.prepare('SELECT name, time, crc FROM last_use'),
    put: database.prepare('INSERT OR REPLACE INTO last_use (name, time, crc) VALUES (?, ?, ?)'),
  };
}

function crcOf(name: string, time: number): number {
  return crc32(`${time} ${name}`);
}
