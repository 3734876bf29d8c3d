import type { LogHasher } from '../crypto/index.ts';
import { equalBytes, isSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { hashBytes, leafHash } from '../merkle/index.ts';
import { decodeEntries } from './entries.ts';
import { fetchTile, type LogFetch } from './fetch-tile.ts';
import { GrowingBundle } from './growing-bundle.ts';
import type { HashTile } from './hash-tile.ts';
import { type TileLevel, tilePath, tileWidth, tileWidthMax } from './path.ts';
import { TileStack } from './tile-stack.ts';

/** A tile or entry bundle to be stored under the log's prefix. */
export interface LogFile {
  readonly path: string;
  readonly level: TileLevel;
  readonly n: number;
  /** 256 for a full tile, which never changes again. */
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** Where a tree starts again. */
export interface RestoreOptions {
  /** Size and root of the last signed checkpoint. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Reads the right edge: the partial tiles and the partial bundle of that size, or the full ones that hold them. */
  readonly fetch: LogFetch;
  readonly hasher: LogHasher;
}

/**
 * The side of a log that writes: takes entries one by one and says what is to be stored (tlog-tiles). It holds the
 * rightmost tile of every level and the rightmost bundle, and does no input or output.
 */
export class GrowingTree {
  readonly #hasher: LogHasher;
  readonly #stack: TileStack;
  readonly #bundle: GrowingBundle;
  #fullFiles: LogFile[];
  #size: number;

  constructor(hasher: LogHasher) {
    this.#hasher = hasher;
    this.#stack = new TileStack(hasher, (level, n, tile) => this.#addFullTile(level, n, tile));
    this.#bundle = new GrowingBundle();
    this.#fullFiles = [];
    this.#size = 0;
  }

  /**
   * Continues a log from its right edge. Throws `missing-file` or `malformed-tile` when a part of it cannot be used,
   * and `root-mismatch` when the parts are not those of the root: then nothing may be signed.
   */
  static async restore({ size, root, fetch, hasher }: RestoreOptions): Promise<GrowingTree> {
    if (!isSize(size)) throw new LogError('out-of-range', `could not restore a tree of size \`${size}\``);
    const tree = new GrowingTree(hasher);
    await tree.#restoreTiles(size, fetch);
    tree.#size = size;
    if (!equalBytes(tree.root(), root)) {
      throw new LogError(
        'root-mismatch',
        `the stored right edge is not that of the root of size \`${size}\``,
      );
    }
    await tree.#restoreBundle(size, fetch);
    return tree;
  }

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /**
   * Appends an entry of at most 65,535 bytes and returns its index. `hash` is its leaf hash where the caller has it
   * already. Throws `out-of-range` for a longer entry.
   */
  append(entry: Uint8Array, hash: Uint8Array = leafHash(entry, this.#hasher)): number {
    if (hash.length !== hashBytes) {
      throw new LogError('out-of-range', 'could not append: not a hash of 32 bytes');
    }
    const index = this.#size;
    this.#bundle.append(entry);
    // The bundle is taken away before its tile is, so that entries are stored before the hashes that speak of them.
    if (this.#bundle.width === tileWidthMax) this.#addFullBundle(index);
    this.#stack.append(hash);
    this.#size = index + 1;
    return index;
  }

  /** The Merkle tree hash of all entries so far (RFC 6962 section 2.1). A few dozen hashes at most. */
  root(): Uint8Array {
    return this.#stack.root();
  }

  /**
   * The tiles and bundles that have become full since the last call, in an order in which they can be stored. They are
   * handed over once: a caller that cannot store them restores the tree and appends again.
   */
  takeFullFiles(): readonly LogFile[] {
    const files = this.#fullFiles;
    this.#fullFiles = [];
    return files;
  }

  /** The partial bundle and tiles of the size now: with the full files, all that a checkpoint of this size needs. */
  partialFiles(): readonly LogFile[] {
    const levels: TileLevel[] = [
      'entries',
      ...Array.from({ length: this.#stack.levels }, (_, level) => level),
    ];
    return levels
      .map((level) => ({ level, n: this.#growing(level), width: this.#width(level) }))
      .filter(({ width }) => width > 0)
      .map(({ level, n, width }) => ({
        path: tilePath(level, n, width),
        level,
        n,
        width,
        bytes: this.partial(level, n, width),
      }));
  }

  /**
   * The first `width` hashes or entries of the growing tile or bundle `n`. Throws `not-held` when `n` is not the growing
   * one of its level or does not have so many yet: ask the storage for the full one.
   */
  partial(level: TileLevel, n: number, width: number): Uint8Array {
    const isHeld = level === 'entries' || level < this.#stack.levels;
    if (!isHeld || n !== this.#growing(level) || width < 1 || width > this.#width(level)) {
      throw new LogError(
        'not-held',
        `tile \`${n}\` of level \`${level}\` and width \`${width}\` is not held`,
      );
    }
    return level === 'entries' ? this.#bundle.bytes(width) : this.#stack.tile(level).bytes(width);
  }

  #growing(level: TileLevel): number {
    return level === 'entries' ? Math.floor(this.#size / tileWidthMax) : this.#stack.index(level);
  }

  #width(level: TileLevel): number {
    return level === 'entries' ? this.#bundle.width : this.#stack.tile(level).width;
  }

  #addFullBundle(lastIndex: number): void {
    this.#addFullFile('entries', Math.floor(lastIndex / tileWidthMax), this.#bundle.bytes(tileWidthMax));
    this.#bundle.clear();
  }

  #addFullTile(level: number, n: number, tile: HashTile): void {
    this.#addFullFile(level, n, tile.bytes());
  }

  #addFullFile(level: TileLevel, n: number, bytes: Uint8Array): void {
    this.#fullFiles.push({ path: tilePath(level, n), level, n, width: tileWidthMax, bytes });
  }

  async #restoreTiles(size: number, fetch: LogFetch): Promise<void> {
    for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / tileWidthMax)) {
      const n = Math.floor(hashes / tileWidthMax);
      const width = tileWidth(level, n, size);
      if (width > 0) {
        const bytes = await readEdge(fetch, level, n, width);
        if (bytes.length !== width * hashBytes) {
          throw new LogError(
            'malformed-tile',
            `\`${tilePath(level, n, width)}\` has \`${bytes.length}\` bytes`,
          );
        }
        this.#stack.tile(level).hashes.set(bytes);
      }
      this.#stack.restore(level, n, width);
    }
  }

  async #restoreBundle(size: number, fetch: LogFetch): Promise<void> {
    const n = Math.floor(size / tileWidthMax);
    const width = tileWidth('entries', n, size);
    if (width === 0) return;
    const entries = decodeEntries(await readEdge(fetch, 'entries', n, width));
    const hashes = this.#stack.tile(0).bytes();
    if (entries.length !== width) {
      throw new LogError(
        'malformed-bundle',
        `\`${tilePath('entries', n, width)}\` has \`${entries.length}\` entries`,
      );
    }
    for (const [index, entry] of entries.entries()) {
      const expected = hashes.subarray(index * hashBytes, (index + 1) * hashBytes);
      if (!equalBytes(leafHash(entry, this.#hasher), expected)) {
        throw new LogError(
          'root-mismatch',
          `entry \`${n * tileWidthMax + index}\` is not the one of the level 0 tile`,
        );
      }
      this.#bundle.append(entry);
    }
  }
}

async function readEdge(fetch: LogFetch, level: TileLevel, n: number, width: number): Promise<Uint8Array> {
  const tile = await fetchTile(fetch, level, n, width);
  if (tile === null) throw new LogError('missing-file', `there is no \`${tilePath(level, n, width)}\``);
  return tile.bytes;
}
