import {
  CompactRange,
  entryFacts,
  leafHash,
  nodeHash,
  type Outside,
  type SubjectLeaf,
  subjectLeafHash,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { LedgerReader, LedgerSlice } from '../../core/audit/index.ts';
import { CompletenessError } from './errors.ts';
import type { IndexFile } from './index-file.ts';
import {
  type Block,
  BLOCK_LEAVES,
  BLOCK_LEVEL,
  GROUP_LEAVES,
  GROUP_LEVEL,
  type Postings,
} from './postings.ts';

/** Entries read at once when neighbours are asked for. */
const NEIGHBOURS = 64;

/** A leaf with the entry that it is about. */
export interface ReadLeaf extends SubjectLeaf {
  readonly entry: Uint8Array;
}

/** Reads the tree of one subject as it is now. Made for one question: it keeps the blocks that it has read. */
export class TreeReader {
  readonly #postings: Postings;
  readonly #file: IndexFile;
  readonly #reader: LedgerReader;
  readonly #blocks = new Map<number, Block>();
  #slice: LedgerSlice = { first: -Infinity, entries: [] };
  readonly count: number;
  readonly latenessMs: number;

  constructor(postings: Postings, file: IndexFile, reader: LedgerReader) {
    this.#postings = postings;
    this.#file = file;
    this.#reader = reader;
    const { count, latenessMs } = postings.state;
    this.count = count;
    this.latenessMs = latenessMs;
  }

  /** Where in the log the leaf at a position is. */
  indexAt(position: number): number {
    return required(this.#blockOf(position).indexes[position % BLOCK_LEAVES]);
  }

  /** The first position whose index in the log is at least `index`; the count when there is none. */
  positionOfIndex(index: number): number {
    return lowest(this.count, (position) => this.indexAt(position) >= index);
  }

  /** The first position up to which there is a time of at least `timeMs`; the count when there is none. */
  positionOfTime(timeMs: number): number {
    const groups = Math.floor(this.count / GROUP_LEAVES);
    const start = GROUP_LEAVES * lowest(groups, (group) => this.#latestOf(group) >= timeMs);
    const leaves = this.leaves(start, Math.min(this.count, start + GROUP_LEAVES));
    const place = leaves.findIndex(({ latestMs }) => latestMs >= timeMs);
    return place === -1 ? this.count : start + place;
  }

  /** The leaves from position `first` to before `end`. */
  leaves(first: number, end: number): readonly ReadLeaf[] {
    const group = Math.floor(first / GROUP_LEAVES);
    const leaves: ReadLeaf[] = [];
    let latestMs = group === 0 ? 0 : this.#latestOf(group - 1);
    for (let position = group * GROUP_LEAVES; position < end; position += 1) {
      const index = this.indexAt(position);
      const entry = this.#entryAt(index);
      const timeMs = entryFacts(entry).timeMs ?? latestMs;
      latestMs = Math.max(latestMs, timeMs);
      if (position < first) continue;
      leaves.push({ index, timeMs, latestMs, hash: leafHash(entry, nodeCrypto), entry });
    }
    return leaves;
  }

  /** The root of a part of the tree that RFC 6962 section 2.1 divides it into. */
  rootOf({ start, end }: Outside): Uint8Array {
    const roots: Uint8Array[] = [];
    for (let at = start; at < end;) {
      let level = 0;
      while (2 ** (level + 1) <= end - at) level += 1;
      roots.push(this.#node(level, at / 2 ** level));
      at += 2 ** level;
    }
    return roots.reduceRight((right, left) => nodeHash(left, right, nodeCrypto));
  }

  #node(level: number, index: number): Uint8Array {
    if (level >= BLOCK_LEVEL) {
      return this.#postings.node(level, index) ?? this.#file.node(this.#postings.id, level, index);
    }
    const first = index * 2 ** level;
    if (level < GROUP_LEVEL) {
      const leaves = this.leaves(first, first + 2 ** level);
      return rootOver(leaves.map((leaf) => subjectLeafHash(leaf, nodeCrypto)));
    }
    const group = (first % BLOCK_LEAVES) / GROUP_LEAVES;
    return rootOver(this.#blockOf(first).roots.slice(group, group + 2 ** (level - GROUP_LEVEL)));
  }

  #latestOf(group: number): number {
    const first = group * GROUP_LEAVES;
    return required(this.#blockOf(first).latest[(first % BLOCK_LEAVES) / GROUP_LEAVES]);
  }

  #blockOf(position: number): Block {
    const number = Math.floor(position / BLOCK_LEAVES);
    const block =
      this.#blocks.get(number) ?? this.#postings.block(number) ?? this.#file.block(this.#postings.id, number);
    this.#blocks.set(number, block);
    return block;
  }

  /** Leaves are read in the order of the log; where they lie close together, several entries are read at once. */
  #entryAt(index: number): Uint8Array {
    const known = this.#slice.entries[index - this.#slice.first];
    if (known !== undefined) return known;
    const isNear = Math.abs(index - this.#slice.first) <= 2 * NEIGHBOURS;
    this.#slice = this.#reader.read(index, isNear ? NEIGHBOURS : 1);
    return required(this.#slice.entries[index - this.#slice.first]);
  }
}

/** The lowest number below `count` for which `isReached` holds, as for all above it; `count` when there is none. */
function lowest(count: number, isReached: (number: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (isReached(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function rootOver(hashes: readonly Uint8Array[]): Uint8Array {
  const range = new CompactRange(nodeCrypto);
  for (const hash of hashes) range.append(hash);
  return range.root();
}

function required<Value>(value: Value | undefined): Value {
  if (value !== undefined) return value;
  throw new CompletenessError('Corrupt', 'the index of subjects names what is not there');
}
