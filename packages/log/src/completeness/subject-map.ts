import { type LogHasher, sha256Into } from '../crypto/index.ts';
import { equalBytes } from '../encoding/index.ts';
import { emptyRoot, hashBytes } from '../merkle/index.ts';
import { keyBit, keyBits, type MapLeaf, type MapStep } from './map-path.ts';

const capacityMin = 256;
const innerBytes = 2 * hashBytes + 1;

/**
 * The map from subject keys to heads (`spec/completeness.md`, "Map"), in arrays of bytes: 140 bytes a subject, and
 * nothing for the garbage collector to look at. Subjects are numbered from 0 in the order in which they were added.
 *
 * A child is an inner node by its number, or the leaf `n` as `-1 - n`. Hashes above a leaf that was set are stale until
 * they are settled.
 */
export class SubjectMap {
  readonly #hasher: LogHasher;
  readonly #message = new Uint8Array(innerBytes);
  #leaves: Uint8Array = new Uint8Array(capacityMin * 2 * hashBytes);
  #leafHashes: Uint8Array = new Uint8Array(capacityMin * hashBytes);
  #innerHashes: Uint8Array = new Uint8Array(capacityMin * hashBytes);
  #children: Int32Array = new Int32Array(2 * capacityMin);
  #bits: Uint8Array = new Uint8Array(capacityMin);
  #stale: Uint8Array = new Uint8Array(capacityMin);
  #size = 0;
  #inners = 0;
  #root = 0;

  constructor(hasher: LogHasher) {
    this.#hasher = hasher;
  }

  /** The number of subjects. */
  get size(): number {
    return this.#size;
  }

