import type { LogHasher } from '../crypto/index.ts';
import { emptyRoot } from '../merkle/index.ts';
import { HashTile } from './hash-tile.ts';
import { tileWidthMax } from './path.ts';

/** Called with a tile that has just become full, before the next one takes its place. */
export type FullTile = (level: number, n: number, tile: HashTile) => void;

/**
 * The rightmost tile of every level: what a tree of any size needs to grow and to know its root. Its memory grows by
 * one tile for each factor of 256.
 */
export class TileStack {
  readonly #hasher: LogHasher;
  readonly #onFull: FullTile;
  readonly #tiles: HashTile[] = [];
  readonly #counts: number[] = [];

  constructor(hasher: LogHasher, onFull: FullTile) {
    this.#hasher = hasher;
    this.#onFull = onFull;
  }

  /** Levels that have a tile. */
  get levels(): number {
    return this.#tiles.length;
  }

  /** The rightmost tile of a level; it may be empty. */
  tile(level: number): HashTile {
    for (let next = this.#tiles.length; next <= level; next += 1) {
      this.#tiles.push(new HashTile(this.#hasher));
      this.#counts.push(0);
    }
    return this.#tiles[level] ?? new HashTile(this.#hasher);
  }

  /** The index of the rightmost tile of a level. */
  index(level: number): number {
    return this.#counts[level] ?? 0;
  }

  /** Starts a level at tile `n` with hashes that were written to `tile(level).hashes`. */
  restore(level: number, n: number, width: number): void {
    this.tile(level).load(width);
    this.#counts[level] = n;
  }

  /** Takes a leaf hash. */
  append(hash: Uint8Array): void {
    this.#appendAt(0, hash);
  }

  /**
   * Takes `width` leaf hashes that were written to `tile(0).hashes`, in place of the leaves of the rightmost tile.
   * `carry` must follow before the next leaves.
   */
  load(width: number): void {
    this.tile(0).load(width);
  }

  /** Hands over the tiles that are full by now, and starts the next ones. */
  carry(): void {
    this.#carry(0);
  }

  /** The Merkle tree hash (RFC 6962 section 2.1) when the level 0 tile has `width` leaves. */
  root(width: number = this.tile(0).width): Uint8Array {
    let root = this.tile(0).fold(undefined, width);
    for (const tile of this.#tiles.slice(1)) root = tile.fold(root);
    return root ?? emptyRoot(this.#hasher);
  }

  #appendAt(level: number, hash: Uint8Array): void {
    this.tile(level).append(hash);
    this.#carry(level);
  }

  #carry(level: number): void {
    const tile = this.tile(level);
    if (tile.width < tileWidthMax) return;
    this.#onFull(level, this.index(level), tile);
    this.#appendAt(level + 1, tile.fullRoot());
    tile.clear();
    this.#counts[level] = this.index(level) + 1;
  }
}
