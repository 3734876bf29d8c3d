/** Entries of a segment: what is remembered about times, is remembered for this many entries together. */
export const SEGMENT_ENTRIES = 256;
/**
 * Numbers kept for each segment: the least and greatest event time, the least and greatest instant in an event id, and
 * how many entries have no time.
 */
const NUMBERS = 5;

/** The times of a segment, in milliseconds since the epoch. */
export interface SegmentTimes {
  readonly leastMs: number;
  readonly greatestMs: number;
  readonly isWhole: boolean;
}

/**
 * The range of times of every 256 entries, in memory (40 bytes a segment). Event times are nearly in the order of the
 * log; nothing here relies on it: a window is answered from every segment that overlaps it.
 */
export class Segments {
  #ranges = new Float64Array(1024 * NUMBERS);

  /** Notes the times of the entry at `index`; entries come in order. */
  add(index: number, timeMs: number | undefined, idTimeMs: number | undefined): void {
    const at = Math.floor(index / SEGMENT_ENTRIES) * NUMBERS;
    if (at + NUMBERS > this.#ranges.length) this.#grow(at + NUMBERS);
    if (index % SEGMENT_ENTRIES === 0) this.#ranges.set([Infinity, -Infinity, Infinity, -Infinity, 0], at);
    if (timeMs !== undefined) this.#widen(at, timeMs);
    else this.#ranges[at + 4] = (this.#ranges[at + 4] ?? 0) + 1;
    if (idTimeMs !== undefined) this.#widen(at + 2, idTimeMs);
  }

  /** Whether the segment of the entry at `index` may hold a time from `fromMs` to before `toMs`. */
  mayHold(index: number, fromMs: number, toMs: number): boolean {
    const at = Math.floor(index / SEGMENT_ENTRIES) * NUMBERS;
    return (this.#ranges[at] ?? Infinity) < toMs && (this.#ranges[at + 1] ?? -Infinity) >= fromMs;
  }

  /** The least and greatest time in the segment of the entry at `index`, and whether all of its entries have one. */
  timesAt(index: number): SegmentTimes {
    const at = Math.floor(index / SEGMENT_ENTRIES) * NUMBERS;
    return {
      leastMs: this.#ranges[at] ?? Infinity,
      greatestMs: this.#ranges[at + 1] ?? -Infinity,
      isWhole: this.#ranges[at + 4] === 0,
    };
  }

  /** The least and greatest time of all segments before `end`; not finite when none has any. */
  extent(end: number): Pick<SegmentTimes, 'leastMs' | 'greatestMs'> {
    let leastMs = Infinity;
    let greatestMs = -Infinity;
    for (let first = 0; first < end; first += SEGMENT_ENTRIES) {
      const times = this.timesAt(first);
      leastMs = Math.min(leastMs, times.leastMs);
      greatestMs = Math.max(greatestMs, times.greatestMs);
    }
    return { leastMs, greatestMs };
  }

  /** The least run of entries before `end` that holds every segment which overlaps the window; empty when none does. */
  window(end: number, fromMs: number, toMs: number): { readonly first: number; readonly end: number } {
    let first = 0;
    while (first < end && !this.mayHold(first, fromMs, toMs)) first += SEGMENT_ENTRIES;
    let last = Math.floor((end - 1) / SEGMENT_ENTRIES) * SEGMENT_ENTRIES;
    while (last >= first && !this.mayHold(last, fromMs, toMs)) last -= SEGMENT_ENTRIES;
    return { first: Math.min(first, end), end: Math.min(last + SEGMENT_ENTRIES, end) };
  }

  /** The first entries of all segments before `end` whose event ids may hold the instant `idTimeMs`. */
  ofIdTime(end: number, idTimeMs: number): readonly number[] {
    const firsts: number[] = [];
    for (let first = 0; first < end; first += SEGMENT_ENTRIES) {
      const at = (first / SEGMENT_ENTRIES) * NUMBERS;
      if ((this.#ranges[at + 2] ?? 0) > idTimeMs || (this.#ranges[at + 3] ?? 0) < idTimeMs) continue;
      firsts.push(first);
    }
    return firsts;
  }

  /** The ranges of the entries from `first` to before `end`, both at the border of a segment, to be kept. */
  encode(first: number, end: number): Uint8Array {
    const ranges = this.#ranges.slice((first / SEGMENT_ENTRIES) * NUMBERS, (end / SEGMENT_ENTRIES) * NUMBERS);
    return new Uint8Array(ranges.buffer);
  }

  /** Puts back what {@link Segments.encode} gave for the entries from `first` on. */
  restore(first: number, bytes: Uint8Array): void {
    const at = (first / SEGMENT_ENTRIES) * NUMBERS;
    const ranges = new Float64Array(bytes.slice().buffer);
    if (at + ranges.length > this.#ranges.length) this.#grow(at + ranges.length);
    this.#ranges.set(ranges, at);
  }

  #widen(at: number, timeMs: number): void {
    this.#ranges[at] = Math.min(this.#ranges[at] ?? Infinity, timeMs);
    this.#ranges[at + 1] = Math.max(this.#ranges[at + 1] ?? -Infinity, timeMs);
  }

  #grow(length: number): void {
    const larger = new Float64Array(2 * length);
    larger.set(this.#ranges);
    this.#ranges = larger;
  }
}
