import type { LedgerReader, LedgerSlice } from '../../core/audit/index.ts';

const KEPT_MAX = 4096;

/**
 * The newest entries of the ledger in memory, for followers that all read them as soon as they are there: each is read from
 * the disk once.
 */
export class RecentEntries implements LedgerReader {
  readonly #reader: LedgerReader;
  #entries: Uint8Array[] = [];
  #end: number;

  constructor(reader: LedgerReader) {
    this.#reader = reader;
    this.#end = reader.size();
  }

  /** Takes in what has come, up to `size`; answers those entries. */
  readTo(size: number): readonly Uint8Array[] {
    const fresh: Uint8Array[] = [];
    while (this.#end < size) {
      const { entries } = this.#reader.read(this.#end, size - this.#end);
      if (entries.length === 0) break;
      fresh.push(...entries);
      this.#end += entries.length;
    }
    this.#entries.push(...fresh);
    if (this.#entries.length > KEPT_MAX) this.#entries = this.#entries.slice(-KEPT_MAX / 2);
    return fresh;
  }

  size(): number {
    return this.#reader.size();
  }

  read(first: number, entriesMax: number): LedgerSlice {
    const offset = first - (this.#end - this.#entries.length);
    if (offset < 0 || offset >= this.#entries.length) return this.#reader.read(first, entriesMax);
    return { first, entries: this.#entries.slice(offset, offset + Math.max(0, entriesMax)) };
  }
}
