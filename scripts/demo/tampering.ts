import { chmodSync, cpSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A byte of a log's file. */
export interface FlippedByte {
  readonly file: string;
  readonly offset: number;
}

const byNumber = new Intl.Collator('en', { numeric: true });

/** Copies the folder `log` to `copy`. */
export function copyLog(folder: string): void {
  cpSync(join(folder, 'log'), join(folder, 'copy'), { recursive: true });
}

/**
 * Flips the lowest bit of the last letter but one of a text in the entries of a log. Bundles that a later one has
 * outgrown are of no interest to anybody, so it takes the widest that has the text.
 */
export function flipByteOf(log: string, text: string): FlippedByte {
  const bundles = globSync('tile/entries/**', { cwd: log }).toSorted(byNumber.compare).toReversed();
  for (const file of bundles) {
    const path = join(log, file);
    const bytes = readEntries(path);
    const found = bytes?.indexOf(text) ?? -1;
    if (bytes === undefined || found === -1) continue;
    const offset = found + text.length - 2;
    bytes[offset] = (bytes[offset] ?? 0) ^ 0x01;
    chmodSync(path, 0o600);
    writeFileSync(path, bytes);
    return { file, offset };
  }
  throw new Error(`no entry of the log has \`${text}\``);
}

function readEntries(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return undefined;
    throw error;
  }
}
