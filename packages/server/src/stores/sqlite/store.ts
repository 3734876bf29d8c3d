import { existsSync, chmodSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type {
  BatchAnswer,
  CommitAnswer,
  CommitItem,
  LedgerReader,
  LedgerSlice,
  LedgerStore,
  Snapshot,
  StateChange,
} from '../../core/audit/index.ts';
import { joinEntries } from './entries.ts';
import { StoreError, storeErrorOf } from './errors.ts';
import { changeOf, CHANGES_AFTER, ledgerOf } from './reader.ts';

/** How to open a store. */
export interface SqliteStoreOptions {
  /** The database file; its lock and write-ahead log lie beside it. */
  readonly path: string;
  /** A quota in database pages of 4,096 bytes; beyond it commits fail with `Full`. */
  readonly pagesMax?: number;
}

/** A row is read as a whole, so this bounds what reading one entry costs. */
const ROW_ENTRIES_MAX = 64;
/** Changed subjects that are remembered; the database knows the rest. */
const REVISIONS_MAX = 100_000;
const SCHEMA_VERSION = 2;
/** How long a commit waits when another program, such as a backup, holds the database. */
const LOCK_WAIT_MS = 1000;
/**
 * Pages in the write-ahead log before a commit empties it into the database, which takes it some 25 ms. SQLite passes
 * over a failure there, which is safe: until the database is on disk the log stays, and its pages are written again.
 */
const WAL_PAGES_MAX = 4000;
const SCHEMA = `
  CREATE TABLE ledger (first INTEGER PRIMARY KEY, count INTEGER NOT NULL, entries BLOB NOT NULL) STRICT;
  CREATE TABLE state (subject TEXT PRIMARY KEY, revision INTEGER NOT NULL, record TEXT) STRICT, WITHOUT ROWID;
  CREATE INDEX state_revision ON state (revision);
  CREATE TABLE checkpoint (id INTEGER PRIMARY KEY CHECK (id = 1), note TEXT NOT NULL) STRICT;
  CREATE TABLE installation (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/**
 * Opens the embedded store, or makes it. WAL with synchronous=FULL: when a commit returns, it survives power loss.
 * A lock beside the database, held for the store's lifetime, keeps a second server out.
 *
 * @throws StoreError `Locked`, `Corrupt` or `Failed`.
 */
export function openSqliteStore(options: SqliteStoreOptions): LedgerStore {
  try {
    return new SqliteStore(options);
  } catch (error) {
    throw storeErrorOf(error);
  }
}

class SqliteStore implements LedgerStore {
  readonly #database: DatabaseSync;
  readonly #lock: DatabaseSync;
  readonly #reader: LedgerReader;
  readonly #statements: ReturnType<typeof prepare>;
  /** Revisions of the subjects that have changed after `#settled`; of the others the database knows them. */
  readonly #revisions = new Map<string, number>();
  /** What was judged at this revision or later is not stale by any subject that is not in `#revisions`. */
  #settled = 0;
  /** Changes found in the database after a commit that failed all the same; the next answer hands them out. */
  #missed: readonly StateChange[] = [];
  #size = 0;
  #revision = 0;
  /** Set when the position could not be read again: nothing about the database is known any more. */
  #lost: StoreError | undefined;
  /** Whether old pages of the write-ahead log still hold a record that was destroyed. */
  #remains = false;

  constructor(options: SqliteStoreOptions) {
    this.#lock = takeLock(`${options.path}.lock`);
    try {
      this.#database = openDatabase(options);
    } catch (error) {
      this.#lock.close();
      throw error;
    }
    this.#reader = ledgerOf(this.#database);
    this.#statements = prepare(this.#database);
    this.#size = this.#reader.size();
    this.#revision = Number(this.#guarded(() => this.#statements.revision.get())?.['revision'] ?? 0);
    this.#settled = this.#revision;
  }

  size(): number {
    return this.#size;
  }

  read(first: number, entriesMax: number): LedgerSlice {
    return this.#reader.read(first, entriesMax);
  }

  load(): Snapshot {
    return { revision: this.#revision, changes: this.#changesAfter(0) };
  }

  *parts(changesMax: number): Generator<readonly StateChange[]> {
    let part: StateChange[] = [];
    for (const row of this.#statements.changes.iterate(0)) {
      part.push(changeOf(row));
      if (part.length < changesMax) continue;
      yield part;
      part = [];
    }
    if (part.length > 0) yield part;
  }

  commit(items: readonly CommitItem[]): BatchAnswer {
    if (this.#lost !== undefined) throw this.#lost;
    const answers: CommitAnswer[] = [];
    const entries: Uint8Array[] = [];
    const changes: StateChange[] = [];
    const revisions = new Map<string, number>();
    for (const item of items) {
      if (this.#isStale(item, revisions)) {
        answers.push({ kind: 'stale' });
        continue;
      }
      const index = this.#size + entries.length;
      answers.push({ kind: 'committed', index });
      entries.push(item.entry);
      for (const write of item.writes) {
        revisions.set(write.subject, index + 1);
        changes.push({ ...write, revision: index + 1 });
      }
    }
    if (entries.length > 0) this.#write(entries, changes);
    return { answers, changes: [...this.#takeMissed(), ...changes] };
  }

  replaceCheckpoint(expected: string | null, next: string): boolean {
    return this.#guarded(() => {
      const statement =
        expected === null ? this.#statements.firstCheckpoint : this.#statements.nextCheckpoint;
      const { changes } = expected === null ? statement.run(next) : statement.run(next, expected);
      return Number(changes) === 1;
    });
  }

  checkpoint(): string | null {
    const note = this.#guarded(() => this.#statements.checkpoint.get())?.['note'];
    return typeof note === 'string' ? note : null;
  }

  installation(name: string): string | null {
    const value = this.#guarded(() => this.#statements.installation.get(name))?.['value'];
    return typeof value === 'string' ? value : null;
  }

  install(name: string, value: string): void {
    this.#guarded(() => this.#statements.install.run(name, value));
  }

  close(): void {
    this.#database.close();
    this.#lock.close();
  }

  /**
   * An item is stale when something that it read has changed after the revision that it was judged at, in the ledger
   * or by an item before it in the same batch.
   */
  #isStale(item: CommitItem, batch: ReadonlyMap<string, number>): boolean {
    if (item.judgedAt >= this.#revision && batch.size === 0) return false;
    return item.reads.some((subject) => {
      const changed = batch.get(subject) ?? this.#revisionOf(subject, item.judgedAt);
      return changed > item.judgedAt;
    });
  }

  /** The revision of a subject's newest change; 0 when it is of no interest to who judged at `judgedAt`, or is none. */
  #revisionOf(subject: string, judgedAt: number): number {
    const known = this.#revisions.get(subject);
    if (known !== undefined || judgedAt >= this.#settled) return known ?? 0;
    return Number(this.#guarded(() => this.#statements.position.get(subject))?.['revision'] ?? 0);
  }

  /**
   * Writes one group commit. A crash before COMMIT leaves nothing of it, a crash after it leaves all of it. Heads move
   * only after COMMIT has returned; when it fails they are read again, because it may have happened all the same.
   */
  #write(entries: readonly Uint8Array[], changes: readonly StateChange[]): void {
    try {
      if (changes.length === 0 && entries.length <= ROW_ENTRIES_MAX) {
        // One statement is a transaction of its own, and cheaper than three.
        this.#append(this.#size, entries);
      } else {
        this.#database.exec('BEGIN IMMEDIATE');
        for (let first = 0; first < entries.length; first += ROW_ENTRIES_MAX) {
          this.#append(this.#size + first, entries.slice(first, first + ROW_ENTRIES_MAX));
        }
        for (const change of changes) {
          this.#statements.put.run(change.subject, change.revision, change.record);
        }
        this.#database.exec('COMMIT');
      }
    } catch (error) {
      this.#recover();
      throw storeErrorOf(error);
    }
    this.#size += entries.length;
    for (const change of changes) this.#noteChange(change);
    this.#remains ||= changes.some((change) => change.record === null);
    if (this.#remains) this.#wipe();
  }

  #takeMissed(): readonly StateChange[] {
    const missed = this.#missed;
    this.#missed = [];
    return missed;
  }

  /** @throws StoreError when even that fails; from then on every commit does. */
  #recover(): void {
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      const known = this.#revision;
      this.#catchUp();
      this.#missed = [...this.#missed, ...this.#changesAfter(known)];
    } catch (error) {
      const cause = error instanceof Error ? { cause: error } : undefined;
      this.#lost = new StoreError('Failed', 'the store does not know its own position any more', cause);
      throw this.#lost;
    }
  }

  #append(first: number, entries: readonly Uint8Array[]): void {
    this.#statements.append.run(first, entries.length, joinEntries(entries));
  }

  /**
   * Destroyed records are zeroed in the database (`secure_delete`), but pages from before are still in the write-ahead
   * log: it is emptied into the database and cut. A reader in the way, or a full disk, leaves it to the next commit
   * at once; this commit is durable already.
   */
  #wipe(): void {
    try {
      this.#database.exec('PRAGMA busy_timeout = 0');
      this.#remains = this.#statements.wipe.get()?.['busy'] !== 0;
      this.#database.exec(`PRAGMA busy_timeout = ${LOCK_WAIT_MS}`);
    } catch (error) {
      const failure = storeErrorOf(error);
      if (!failure.passes) this.#lost = failure;
    }
  }

  #catchUp(): void {
    this.#size = this.#reader.size();
    for (const change of this.#changesAfter(this.#revision)) this.#noteChange(change);
  }

  #noteChange({ subject, revision }: StateChange): void {
    if (this.#revisions.size >= REVISIONS_MAX) {
      this.#revisions.clear();
      this.#settled = this.#revision;
    }
    this.#revisions.set(subject, revision);
    if (revision > this.#revision) this.#revision = revision;
  }

  #changesAfter(revision: number): readonly StateChange[] {
    return this.#guarded(() => this.#statements.changes.all(revision)).map(changeOf);
  }

  #guarded<Value>(run: () => Value): Value {
    try {
      return run();
    } catch (error) {
      throw storeErrorOf(error);
    }
  }
}

