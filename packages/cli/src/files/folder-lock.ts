import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../failure.ts';

/**
 * Takes a folder for this process alone, until it is disposed of or the process ends, however it ends: the lock is one
 * of the operating system's on a file that SQLite keeps.
 *
 * @throws Failure when another process has it.
 */
export function lockFolder(folder: string): Disposable {
  const database = openLock(join(folder, '.lock'));
  return { [Symbol.dispose]: () => database.close() };
}

function openLock(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    throw new Failure('could-not', `another process uses \`${path}\`, or it cannot be locked`, {
      cause: error,
    });
  }
}
