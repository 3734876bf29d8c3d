import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '../failure.ts';

/**
 * Works with a folder that no other process has, until the work is done or this process ends, however it ends: the lock
 * is one of the operating system's on a file that SQLite keeps.
 *
 * @throws Failure when another process has it.
 */
export async function withLockedFolder<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  const lock = openLock(join(folder, '.lock'));
  try {
    return await work();
  } finally {
    lock.close();
  }
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
