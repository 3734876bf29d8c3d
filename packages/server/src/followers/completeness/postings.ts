import { SubjectTree, type SubjectTreeState, type TreeEntry } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { CompletenessError } from './errors.ts';

/** Leaves whose root is kept in their block: fewer than these are hashed again at each end of an answer. */
export const GROUP_LEAVES = 16;
export const GROUP_LEVEL = 4;
/** Leaves of a block; the roots of full blocks, and of what is above them, are kept as nodes. */
export const BLOCK_LEAVES = 256;
export const BLOCK_LEVEL = 8;

const NUMBER_BYTES = 6;
const HASH_BYTES = 32;
const COUNT_BYTES = 2;

/** Up to 256 consecutive leaves of a subject's tree: where in the log they are, and the roots of full groups. */
export class Block {
  readonly indexes: number[] = [];
  /** The greatest time up to the end of each full group. */
  readonly latest: number[] = [];
  readonly roots: Uint8Array[] = [];

  /** @throws CompletenessError `Corrupt` when these are not the bytes of a block. */
  static decode(bytes: Uint8Array): Block {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const block = new Block();
    const count = bytes.length < COUNT_BYTES ? BLOCK_LEAVES + 1 : view.readUInt16BE(0);
    const groups = Math.floor(count / GROUP_LEAVES);
    const size = COUNT_BYTES + count * NUMBER_BYTES + groups * (NUMBER_BYTES + HASH_BYTES);
    if (count > BLOCK_LEAVES || bytes.length !== size) {
      throw new CompletenessError('Corrupt', 'a block of the index is not one that was written');
    }
    let offset = COUNT_BYTES;
    for (let place = 0; place < count; place += 1, offset += NUMBER_BYTES) {
      block.indexes.push(view.readUIntBE(offset, NUMBER_BYTES));
    }
    for (let group = 0; group < groups; group += 1, offset += NUMBER_BYTES + HASH_BYTES) {
      block.latest.push(view.readUIntBE(offset, NUMBER_BYTES));
      block.roots.push(bytes.slice(offset + NUMBER_BYTES, offset + NUMBER_BYTES + HASH_BYTES));
    }
    return block;
  }

  encode(): Uint8Array {
    const { indexes, latest, roots } = this;
    const bytes = Buffer.alloc(
      COUNT_BYTES + indexes.length * NUMBER_BYTES + roots.length * (NUMBER_BYTES + HASH_BYTES),
    );
    let offset = bytes.writeUInt16BE(indexes.length, 0);
    for (const index of indexes) offset = bytes.writeUIntBE(index, offset, NUMBER_BYTES);
    for (const [group, root] of roots.entries()) {
      offset = bytes.writeUIntBE(latest[group] ?? 0, offset, NUMBER_BYTES);
      bytes.set(root, offset);
      offset += HASH_BYTES;
    }
    return bytes;
  }
}

/** A node of a subject's tree that is kept, level 8 and above. */
export interface KeptNode {
  readonly level: number;
  readonly index: number;
  readonly root: Uint8Array;
}

/** The events of one subject as they are appended, with what is not on disk yet. */
export class Postings {
  /** The subject's number in the map. */
  readonly id: number;
  readonly #tree: SubjectTree;
  /** The block that grows; it may be empty. */
  #block: Block;
  readonly #fullBlocks = new Map<number, Block>();
  #nodes: KeptNode[] = [];
  #isDirty = false;

  constructor(id: number, state?: SubjectTreeState, block: Block = new Block()) {
    this.id = id;
    this.#tree = new SubjectTree(nodeCrypto, state);
    this.#block = block;
  }

  get state(): SubjectTreeState {
    return this.#tree.state;
  }

  /** Whether there is something that is not on disk. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  append(entry: TreeEntry): void {
    this.#isDirty = true;
    this.#tree.append(entry, (level, index, root) => this.#keep(level, index, root));
    this.#block.indexes.push(entry.index);
    if (this.#block.indexes.length < BLOCK_LEAVES) return;
    this.#fullBlocks.set(this.#blockNumber() - 1, this.#block);
    this.#block = new Block();
  }

  head(): Uint8Array {
    return this.#tree.head();
  }

  /** A block that is still in memory. */
  block(number: number): Block | undefined {
    return number === this.#blockNumber() ? this.#block : this.#fullBlocks.get(number);
  }

  /** A node that is still in memory. */
  node(level: number, index: number): Uint8Array | undefined {
    return this.#nodes.find((node) => node.level === level && node.index === index)?.root;
  }

  /** What is to be written. */
  unsaved(): { readonly blocks: readonly (readonly [number, Block])[]; readonly nodes: readonly KeptNode[] } {
    const growing = this.#block.indexes.length === 0 ? [] : [[this.#blockNumber(), this.#block] as const];
    return { blocks: [...this.#fullBlocks, ...growing], nodes: this.#nodes };
  }

  /** All of it is on disk. */
  saved(): void {
    this.#fullBlocks.clear();
    this.#nodes = [];
    this.#isDirty = false;
  }

  #blockNumber(): number {
    return Math.floor(this.#tree.state.count / BLOCK_LEAVES);
  }

  #keep(level: number, index: number, root: Uint8Array): void {
    if (level === GROUP_LEVEL) {
      this.#block.latest.push(this.#tree.state.latestMs);
      this.#block.roots.push(root);
    }
    if (level >= BLOCK_LEVEL) this.#nodes.push({ level, index, root });
  }
}
