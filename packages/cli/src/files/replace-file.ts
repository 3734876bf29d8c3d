import { dirname } from 'node:path';
import type { FileOperations } from './file-operations.ts';

/** What a file is called until it is whole. A crash leaves one of these, and the next replacement takes it away. */
const UNFINISHED = '.unfinished';

/**
 * Puts a file in place of another, whole and durably: a crash leaves the old one or the new one, and when this resolves
 * it is the new one for good. When it rejects it may be either.
 */
export async function replaceFile(files: FileOperations, path: string, bytes: Uint8Array): Promise<void> {
  const unfinished = `${path}${UNFINISHED}`;
  await files.remove(unfinished);
  await files.write(unfinished, bytes);
  await files.rename(unfinished, path);
  await files.syncDirectory(dirname(path));
}

/** Makes a directory and puts the names of it and those above it on disk, up to `top`, which exists. */
export async function makeDurableDirectory(files: FileOperations, top: string, path: string): Promise<void> {
  await files.makeDirectory(path);
  for (let at = path; at.length > top.length; at = dirname(at)) await files.syncDirectory(dirname(at));
}