function openDatabase({ path, pagesMax }: SqliteStoreOptions): DatabaseSync {
  const isNew = !existsSync(path);
  const database = new DatabaseSync(path, { timeout: LOCK_WAIT_MS });
  try {
    if (isNew) chmodSync(path, 0o600);
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL;
      PRAGMA wal_autocheckpoint = ${WAL_PAGES_MAX};
      PRAGMA secure_delete = ON;
    `);
    if (pagesMax !== undefined) database.exec(`PRAGMA max_page_count = ${pagesMax}`);
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) {
      throw new StoreError('Failed', `the store has the unknown schema version ${version}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: 0 });
  try {
    chmodSync(path, 0o600);
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return lock;
  } catch (error) {
    lock.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  return {
    append: database.prepare('INSERT INTO ledger (first, count, entries) VALUES (?, ?, ?)'),
    put: database.prepare(
      'INSERT INTO state (subject, revision, record) VALUES (?, ?, ?) ' +
        'ON CONFLICT (subject) DO UPDATE SET revision = excluded.revision, record = excluded.record',
    ),
    changes: database.prepare(CHANGES_AFTER),
    position: database.prepare('SELECT revision FROM state WHERE subject = ?'),
    revision: database.prepare('SELECT max(revision) AS revision FROM state'),
    checkpoint: database.prepare('SELECT note FROM checkpoint WHERE id = 1'),
    firstCheckpoint: database.prepare(
      'INSERT INTO checkpoint (id, note) VALUES (1, ?) ON CONFLICT DO NOTHING',
    ),
    nextCheckpoint: database.prepare('UPDATE checkpoint SET note = ? WHERE id = 1 AND note = ?'),
    wipe: database.prepare('PRAGMA wal_checkpoint(TRUNCATE)'),
    installation: database.prepare('SELECT value FROM installation WHERE name = ?'),
    install: database.prepare('INSERT INTO installation (name, value) VALUES (?, ?)'),
  };
}
