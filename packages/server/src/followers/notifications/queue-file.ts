import { rmSync } from 'node:fs';
import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import { NotificationError } from './errors.ts';
import type { NoticeKind } from './notice.ts';

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), next INTEGER NOT NULL) STRICT;
  CREATE TABLE channel (
    name TEXT PRIMARY KEY, since INTEGER NOT NULL, failures INTEGER NOT NULL, until_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE message (
    channel TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, incident TEXT NOT NULL,
    event_ms INTEGER NOT NULL, queued_ms INTEGER NOT NULL, attempts INTEGER NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL, ended_ms INTEGER NOT NULL, PRIMARY KEY (channel, position)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX message_state ON message (channel, state, position);
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** Messages that may wait for one channel, and dead letters that are kept of one. */
const WAITING_MAX = 10_000;
const DEAD_MAX = 10_000;

/**
 * How far a message is: `waiting`; `sent` and `failed` ended, and that is not on the record yet; `dead` was given up, and
 * that is on the record. One that was delivered and is on the record is gone.
 */
export type MessageState = 'waiting' | 'sent' | 'failed' | 'dead';

/** A message of one channel's queue. */
export interface QueuedMessage {
  /** Where its event is in the log; for a channel's former self the time of the change. Orders the queue. */
  readonly position: number;
  readonly kind: NoticeKind;
  /** Empty when it is about none. */
  readonly incidentId: string;
  readonly eventMs: number;
  readonly queuedMs: number;
  readonly attempts: number;
  readonly reason: string;
  readonly endedMs: number;
}

/** How far a channel is. */
export interface ChannelProgress {
  /** The `sinceIndex` that it was followed from. */
  readonly since: number;
  /** Attempts that failed on end. */
  readonly failures: number;
  /** Nothing is sent before. */
  readonly untilMs: number;
}

/**
 * The queues of all channels, and how far the log has been read for them, in one small file. Losing it is no loss: the log
 * is read again.
 */
export class QueueFile {
  readonly #database: DatabaseSync;
  readonly #statements: ReturnType<typeof prepare>;

  constructor(path: string) {
    this.#database = openDatabase(path);
    this.#statements = prepare(this.#database);
  }

  /** What `task` writes is kept as a whole or not at all. */
  transaction(task: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      task();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** The index of the next entry to look at; `undefined` in a new file. */
  get next(): number | undefined {
    const next = this.#statements.next.get()?.['next'];
    return next === undefined ? undefined : Number(next);
  }

  setNext(next: number): void {
    this.#statements.setNext.run(next);
  }

  progress(channel: string): ChannelProgress | undefined {
    const row = this.#statements.channel.get(channel);
    if (row === undefined) return undefined;
    const { since, failures, until_ms: untilMs } = row;
    return { since: Number(since), failures: Number(failures), untilMs: Number(untilMs) };
  }

  setProgress(channel: string, { since, failures, untilMs }: ChannelProgress): void {
    this.#statements.setChannel.run(channel, since, failures, untilMs);
  }

  /** The names of all channels that have anything here. */
  channels(): readonly string[] {
    return this.#statements.channels.all().map(({ name }) => String(name));
  }

  forget(channel: string): void {
    this.#statements.forgetMessages.run(channel);
    this.#statements.forgetChannel.run(channel);
  }

  /** Adds a message, unless it is there. An earlier `grow` of the same incident that waits has nothing more to say. */
  add(channel: string, message: Pick<QueuedMessage, 'position' | 'kind' | 'incidentId' | 'eventMs'>): void {
    const { position, kind, incidentId, eventMs } = message;
    if (kind === 'grow') this.#statements.dropGrown.run(channel, incidentId, position);
    this.#statements.add.run(channel, position, kind, incidentId, eventMs, eventMs);
  }

  /** Gives up the oldest ones beyond the limit of what may wait. */
  bound(channel: string, nowMs: number): void {
    const over = this.count(channel, 'waiting') - WAITING_MAX;
    if (over <= 0) return;
    const reason = `more than ${WAITING_MAX} messages were waiting`;
    for (const { position } of this.list(channel, 'waiting', over)) {
      this.end(channel, position, 'failed', reason, nowMs);
    }
  }

  list(channel: string, state: MessageState, limit: number): readonly QueuedMessage[] {
    return this.#statements.list.all(channel, state, limit).map(messageOf);
  }

  count(channel: string, state: MessageState): number {
    return Number(this.#statements.count.get(channel, state)?.['count']);
  }

  /** Counts an attempt that failed; the message goes on waiting. */
  countAttempt(channel: string, position: number, reason: string): void {
    this.#statements.countAttempt.run(reason, channel, position);
  }

  /** Ends a message that waited; the attempt that ended it is counted when it was sent. */
  end(channel: string, position: number, state: 'sent' | 'failed', reason: string, nowMs: number): void {
    this.#statements.end.run(state, state === 'sent' ? 1 : 0, reason, nowMs, channel, position);
  }

  /** That how a message ended is on the record: what was given up stays as a dead letter, the rest goes. */
  recorded(channel: string, position: number): void {
    this.#statements.dropSent.run(channel, position);
    this.#statements.bury.run(channel, position);
    this.#statements.dropDead.run(channel, channel, DEAD_MAX);
  }

  /** What the log says of messages that still wait here: they were delivered, or given up with a reason. */
  settle(channel: string, first: number, last: number, timeMs: number, reason: string | undefined): void {
    if (reason === undefined) this.#statements.settleSent.run(channel, first, last, timeMs);
    else this.#statements.settleDead.run(reason, timeMs, channel, first, last, timeMs);
  }

  /** Nothing that waits is sent any more. */
  dropWaiting(channel: string): void {
    this.#statements.dropWaiting.run(channel);
  }

  /** Puts a dead letter back into the queue; answers whether there was one. */
  replay(channel: string, position: number, nowMs: number): boolean {
    return this.#statements.replay.run(nowMs, channel, position).changes > 0;
  }

  close(): void {
    this.#database.close();
  }
}

/** Opens the queues; a file that is damaged, or of another version, is made anew, and `onDamage` is told. */
export function openQueueFile(path: string, onDamage: (error: Error) => void): QueueFile {
  try {
    return new QueueFile(path);
  } catch (error) {
    if (!meansDamage(error)) throw error;
    onDamage(
      new NotificationError('Corrupt', 'the queues of messages are read from the log again', {
        cause: error,
      }),
    );
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    return new QueueFile(path);
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, and a version that is not ours; not a disk that is full or a file that is locked. */
function meansDamage(error: unknown): boolean {
  if (error instanceof NotificationError) return error.code === 'Corrupt';
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return typeof error.errcode === 'number' && [11, 26].includes(error.errcode & 0xff);
}

function openDatabase(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 });
  try {
    // NORMAL: a crash of the machine may take the last steps back, and then a message is sent twice.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version === 0) database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    else if (version !== SCHEMA_VERSION) {
      throw new NotificationError('Corrupt', `the queues are of the unknown version ${version}`);
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: DatabaseSync) {
  const on = (text: string): StatementSync => database.prepare(text);
  return {
    next: on('SELECT next FROM progress WHERE id = 1'),
    setNext: on('INSERT OR REPLACE INTO progress (id, next) VALUES (1, ?)'),
    channel: on('SELECT since, failures, until_ms FROM channel WHERE name = ?'),
    setChannel: on('INSERT OR REPLACE INTO channel (name, since, failures, until_ms) VALUES (?, ?, ?, ?)'),
    channels: on('SELECT name FROM channel ORDER BY name'),
    forgetChannel: on('DELETE FROM channel WHERE name = ?'),
    forgetMessages: on('DELETE FROM message WHERE channel = ?'),
    dropGrown: on(
      "DELETE FROM message WHERE channel = ? AND state = 'waiting' AND kind = 'grow' AND incident = ? AND position < ?",
    ),
    add: on(
      "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, 0, 'waiting', '', 0) ON CONFLICT (channel, position) DO NOTHING",
    ),
    list: on('SELECT * FROM message WHERE channel = ? AND state = ? ORDER BY position LIMIT ?'),
    count: on('SELECT count(*) AS count FROM message WHERE channel = ? AND state = ?'),
    countAttempt: on(
      'UPDATE message SET attempts = attempts + 1, reason = ? WHERE channel = ? AND position = ?',
    ),
    end: on(
      'UPDATE message SET state = ?, attempts = attempts + ?, reason = ?, ended_ms = ? WHERE channel = ? AND position = ?',
    ),
    dropSent: on("DELETE FROM message WHERE channel = ? AND position = ? AND state = 'sent'"),
    bury: on("UPDATE message SET state = 'dead' WHERE channel = ? AND position = ? AND state = 'failed'"),
    dropDead: on(
      "DELETE FROM message WHERE channel = ? AND state = 'dead' AND position <= (SELECT position FROM message WHERE channel = ? AND state = 'dead' ORDER BY position DESC LIMIT 1 OFFSET ?)",
    ),
    settleSent: on(
      "DELETE FROM message WHERE channel = ? AND position BETWEEN ? AND ? AND state = 'waiting' AND queued_ms <= ?",
    ),
    settleDead: on(
      "UPDATE message SET state = 'dead', reason = ?, ended_ms = ? WHERE channel = ? AND position BETWEEN ? AND ? AND state = 'waiting' AND queued_ms <= ?",
    ),
    dropWaiting: on("DELETE FROM message WHERE channel = ? AND state = 'waiting'"),
    replay: on(
      "UPDATE message SET state = 'waiting', attempts = 0, queued_ms = ? WHERE channel = ? AND position = ? AND state = 'dead'",
    ),
  };
}

const KINDS: readonly NoticeKind[] = ['open', 'grow', 'reopen', 'acknowledge', 'resolve', 'test', 'former'];

function messageOf(row: Readonly<Record<string, SQLOutputValue>>): QueuedMessage {
  const kind = KINDS.find((candidate) => candidate === row['kind']);
  if (kind === undefined) throw new NotificationError('Corrupt', 'a queued message is of an unknown kind');
  return {
    position: Number(row['position']),
    kind,
    incidentId: String(row['incident']),
    eventMs: Number(row['event_ms']),
    queuedMs: Number(row['queued_ms']),
    attempts: Number(row['attempts']),
    reason: String(row['reason']),
    endedMs: Number(row['ended_ms']),
  };
}
