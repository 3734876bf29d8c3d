import { PostingWriter, type PostingPage } from './posting-page.ts';

/** Entries of a run of the lowest level. */
export const TAIL_ENTRIES = 4096;
/** More terms than this are looked up in a set. */
const TERMS_COMPARED_MAX = 8;

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
    const marks = new Uint8Array(TAIL_ENTRIES);
    if (terms.length > TERMS_COMPARED_MAX) this.#markAny(new Set(terms), marks);
    else for (const term of terms) this.#mark(term, marks);
    const positions = new Uint32Array(TAIL_ENTRIES);
    let count = 0;
    for (let position = 0; position < this.#size; position += 1) {
      if (marks[position] !== 1) continue;
      positions[count] = position;
      count += 1;
    }
    return positions.slice(0, count);
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

  #mark(term: number, marks: Uint8Array): void {
    const first = term * TAIL_ENTRIES;
    const end = first + TAIL_ENTRIES;
    for (let index = 0; index < this.#pairCount; index += 1) {
      const pair = this.#pairs[index] ?? 0;
      if (pair >= first && pair < end) marks[pair - first] = 1;
    }
  }

  #markAny(terms: ReadonlySet<number>, marks: Uint8Array): void {
    for (let index = 0; index < this.#pairCount; index += 1) {
      const pair = this.#pairs[index] ?? 0;
      const term = Math.floor(pair / TAIL_ENTRIES);
      if (terms.has(term)) marks[pair - term * TAIL_ENTRIES] = 1;
    }
  }

  #reserve(room: number): void {
    if (this.#pairCount + room <= this.#pairs.length) return;
    const larger = new Float64Array(2 * (this.#pairCount + room));
    larger.set(this.#pairs.subarray(0, this.#pairCount));
    this.#pairs = larger;
  }
}
