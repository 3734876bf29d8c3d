import type { LogHasher } from '../crypto/index.ts';
import { bitAt } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { emptyRoot, hashBytes, nodeHash } from './hash.ts';

/**
 * The roots of the perfect subtrees that make up a tree, the largest first: all that is needed to append and to know
 * the root (RFC 6962 section 2.1). A tree of `n` leaves has one for each bit of `n` that is set.
 */
export class CompactRange {
  readonly #hasher: LogHasher;
  readonly #roots: Uint8Array[];
  #size: number;

  /** Begins empty, or as a range of `size` leaves with these `subtreeRoots` was. */
  constructor(hasher: LogHasher, size: number = 0, subtreeRoots: readonly Uint8Array[] = []) {
    this.#hasher = hasher;
    this.#roots = [...subtreeRoots];
    this.#size = size;
  }

  /** Number of leaves. */
  get size(): number {
    return this.#size;
  }

  /** The roots of the perfect subtrees, the largest first. */
  get subtreeRoots(): readonly Uint8Array[] {
    return this.#roots;
  }

  /**
   * Appends a leaf by its hash. One node hash a leaf in the mean. `onNode` is told of every perfect subtree that it
   * completes, above the leaf: its level, its place among those of that level, its root. Throws `out-of-range` at
   * 2^53 - 1 leaves.
   */
  append(hash: Uint8Array, onNode?: (level: number, index: number, root: Uint8Array) => void): void {
    if (hash.length !== hashBytes || this.#size === Number.MAX_SAFE_INTEGER) {
      throw new LogError(
        'out-of-range',
        `could not append a hash of \`${hash.length}\` bytes at \`${this.#size}\``,
      );
    }
    let root = hash;
    for (let level = 0; bitAt(this.#size, level) === 1; level += 1) {
      const left = this.#roots.pop();
      if (left !== undefined) root = nodeHash(left, root, this.#hasher);
      onNode?.(level + 1, Math.floor(this.#size / 2 ** (level + 1)), root);
    }
    this.#roots.push(root);
    this.#size += 1;
  }

  /** The Merkle tree hash of all leaves so far. */
  root(): Uint8Array {
    const last = this.#roots.at(-1);
    if (last === undefined) return emptyRoot(this.#hasher);
    return this.#roots.slice(0, -1).reduceRight((right, left) => nodeHash(left, right, this.#hasher), last);
  }
}
