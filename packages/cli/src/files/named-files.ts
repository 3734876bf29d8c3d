import { readFileSync, writeFileSync } from 'node:fs';
import { Failure, reasonOf } from '../failure.ts';

/** Reads a file that the command line names. */
export function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Failure('could-not', `could not read \`${file}\`: ${reasonOf(error)}`, { cause: error });
  }
}

/** Reads a text that the command line names. */
export function readText(file: string): string {
  return readBytes(file).toString('utf8');
}

/** Writes a file that the command line names. */
export function writeNamedFile(file: string, content: string | Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new Failure('could-not', `could not write \`${file}\`: ${reasonOf(error)}`, { cause: error });
  }
}
