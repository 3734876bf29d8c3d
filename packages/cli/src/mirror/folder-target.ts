import { dirname, join } from 'node:path';
import { type LogFetch, type LogFile, type TileLevel, tilePath } from '@keywitness/log';
import { type FileOperations, replaceFile } from '../files/index.ts';
import type { MirrorTarget, NoteName } from './mirror-target.ts';

/** What a file is called until it has all its bytes. */
const unfinishedEnd = '.unfinished';
/** Files on their way to disk at once. */
const writesMax = 4;

/** A folder. Every file appears whole, by a rename, and is on disk then. */
export class FolderTarget implements MirrorTarget {
  readonly name: string;
  readonly #files: FileOperations;
  /** Folders that exist. */
  readonly #known = new Set<string>();
  /** Folders with names that may not be on disk yet; a failure leaves them here for the next time. */
  readonly #unsynced = new Set<string>();

  constructor(root: string, files: FileOperations) {
    this.name = root;
    this.#files = files;
  }

  async prepare(): Promise<void> {
    await this.#files.makeDirectory(this.name);
    await this.#files.syncDirectory(dirname(this.name));
  }

  readonly fetch: LogFetch = async (path) => (await this.#files.read(join(this.name, path))) ?? null;

  async write(files: readonly LogFile[]): Promise<void> {
    const waiting = [...files];
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) await this.#writeOne(file);
    };
    const outcomes = await Promise.allSettled(Array.from({ length: writesMax }, worker));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    for (const folder of this.#unsynced) {
      await this.#files.syncDirectory(folder);
      this.#unsynced.delete(folder);
    }
  }

  async replace(name: NoteName, note: Uint8Array): Promise<void> {
    await replaceFile(this.#files, join(this.name, name), note);
  }

  async removePartials(level: TileLevel, n: number, kept: readonly string[]): Promise<void> {
    const folder = `${tilePath(level, n)}.p`;
    const paths = (await this.#files.list(join(this.name, folder))).map((name) => `${folder}/${name}`);
    for (const path of paths) {
      if (!kept.includes(path)) await this.#files.remove(join(this.name, path));
    }
    if (paths.some((path) => kept.includes(path))) return;
    this.#known.delete(join(this.name, folder));
    await this.#files.remove(join(this.name, folder));
  }

  async remove(path: string): Promise<void> {
    await this.#files.remove(join(this.name, path));
  }

  async #writeOne({ path, bytes }: LogFile): Promise<void> {
    const target = join(this.name, path);
    const existing = await this.#files.read(target);
    await this.#makeFolder(dirname(target));
    // Also of a file that was there: a failure may have come between its rename and the sync.
    this.#unsynced.add(dirname(target));
    if (existing !== undefined && Buffer.compare(existing, bytes) === 0) return;
    const unfinished = `${target}${unfinishedEnd}`;
    await this.#files.remove(unfinished);
    await this.#files.write(unfinished, bytes);
    await this.#files.rename(unfinished, target);
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    await this.#files.makeDirectory(folder);
    for (let above = folder; above.length > this.name.length;) {
      above = dirname(above);
      this.#unsynced.add(above);
    }
    this.#known.add(folder);
  }
}
