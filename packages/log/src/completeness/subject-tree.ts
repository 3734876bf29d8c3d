import type { LogHasher } from '../crypto/index.ts';
import { concatBytes, uint64 } from '../encoding/index.ts';
import { CompactRange, hashBytes, leafHash } from '../merkle/index.ts';

/** An entry as it enters the tree of a subject. */
export interface TreeEntry {
  /** In the log. */
  readonly index: number;
  /** `undefined` when the event states none. */
  readonly timeMs: number | undefined;
  /** Of the entry in the log. */
  readonly hash: Uint8Array;
}

/** A leaf of a subject's tree (`spec/completeness.md`, "Subject trees"). */
export interface SubjectLeaf {
  readonly index: number;
  readonly timeMs: number;
  /** The greatest time in the tree up to this leaf. */
  readonly latestMs: number;
  readonly hash: Uint8Array;
}

/** What of a tree is needed to append to it. */
export interface SubjectTreeState {
  readonly count: number;
  readonly latestMs: number;
  readonly latenessMs: number;
  /** The roots of its perfect subtrees, the largest first. */
  readonly roots: readonly Uint8Array[];
}

const leafBytes = 3 * 8 + hashBytes;
const headStart = new TextEncoder().encode('keywitness.head/1\0');

/** The events of one subject, as the right edge of their tree. */
export class SubjectTree {
  readonly #hasher: LogHasher;
  readonly #range: CompactRange;
  #latestMs: number;
  #latenessMs: number;

  /** Begins empty, or where another was. */
  constructor(hasher: LogHasher, state?: SubjectTreeState) {
    this.#hasher = hasher;
    this.#range = new CompactRange(hasher, state?.count, state?.roots);
    this.#latestMs = state?.latestMs ?? 0;
    this.#latenessMs = state?.latenessMs ?? 0;
  }

  get state(): SubjectTreeState {
    const { size, subtreeRoots } = this.#range;
    return {
      count: size,
      latestMs: this.#latestMs,
      latenessMs: this.#latenessMs,
      roots: subtreeRoots,
    };
  }

  /** Entries come in the order of the log. `onNode` as for `CompactRange.append`. */
  append(
    { index, timeMs = this.#latestMs, hash }: TreeEntry,
    onNode?: (level: number, index: number, root: Uint8Array) => void,
  ): void {
    this.#latestMs = Math.max(this.#latestMs, timeMs);
    this.#latenessMs = Math.max(this.#latenessMs, this.#latestMs - timeMs);
    const leaf = { index, timeMs, latestMs: this.#latestMs, hash };
    this.#range.append(subjectLeafHash(leaf, this.#hasher), onNode);
  }

  head(): Uint8Array {
    const { count, latenessMs } = this.state;
    return treeHead({ count, latenessMs, root: this.#range.root() }, this.#hasher);
  }
}

/** The hash of a leaf in the subject's tree. */
export function subjectLeafHash(
  { index, timeMs, latestMs, hash }: SubjectLeaf,
  hasher: LogHasher,
): Uint8Array {
  const bytes = new Uint8Array(leafBytes);
  const view = new DataView(bytes.buffer);
  setUint64(view, 0, index);
  setUint64(view, 8, timeMs);
  setUint64(view, 16, latestMs);
  bytes.set(hash, 24);
  return leafHash(bytes, hasher);
}

/** What a head commits to. */
export interface TreeHead {
  readonly count: number;
  readonly latenessMs: number;
  readonly root: Uint8Array;
}

/** The value of a subject in the map. */
export function treeHead({ count, latenessMs, root }: TreeHead, hasher: LogHasher): Uint8Array {
  return hasher.sha256(concatBytes(headStart, uint64(count), uint64(latenessMs), root));
}

/** Without the BigInt of `setBigUint64`, which costs more than the hash. */
function setUint64(view: DataView, offset: number, value: number): void {
  view.setUint32(offset, Math.floor(value / 2 ** 32));
  view.setUint32(offset + 4, value % 2 ** 32);
}
