import { rmSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { RemediationError } from './errors.ts';

const SCHEMA_VERSION = 1;
const SCHEMA = `
  CREATE TABLE progress (id INTEGER PRIMARY KEY CHECK (id = 1), next INTEGER NOT NULL) STRICT;
  PRAGMA user_version = ${SCHEMA_VERSION};
`;

/** How far the log was read, in a small file. Losing it is no loss: what is read again changes nothing. */
export class CursorFile {
  readonly #database: DatabaseSync;
  readonly #select: StatementSync;
  readonly #replace: StatementSync;

  /** @throws RemediationError `Corrupt` for a file of another version, and what SQLite says of one that is none. */
  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: 1000 });
    try {
      this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      const version = Number(this.#database.prepare('PRAGMA user_version').get()?.['user_version']);
      if (version === 0) this.#database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
      else if (version !== SCHEMA_VERSION) {
        throw new RemediationError(
          'Corrupt',
          `the cursor of remediation is of the unknown version ${version}`,
        );
      }
      this.#select = this.#database.prepare('SELECT next FROM progress WHERE id = 1');
      this.#replace = this.#database.prepare('INSERT OR REPLACE INTO progress (id, next) VALUES (1, ?)');
    } catch (error) {
      this.#database.close();
      throw error;
    }
  }

  /** The index of the next entry to look at; `undefined` in a new file. */
  read(): number | undefined {
    const next = this.#select.get()?.['next'];
    return next === undefined ? undefined : Number(next);
  }

  keep(next: number): void {
    this.#replace.run(next);
  }

  close(): void {
    this.#database.close();
  }
}

/** Opens the cursor; a file that is damaged, or of another version, is made anew, and `onDamage` is told. */
export function openCursorFile(path: string, onDamage: (error: RemediationError) => void): CursorFile {
  try {
    return readable(path);
  } catch (error) {
    if (!meansDamage(error)) throw error;
    onDamage(new RemediationError('Corrupt', 'the last hour of the log is read again', { cause: error }));
    for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
    return new CursorFile(path);
  }
}

/** Damage may show only when the row is read. */
function readable(path: string): CursorFile {
  const file = new CursorFile(path);
  try {
    file.read();
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB, and a version that is not ours; not a disk that is full or a file that is locked. */
function meansDamage(error: unknown): boolean {
  if (error instanceof RemediationError) return error.code === 'Corrupt';
  if (!(error instanceof Error) || !('errcode' in error)) return false;
  return typeof error.errcode === 'number' && [11, 26].includes(error.errcode & 0xff);
}
