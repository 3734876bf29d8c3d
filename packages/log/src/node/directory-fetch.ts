import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { LogError } from '../errors.ts';
import type { LogFetch } from '../tiles/index.ts';
import { parseTilePath } from '../tiles/index.ts';
import { fileBytesMax } from './file-limit.ts';

/** A named pipe in place of a file must not hold up who opens it. */
const openFlags = constants.O_RDONLY | constants.O_NONBLOCK;

/**
 * The files of a log that are no tiles: the newest checkpoint, the newest that witnesses have cosigned, and the index of
 * `spec/completeness.md`.
 */
const textFiles: ReadonlySet<string> = new Set(['checkpoint', 'index', 'witnessed/checkpoint']);

/**
 * Reads a log from a folder that has its files under their paths (tlog-tiles). It blocks while it reads, which for files
 * of this size is several times faster than to wait: for tools, not for servers. Only the paths of a log are read.
 */
export function directoryFetch(folder: string): LogFetch {
  return async (path) => {
    if (!textFiles.has(path) && parseTilePath(path) === undefined) return null;
    try {
      return await Promise.resolve(readWhole(path, join(folder, path)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
}

function readWhole(path: string, file: string): Uint8Array {
  const descriptor = openSync(file, openFlags);
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > fileBytesMax) {
      throw new LogError('missing-file', `could not read \`${path}\`: it is no file or too long`);
    }
    const bytes = Buffer.allocUnsafe(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
