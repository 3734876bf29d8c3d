import { dirname, join } from 'node:path';
import { type LogFetch, type LogFile, type TileLevel, tilePath } from '@keywitness/log';
import { type FileOperations, replaceFile } from '../files/index.ts';

const checkpointName = 'checkpoint';
/** What a file is called until it has all its bytes. */
const unfinishedEnd = '.unfinished';
/** Files on their way to disk at once. */
const writesMax = 4;

/**
 * A copy of a log as files (tlog-tiles). Every file appears whole, by a rename; all that a checkpoint needs is on disk
 * before the checkpoint is.
 */
export class MirrorFolder {
  readonly root: string;
  readonly #files: FileOperations;
  /** Folders that exist. */
  readonly #known = new Set<string>();
  /** Folders with names that may not be on disk yet; a failure leaves them here for the next time. */
  readonly #unsynced = new Set<string>();

  constructor(root: string, files: FileOperations) {
    this.root = root;
    this.#files = files;
  }

  async prepare(): Promise<void> {
    await this.#files.makeDirectory(this.root);
    await this.#files.syncDirectory(dirname(this.root));
  }

  readonly fetch: LogFetch = async (path) => (await this.#files.read(join(this.root, path))) ?? null;

  checkpoint(): Promise<Uint8Array | null> {
    return this.fetch(checkpointName);
  }

  /** Writes files; they and their names are on disk when this resolves. A file that is there already is left alone. */
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

  /** Replaces the checkpoint. A crash leaves the one before or this one. */
  async writeCheckpoint(note: Uint8Array): Promise<void> {
    await replaceFile(this.#files, join(this.root, checkpointName), note);
  }

  /** Removes the partial tiles of tile `n` of a level but for one, which may be none. */
  async removePartials(level: TileLevel, n: number, kept: string | undefined): Promise<void> {
    const folder = `${tilePath(level, n)}.p`;
    const paths = (await this.#files.list(join(this.root, folder))).map((name) => `${folder}/${name}`);
    for (const path of paths) if (path !== kept) await this.#files.remove(join(this.root, path));
    if (kept !== undefined) return;
    this.#known.delete(join(this.root, folder));
    await this.#files.remove(join(this.root, folder));
  }

  async remove(path: string): Promise<void> {
    await this.#files.remove(join(this.root, path));
  }

  async #writeOne({ path, bytes }: LogFile): Promise<void> {
    const target = join(this.root, path);
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
    for (let above = folder; above.length > this.root.length;) {
      above = dirname(above);
      this.#unsynced.add(above);
    }
    this.#known.add(folder);
  }
}
