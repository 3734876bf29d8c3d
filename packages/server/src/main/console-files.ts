import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ConsoleFiles } from '../fronts/console/index.ts';

/** From this file to the console, in a clone. */
const CONSOLE = join(import.meta.dirname, '..', '..', '..', 'console');
/** What the build makes, or a page that says that there is no build. */
const FOLDERS = ['dist-web', 'public'] as const;

/**
 * The files of the console, which lie beside the server. They are read when they are asked for, and not kept: browsers
 * keep them.
 */
export function consoleFiles(console: string = CONSOLE): ConsoleFiles {
  const folder = FOLDERS.map((name) => join(console, name)).find((path) =>
    existsSync(join(path, 'index.html')),
  );
  return {
    async read(path) {
      if (folder === undefined) return undefined;
      try {
        return await readFile(join(folder, path));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EISDIR');
}
