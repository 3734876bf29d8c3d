import type { LedgerReader } from '../../core/audit/index.ts';

/** Entries read at once when neighbours are asked for. */
const NEIGHBOURS = 64;

/** Reads single entries, and several at a time when they lie together. */
export class EntryReader {
  readonly #reader: LedgerReader;
  readonly #backwards: boolean;
  #first = 0;
  #entries: readonly Uint8Array[] = [];

  /** `backwards`: entries are asked for from the end to the start. */
  constructor(reader: LedgerReader, backwards: boolean) {
    this.#reader = reader;
    this.#backwards = backwards;
  }

  /** The entry at `index`, which must exist: a view, valid until the next call. */
  at(index: number): Uint8Array {
    const known = this.#entries[index - this.#first];
    if (known !== undefined) return known;
    const isNear = this.#entries.length > 0 && Math.abs(index - this.#first) <= 2 * NEIGHBOURS;
    const first = isNear && this.#backwards ? Math.max(0, index - NEIGHBOURS + 1) : index;
    return this.#read(first, isNear ? NEIGHBOURS : 1, index) ?? this.#require(index);
  }

  #read(first: number, count: number, index: number): Uint8Array | undefined {
    const slice = this.#reader.read(first, count);
    this.#first = slice.first;
    this.#entries = slice.entries;
    return this.#entries[index - this.#first];
  }

  #require(index: number): Uint8Array {
    const entry = this.#read(index, 1, index);
    if (entry === undefined) throw new RangeError(`the ledger has no entry ${index}`);
    return entry;
  }
}
