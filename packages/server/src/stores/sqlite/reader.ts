import { DatabaseSync, type SQLOutputValue, type StatementSync } from 'node:sqlite';
import type { LedgerReader, LedgerSlice, StateChange } from '../../core/audit/index.ts';
import { splitEntries } from './entries.ts';
import { storeErrorOf } from './errors.ts';

/** A reader with a connection of its own. */
export interface SqliteReader extends LedgerReader {
  /** The newest change of every subject that has changed after a revision, in order. */
  changesAfter(revision: number): readonly StateChange[];
  /** The records of one kind of subjects, as they are now. */
  records(kind: string): readonly string[];
  /** The record of one subject, as it is now. */
  record(subject: string): string | undefined;
  /** A document of the state, by its SHA-256. */
  document(sha256: string): string | undefined;
  close(): void;
}

/** Reads the ledger from another thread than the one that writes it. @throws StoreError */
export function openSqliteReader({ path }: { readonly path: string }): SqliteReader {
  const database = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  const ledger = ledgerOf(database);
  const changes = database.prepare(CHANGES_AFTER);
  const record = database.prepare('SELECT record FROM state WHERE subject = ?');
  const ofKind = database.prepare(
    'SELECT record FROM state WHERE subject >= ? AND subject < ? AND record IS NOT NULL ORDER BY subject',
  );
  const recordOf = (subject: string): string | undefined => {
    const text = guarded(() => record.get(subject))?.['record'];
    return typeof text === 'string' ? text : undefined;
  };
  return {
    ...ledger,
    // A semicolon is what comes after a colon.
    records: (kind) =>
      guarded(() => ofKind.all(`${kind}:`, `${kind};`)).flatMap((row) => {
        const text = row['record'];
        return typeof text === 'string' ? [text] : [];
      }),
    changesAfter: (revision) => guarded(() => changes.all(revision)).map(changeOf),
    record: recordOf,
    document: (sha256) => recordOf(`document:${sha256}`),
    close: () => database.close(),
  };
}

/** Subjects that have changed after a revision, in the order of their newest changes. */
export const CHANGES_AFTER: string =
  'SELECT subject, revision, record FROM state WHERE revision > ? ORDER BY revision';

/** A row of the state. */
export function changeOf(row: Readonly<Record<string, SQLOutputValue>>): StateChange {
  const record = row['record'];
  return {
    subject: String(row['subject']),
    revision: Number(row['revision']),
    record: typeof record === 'string' ? record : null,
  };
}

/** The reading half of the store over any connection. */
export function ledgerOf(database: DatabaseSync): LedgerReader {
  const last = database.prepare('SELECT first, count FROM ledger ORDER BY first DESC LIMIT 1');
  const from = database.prepare('SELECT first, entries FROM ledger WHERE first >= ? ORDER BY first');
  const at = database.prepare('SELECT first FROM ledger WHERE first <= ? ORDER BY first DESC LIMIT 1');
  const size = (): number => {
    const row = guarded(() => last.get());
    return row === undefined ? 0 : Number(row['first']) + Number(row['count']);
  };
  return { size, read: (first, entriesMax) => readSlice({ at, from }, size(), first, entriesMax) };
}

function readSlice(
  statements: { readonly at: StatementSync; readonly from: StatementSync },
  size: number,
  first: number,
  entriesMax: number,
): LedgerSlice {
  const entries: Uint8Array[] = [];
  if (first >= size || entriesMax <= 0) return { first, entries };
  guarded(() => {
    const start = Number(statements.at.get(first)?.['first'] ?? 0);
    // One row at a time: rows are whole group commits and may be large.
    for (const row of statements.from.iterate(start)) {
      const bytes = row['entries'];
      if (!(bytes instanceof Uint8Array)) throw new TypeError('a ledger row holds no bytes');
      const skip = first + entries.length - Number(row['first']);
      for (const entry of splitEntries(bytes, skip, entriesMax - entries.length)) entries.push(entry);
      if (entries.length >= entriesMax) break;
    }
  });
  return { first, entries };
}

function guarded<Value>(run: () => Value): Value {
  try {
    return run();
  } catch (error) {
    throw storeErrorOf(error);
  }
}
