import { dirname, join } from 'node:path';
import { type LogFile, type TileLevel, tilePath } from '@keywitness/log';
import { PublisherError } from './errors.ts';
import type { FileOperations } from './file-operations.ts';

const CHECKPOINT = 'checkpoint';
/** The newest checkpoint that a quorum of witnesses has cosigned. */
export const WITNESSED = 'witnessed/checkpoint';
/** Where files are written before they get their name. Its content is worth nothing after a crash. */
const STAGING = '.staging';
/** Files on their way to disk at once. */
const WRITES_MAX = 4;

/** How a file that should be there compares with the one that is. */
type FileState = 'same' | 'different' | 'missing';

/**
 * The published log as files (C2SP tlog-tiles). Every file appears whole, by a rename, and full tiles and bundles are
 * read-only and never replaced.
 */
export class LogDirectory {
  readonly #root: string;
  readonly #files: FileOperations;
  /** Folders that exist. */
  readonly #known = new Set<string>();
  /** Folders with names that may not be on disk yet. A failed sync leaves them here for the next one. */
  readonly #unsynced = new Set<string>();
  #staged = 0;

  constructor(root: string, files: FileOperations) {
    this.#root = root;
    this.#files = files;
  }

  /** Makes the directory, and clears what a crash has left half written. */
  async prepare(): Promise<void> {
    await this.#files.makeDirectory(this.#root);
    await this.#files.syncDirectory(dirname(this.#root));
    await this.#files.remove(join(this.#root, STAGING));
    await this.#files.makeDirectory(join(this.#root, STAGING));
    this.#known.clear();
  }

  /** A file of the log by its path, which is `checkpoint` or one that `parseTilePath` knows. */
  read(path: string): Promise<Uint8Array | undefined> {
    return this.#files.read(join(this.#root, path));
  }

  async compare({ path, bytes }: LogFile): Promise<FileState> {
    const existing = await this.read(path);
    if (existing === undefined) return 'missing';
    return Buffer.compare(existing, bytes) === 0 ? 'same' : 'different';
  }

  /**
   * Writes full tiles and bundles; they are on disk when this resolves. One that exists must be the same already: it
   * is from before a crash or a failure. A crash leaves some of them, whole.
   *
   * @throws PublisherError `TileMismatch` when one exists with other bytes.
   */
  async writeFull(files: readonly LogFile[]): Promise<void> {
    const waiting = [...files];
    const worker = async (): Promise<void> => {
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        await this.#writeOnce(file);
      }
    };
    await settled(Array.from({ length: WRITES_MAX }, worker));
    for (const folder of this.#unsynced) {
      await this.#files.syncDirectory(folder);
      this.#unsynced.delete(folder);
    }
  }

  /** Writes partial tiles. They need not survive: they are written again at the next start. */
  async writePartial(file: LogFile): Promise<void> {
    await this.#replace(file.path, file.bytes, false);
  }

  /** Replaces the checkpoint. A crash leaves the one before or this one. */
  async writeCheckpoint(note: string): Promise<void> {
    await this.#replace(CHECKPOINT, Buffer.from(note, 'utf8'), true);
    await this.#files.syncDirectory(this.#root);
  }

  /** Replaces the witnessed checkpoint, in the same way. */
  async writeWitnessed(note: string): Promise<void> {
    await this.#replace(WITNESSED, Buffer.from(note, 'utf8'), true);
    await this.#files.syncDirectory(dirname(join(this.#root, WITNESSED)));
  }

  /** The paths of the partial tiles of tile `n` of a level. */
  async partialPaths(level: TileLevel, n: number): Promise<readonly string[]> {
    const folder = partialFolder(level, n);
    const names = await this.#files.list(join(this.#root, folder));
    return names.map((name) => `${folder}/${name}`);
  }

  /** Removes a partial tile, and its folder with the last one. */
  async removePartial(path: string): Promise<void> {
    await this.#files.remove(join(this.#root, path));
    const folder = dirname(join(this.#root, path));
    if ((await this.#files.list(folder)).length > 0) return;
    this.#known.delete(folder);
    await this.#files.remove(folder);
  }

  async #writeOnce(file: LogFile): Promise<void> {
    const folder = dirname(join(this.#root, file.path));
    switch (await this.compare(file)) {
      case 'missing':
        await this.#replace(file.path, file.bytes, true);
        break;
      case 'same':
        break;
      case 'different':
        throw new PublisherError(
          'TileMismatch',
          `the published file \`${file.path}\` does not hold what the ledger says`,
        );
    }
    // Also of a file that was there: a failure may have come between its rename and this.
    this.#unsynced.add(folder);
  }

  async #replace(path: string, bytes: Uint8Array, sync: boolean): Promise<void> {
    this.#staged += 1;
    const staged = join(this.#root, STAGING, String(this.#staged));
    await this.#makeFolder(dirname(join(this.#root, path)));
    await this.#files.write(staged, bytes, sync);
    await this.#files.rename(staged, join(this.#root, path));
  }

  /** The names of new folders go to disk with the next full files. There is a folder for every thousand tiles. */
  async #makeFolder(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    await this.#files.makeDirectory(folder);
    for (let above = folder; above.length > this.#root.length;) {
      above = dirname(above);
      this.#unsynced.add(above);
    }
    this.#known.add(folder);
  }
}

function partialFolder(level: TileLevel, n: number): string {
  return `${tilePath(level, n)}.p`;
}

/** Waits for all of them, so that nothing goes on after a failure, and fails like the first that failed. */
async function settled(work: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}
