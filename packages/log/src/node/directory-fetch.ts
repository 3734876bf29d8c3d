import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogFetch } from '../tiles/index.ts';
import { parseTilePath } from '../tiles/index.ts';

/**
 * Reads a log from a folder that has its files under their paths (tlog-tiles). It blocks while it reads, which for files
 * of this size is several times faster than to wait: for tools, not for servers. Only the paths of a log are read.
 */
export function directoryFetch(folder: string): LogFetch {
  return async (path) => {
    if (path !== 'checkpoint' && parseTilePath(path) === undefined) return null;
    try {
      return await Promise.resolve(readFileSync(join(folder, path)));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}
