import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceFile } from './source.ts';

const listBytesMax = 16 * 1024 * 1024;

/**
 * The text files of the repository: what git tracks and what it would add. Files that hold a NUL byte are binary and
 * left out, and so are files that are tracked but deleted in the work tree.
 */
export function repositoryFiles(root: string): readonly SourceFile[] {
  const list = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: listBytesMax,
  });
  return [...new Set(list.split('\0'))]
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))
    .filter((file) => !file.text.includes('\0'))
    .toSorted((left, right) => (left.path < right.path ? -1 : 1));
}
