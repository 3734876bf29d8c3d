import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the index checkpoint beside the published log, as the file `index`. It need not survive a crash: the next start
 * computes it again.
 */
export function putIndexCheckpoint(directory: string, note: string): void {
  mkdirSync(directory, { recursive: true });
  const staged = join(directory, '.index');
  writeFileSync(staged, note);
  renameSync(staged, join(directory, 'index'));
}

/** The index checkpoint beside the published log; `undefined` when there is none. */
export function readIndexCheckpoint(directory: string): string | undefined {
  const path = join(directory, 'index');
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
