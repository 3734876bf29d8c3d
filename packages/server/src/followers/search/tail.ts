import { PostingWriter, type PostingPage } from './posting-page.ts';

/** Entries of a run of the lowest level. */
export const TAIL_ENTRIES = 4096;

/**
 * The newest entries, not yet a run: pairs of a term and a position, in the order of the log. A crash loses it; it is
 * indexed again from the log.
 *
 * A pair is one exact float, `term * 4096 + position`: sorting pairs as numbers sorts by term, then position.
 */
export class Tail {
  readonly first: number;
  #pairs = new Float64Array(16 * TAIL_ENTRIES);
  #pairCount = 0;
  /** Milliseconds since the epoch; `NaN` for an entry without a time. */
  readonly times: Float64Array = new Float64Array(TAIL_ENTRIES).fill(NaN);
  #size = 0;

  constructor(first: number) {
    this.first = first;
  }

  /** The index after its last entry. */
  get end(): number {
    return this.first + this.#size;
  }

  get isFull(): boolean {
    return this.#size === TAIL_ENTRIES;
  }

  add(terms: readonly number[], timeMs: number | undefined): void {
    this.#reserve(terms.length);
    for (const term of terms) {
      this.#pairs[this.#pairCount] = term * TAIL_ENTRIES + this.#size;
      this.#pairCount += 1;
    }
    if (timeMs !== undefined) this.times[this.#size] = timeMs;
    this.#size += 1;
  }

  /** The ascending positions of entries that have at least one of `terms`. */
  positionsOf(terms: readonly number[]): Uint32Array {
    const found: number[] = [];
    for (let index = 0; index < this.#pairCount; index += 1) {
      const pair = this.#pairs[index] ?? 0;
      const position = pair % TAIL_ENTRIES;
      if (terms.includes((pair - position) / TAIL_ENTRIES) && found.at(-1) !== position) found.push(position);
    }
    return Uint32Array.from(found);
  }

  /** The pages of the run that this tail becomes. */
  pages(): readonly PostingPage[] {
    const pairs = this.#pairs.subarray(0, this.#pairCount).toSorted();
    const pages: PostingPage[] = [];
    const writer = new PostingWriter((page) => pages.push(page));
    const positions = new Uint32Array(TAIL_ENTRIES);
    let count = 0;
    for (let index = 0; index < pairs.length; index += 1) {
      const pair = pairs[index] ?? 0;
      const term = Math.floor(pair / TAIL_ENTRIES);
      positions[count] = pair % TAIL_ENTRIES;
      count += 1;
      if (Math.floor((pairs[index + 1] ?? Infinity) / TAIL_ENTRIES) === term) continue;
      writer.add(term, positions, count);
      count = 0;
    }
    writer.finish();
    return pages;
  }

  #reserve(room: number): void {
    if (this.#pairCount + room <= this.#pairs.length) return;
    const larger = new Float64Array(2 * (this.#pairCount + room));
    larger.set(this.#pairs.subarray(0, this.#pairCount));
    this.#pairs = larger;
  }
}
