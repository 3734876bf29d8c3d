import { type LogFile, parseTilePath, type TileLevel, tilePath, tileWidthMax } from '@keywitness/log';
import type { LogDirectory } from './log-directory.ts';

/** Partial tiles of earlier checkpoints are kept for this long: whoever copies the directory has read one of those. */
const KEEP_MS = 10 * 60_000;
/** Kept at most; beyond it the oldest go earlier. */
const KEPT_MAX = 256;

/**
 * The partial tiles that lie beside the checkpoint, so that a copy of the directory can be verified with nothing else.
 * They are written before the checkpoint that needs them, and removed long after it was replaced.
 */
export class PartialFiles {
  readonly #directory: LogDirectory;
  readonly #nowMs: () => number;
  /** Those of the newest checkpoint. */
  #current = new Set<string>();
  /** Those of earlier ones, with the time from which on they were not needed; the oldest first. */
  readonly #outdated = new Map<string, number>();
  /** Those of the witnessed checkpoint, which are needed for as long as it is the newest of its kind. */
  #kept: ReadonlySet<string> = new Set();

  constructor(directory: LogDirectory, nowMs: () => number) {
    this.#directory = directory;
    this.#nowMs = nowMs;
  }

  /** Puts the partial tiles of a tree of `size` in place again, and finds what a crash has left of earlier ones. */
  async adopt(size: number, files: readonly LogFile[]): Promise<void> {
    for (const { level, n } of growingTiles(size)) {
      for (const path of await this.#directory.partialPaths(level, n)) this.#outdate(path);
    }
    this.#current = new Set();
    await this.write(files);
  }

  /** Writes those that are not there yet. */
  async write(files: readonly LogFile[]): Promise<void> {
    const next = new Set<string>();
    for (const file of files) {
      if (!this.#current.has(file.path)) await this.#directory.writePartial(file);
      this.#outdated.delete(file.path);
      next.add(file.path);
    }
    for (const path of this.#current) if (!next.has(path)) this.#outdate(path);
    this.#current = next;
  }

  /** Keeps the partial tiles that a tree of `size` needs, in place of those that were kept before. Answers their paths. */
  keep(size: number): readonly string[] {
    const paths = partialPathsOf(size);
    this.#kept = new Set(paths);
    for (const path of paths) if (!this.#current.has(path)) this.#outdate(path);
    return paths;
  }

  /** Removes what is outdated for long enough. */
  async sweep(): Promise<void> {
    const oldestMs = this.#nowMs() - KEEP_MS;
    for (const [path, sinceMs] of this.#outdated) {
      if (this.#kept.has(path)) continue;
      if (sinceMs > oldestMs && this.#outdated.size <= KEPT_MAX) return;
      await this.#directory.removePartial(path);
      this.#outdated.delete(path);
    }
  }

  #outdate(path: string): void {
    if (parseTilePath(path) === undefined || this.#outdated.has(path)) return;
    this.#outdated.set(path, this.#nowMs());
  }
}

/** The growing tile of every level, and those before it that a crash may have left partial files of. */
function growingTiles(size: number): readonly { readonly level: TileLevel; readonly n: number }[] {
  const tiles: { readonly level: TileLevel; readonly n: number }[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / tileWidthMax)) {
    const growing = Math.floor(count / tileWidthMax);
    for (let n = Math.max(0, growing - KEPT_MAX); n <= growing; n += 1) {
      tiles.push({ level, n });
      if (level === 0) tiles.push({ level: 'entries', n });
    }
  }
  return tiles;
}

function partialPathsOf(size: number): readonly string[] {
  const paths: string[] = [];
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / tileWidthMax)) {
    const width = count % tileWidthMax;
    if (width === 0) continue;
    const n = Math.floor(count / tileWidthMax);
    paths.push(tilePath(level, n, width));
    if (level === 0) paths.push(tilePath('entries', n, width));
  }
  return paths;
}
