import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { canonicalText } from '../event/index.ts';
import { Failure, reasonOf } from '../failure.ts';
import { copySchema, eventCells, insertEvent } from './columns.ts';

/** Events of one copy: it takes about 2 kB of disk for each. */
const copiedEventsMax = 10_000_000;

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** A copy of events as a database that only its owner can read, for as long as one question takes. */
export class EventCopy implements Disposable {
  readonly #folder: string;
  readonly #database: DatabaseSync;
  readonly #insert: ReturnType<DatabaseSync['prepare']>;
  #count = 0;
  /** Whoever interrupts the command leaves no copy behind. */
  readonly #interrupted = (signal: NodeJS.Signals): void => {
    this[Symbol.dispose]();
    process.kill(process.pid, signal);
  };

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), 'keywitness-sql-'));
    for (const signal of signals) process.once(signal, this.#interrupted);
    this.#database = new DatabaseSync(this.file);
    // What a crash leaves of a copy is of no use to anybody, so nothing is done to make it whole.
    this.#database.exec(`PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; ${copySchema} BEGIN;`);
    this.#insert = this.#database.prepare(insertEvent);
  }

  get file(): string {
    return join(this.#folder, 'events.db');
  }

  get folder(): string {
    return this.#folder;
  }

  add(index: number, event: unknown): void {
    if (this.#count === copiedEventsMax) {
      throw new Failure(
        'usage',
        `there are more than ${copiedEventsMax} events: ask for fewer with the filters`,
      );
    }
    this.#count += 1;
    try {
      this.#insert.run(...eventCells(index, event, canonicalText(event)));
    } catch (error) {
      throw new Failure('could-not', `could not copy event ${index}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Closes the copy, so that it can be asked. */
  finish(): void {
    this.#database.exec('COMMIT');
    this.#database.close();
  }

  [Symbol.dispose](): void {
    for (const signal of signals) process.off(signal, this.#interrupted);
    if (this.#database.isOpen) this.#database.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