  /** The number of a subject; `undefined` when the map does not have it. */
  find(key: Uint8Array): number | undefined {
    if (this.#size === 0) return undefined;
    const leaf = this.#nearest(key);
    return equalBytes(this.#keyAt(leaf), key) ? leaf : undefined;
  }

  /** The key of subject `leaf`. */
  keyOf(leaf: number): Uint8Array {
    return this.#keyAt(leaf).slice();
  }

  /** The head of subject `leaf`, as it was set last. */
  headOf(leaf: number): Uint8Array {
    const offset = leaf * 2 * hashBytes + hashBytes;
    return this.#leaves.slice(offset, offset + hashBytes);
  }

  /** Adds a subject that the map does not have, and answers its number. Its head must be set next. */
  add(key: Uint8Array): number {
    const leaf = this.#size;
    this.#reserve();
    this.#leaves.set(key, leaf * 2 * hashBytes);
    this.#size += 1;
    if (leaf === 0) this.#root = -1;
    else this.#insert(leaf, firstDifferentBit(key, this.#keyAt(this.#nearest(key))));
    return leaf;
  }

  /** Sets the head of subject `leaf`. */
  set(leaf: number, head: Uint8Array): void {
    const offset = leaf * 2 * hashBytes;
    this.#leaves.set(head, offset + hashBytes);
    sha256Into(
      this.#hasher,
      this.#leaves.subarray(offset, offset + 2 * hashBytes),
      this.#leafHashes,
      leaf * hashBytes,
    );
    const key = this.#keyAt(leaf);
    for (let node = this.#root; node >= 0; node = this.#child(node, key)) this.#stale[node] = 1;
  }

  /** Brings at most `hashesMax` hashes up to date; true when all are. */
  settle(hashesMax: number = Infinity): boolean {
    return this.#size === 0 || this.#settle(this.#root, hashesMax) >= 0;
  }

  root(): Uint8Array {
    if (this.#size === 0) return emptyRoot(this.#hasher);
    this.settle();
    return this.#hashOf(this.#root).slice();
  }

  /** Where the search for a key ends, and the path from there up. `undefined` for an empty map. */
  prove(key: Uint8Array): { readonly leaf: MapLeaf; readonly path: readonly MapStep[] } | undefined {
    if (this.#size === 0) return undefined;
    this.settle();
    const path: MapStep[] = [];
    let node = this.#root;
    while (node >= 0) {
      const bit = this.#bits[node] ?? 0;
      const side = keyBit(key, bit);
      path.push({ bit, sibling: this.#hashOf(this.#children[2 * node + 1 - side] ?? 0).slice() });
      node = this.#children[2 * node + side] ?? 0;
    }
    const offset = (-1 - node) * 2 * hashBytes;
    const leaf = {
      key: this.#leaves.slice(offset, offset + hashBytes),
      head: this.#leaves.slice(offset + hashBytes, offset + 2 * hashBytes),
    };
    return { leaf, path: path.reverse() };
  }

  /** The leaf where the search for a key ends. */
  #nearest(key: Uint8Array): number {
    let node = this.#root;
    while (node >= 0) node = this.#child(node, key);
    return -1 - node;
  }

  #child(node: number, key: Uint8Array): number {
    return this.#children[2 * node + keyBit(key, this.#bits[node] ?? 0)] ?? 0;
  }

  #keyAt(leaf: number): Uint8Array {
    return this.#leaves.subarray(leaf * 2 * hashBytes, leaf * 2 * hashBytes + hashBytes);
  }

  /** Puts an inner node for `bit` above the first node on the way that is about a later one. */
  #insert(leaf: number, bit: number): void {
    const key = this.#keyAt(leaf);
    const inner = this.#inners;
    this.#inners += 1;
    let parent = -1;
    let node = this.#root;
    while (node >= 0 && (this.#bits[node] ?? 0) < bit) {
      parent = node;
      node = this.#child(node, key);
    }
    const side = keyBit(key, bit);
    this.#bits[inner] = bit;
    this.#stale[inner] = 1;
    this.#children[2 * inner + side] = -1 - leaf;
    this.#children[2 * inner + 1 - side] = node;
    if (parent < 0) this.#root = inner;
    else this.#children[2 * parent + keyBit(key, this.#bits[parent] ?? 0)] = inner;
  }

  /** What is left of `budget`, or a number below 0 when it was not enough. */
  #settle(node: number, budget: number): number {
    if (node < 0 || this.#stale[node] === 0) return budget;
    const [left, right] = [this.#children[2 * node] ?? 0, this.#children[2 * node + 1] ?? 0];
    const afterLeft = this.#settle(left, budget);
    if (afterLeft < 0) return afterLeft;
    const rest = this.#settle(right, afterLeft);
    if (rest < 1) return -1;
    this.#message.set(this.#hashOf(left));
    this.#message.set(this.#hashOf(right), hashBytes);
    this.#message[2 * hashBytes] = this.#bits[node] ?? 0;
    sha256Into(this.#hasher, this.#message, this.#innerHashes, node * hashBytes);
    this.#stale[node] = 0;
    return rest - 1;
  }

  #hashOf(node: number): Uint8Array {
    return node < 0
      ? this.#leafHashes.subarray((-1 - node) * hashBytes, -node * hashBytes)
      : this.#innerHashes.subarray(node * hashBytes, (node + 1) * hashBytes);
  }

  #reserve(): void {
    if (this.#size < this.#bits.length) return;
    const capacity = 2 * this.#size;
    this.#leaves = grown(this.#leaves, new Uint8Array(capacity * 2 * hashBytes));
    this.#leafHashes = grown(this.#leafHashes, new Uint8Array(capacity * hashBytes));
    this.#innerHashes = grown(this.#innerHashes, new Uint8Array(capacity * hashBytes));
    this.#children = grown(this.#children, new Int32Array(2 * capacity));
    this.#bits = grown(this.#bits, new Uint8Array(capacity));
    this.#stale = grown(this.#stale, new Uint8Array(capacity));
  }
}

function firstDifferentBit(left: Uint8Array, right: Uint8Array): number {
  for (let bit = 0; bit < keyBits; bit += 1) {
    if (keyBit(left, bit) !== keyBit(right, bit)) return bit;
  }
  return keyBits;
}

function grown<Numbers extends Uint8Array | Int32Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
