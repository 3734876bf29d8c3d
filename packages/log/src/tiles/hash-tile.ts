import { hashPairs, type LogHasher } from '../crypto/index.ts';
import { hashBytes, nodeHash } from '../merkle/index.ts';
import { tileWidthMax } from './path.ts';

/** Binary levels within a full tile, its own hashes included: 256, 128, ..., 1. */
const binaryLevels = 9;
const nodesBytes = (2 * tileWidthMax - 1) * hashBytes;

/** Offset of the first node of each binary level: level by level, the tile's own hashes first. */
const levelOffsets: readonly number[] = Array.from(
  { length: binaryLevels },
  (_, level) => (2 * tileWidthMax - 2 ** (binaryLevels - level)) * hashBytes,
);

/**
 * A tile that is being filled, with the inner nodes of the subtree above its hashes. A tile takes 16 KiB and no object
 * for each hash, and knows its root as soon as it is full.
 */
export class HashTile {
  readonly #hasher: LogHasher;
  readonly #nodes: Uint8Array;
  #width: number;

  constructor(hasher: LogHasher) {
    this.#hasher = hasher;
    this.#nodes = new Uint8Array(nodesBytes);
    this.#width = 0;
  }

  /** How many hashes it has, 0 to 256. */
  get width(): number {
    return this.#width;
  }

  /** The bytes that `load` reads: write the hashes here first. */
  get hashes(): Uint8Array {
    return this.#nodes.subarray(0, tileWidthMax * hashBytes);
  }

  /** Takes one more hash. INVARIANT: the tile is not full. */
  append(hash: Uint8Array): void {
    this.#nodes.set(hash, this.#width * hashBytes);
    let node = this.#width;
    for (let level = 1; node % 2 === 1; level += 1) {
      node = (node - 1) / 2;
      hashPairs(this.#hasher, this.#nodes, this.#offset(level - 1, 2 * node), this.#offset(level, node), 1);
    }
    this.#width += 1;
  }

  /** Takes the first `width` of the bytes that were written to `hashes`, in place of what the tile had. */
  load(width: number): void {
    this.#width = width;
    for (let level = 1, pairs = width >> 1; pairs > 0; level += 1, pairs >>= 1) {
      hashPairs(this.#hasher, this.#nodes, this.#offset(level - 1, 0), this.#offset(level, 0), pairs);
    }
  }

  /** Empties the tile. */
  clear(): void {
    this.#width = 0;
  }

  /** The root of a full tile, as a view. */
  fullRoot(): Uint8Array {
    return this.#node(binaryLevels - 1, 0);
  }

  /** The bytes of the tile of this width (tlog-tiles, "Partial Tiles"), a copy. */
  bytes(width: number = this.#width): Uint8Array {
    return this.#nodes.slice(0, width * hashBytes);
  }

  /**
   * The root of the subtree that has the first `width` hashes on the left and `right` on the right. `undefined` when
   * both are empty.
   */
  fold(right: Uint8Array | undefined, width: number = this.#width): Uint8Array | undefined {
    let root = right;
    for (let level = 0; level < binaryLevels; level += 1) {
      if (((width >> level) & 1) === 1) {
        const left = this.#node(level, (width >> level) - 1);
        root = root === undefined ? left.slice() : nodeHash(left, root, this.#hasher);
      }
    }
    return root;
  }

  #node(level: number, index: number): Uint8Array {
    const offset = this.#offset(level, index);
    return this.#nodes.subarray(offset, offset + hashBytes);
  }

  #offset(level: number, index: number): number {
    return (levelOffsets[level] ?? 0) + index * hashBytes;
  }
}
