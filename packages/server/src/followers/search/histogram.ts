import type { EventHistogram, HistogramQuery, OutcomeCounts } from '../../core/audit/index.ts';
import type { IndexView, Pause } from './answer.ts';
import { OUTCOMES } from './dictionary.ts';
import { type Part, positionsWith, selectMatches } from './selection.ts';
import { SEGMENT_ENTRIES } from './segments.ts';
import { TAIL_ENTRIES } from './tail.ts';
import { outcomeTerms } from './terms.ts';
import type { Bits } from './bits.ts';

/** Where each bucket begins and ends; milliseconds since the epoch. */
interface Grid {
  readonly fromMs: number;
  readonly toMs: number;
  readonly bucketMs: number;
  readonly buckets: number;
}

/**
 * Counts the matching events of each bucket by their outcome. What matches and how it ended is in the postings, and the
 * times of 256 entries together say mostly in which bucket they are; so hardly an entry is read.
 */
export async function answerHistogram(
  view: IndexView,
  query: HistogramQuery,
  pause: Pause,
): Promise<EventHistogram> {
  const grid = gridOf(view, query);
  const counts = new Counts(view, grid);
  for (const part of [...view.runs, view.tail]) {
    if (!isWithin(view, part, grid)) continue;
    counts.add(part, await selectMatches(view, part, query.filter, pause));
    const due = pause();
    if (due !== undefined) await due;
  }
  const { fromMs, toMs, bucketMs } = grid;
  return { fromMs, toMs, bucketMs, buckets: counts.buckets(), size: view.size };
}

function gridOf({ segments, size }: IndexView, { filter, buckets }: HistogramQuery): Grid {
  const { leastMs, greatestMs } = segments.extent(size);
  const fromMs = filter.fromMs ?? (Number.isFinite(leastMs) ? leastMs : 0);
  const toMs = Math.max(fromMs, filter.toMs ?? (Number.isFinite(greatestMs) ? greatestMs + 1 : fromMs));
  const bucketMs = Math.max(1, Math.ceil((toMs - fromMs) / buckets));
  return { fromMs, toMs, bucketMs, buckets: Math.ceil((toMs - fromMs) / bucketMs) };
}

function isWithin({ segments, size }: IndexView, part: Part, { fromMs, toMs }: Grid): boolean {
  const end = Math.min(part.end, size);
  for (let first = part.first; first < end; first += SEGMENT_ENTRIES) {
    if (segments.mayHold(first, fromMs, toMs)) return true;
  }
  return false;
}

class Counts {
  readonly #view: IndexView;
  readonly #grid: Grid;
  /** For every bucket a count of each outcome. */
  readonly #counts: Float64Array;
  #known: { readonly first: number; readonly times: Float64Array } = {
    first: -1,
    times: new Float64Array(0),
  };

  constructor(view: IndexView, grid: Grid) {
    this.#view = view;
    this.#grid = grid;
    this.#counts = new Float64Array(grid.buckets * OUTCOMES.length);
  }

  add(part: Part, found: Bits): void {
    if (found.isEmpty) return;
    const ended = outcomeTerms.map((term) => positionsWith(this.#view, part, [term]));
    const end = Math.min(part.end, this.#view.size) - part.first;
    for (let first = 0; first < end; first += SEGMENT_ENTRIES) {
      const times = this.#view.segments.timesAt(part.first + first);
      const { fromMs, toMs } = this.#grid;
      if (times.leastMs >= toMs || times.greatestMs < fromMs) continue;
      const bucket = this.#bucketOf(times.leastMs);
      if (times.isWhole && bucket !== undefined && bucket === this.#bucketOf(times.greatestMs)) {
        ended.forEach((bits, outcome) =>
          this.#count(bucket, outcome, found.countWith(bits, first, first + SEGMENT_ENTRIES)),
        );
      } else {
        this.#addEach(part, first, found, ended);
      }
    }
  }

  buckets(): readonly OutcomeCounts[] {
    return Array.from({ length: this.#grid.buckets }, (_, bucket) => {
      const [success = 0, denied = 0, error = 0, throttled = 0] = this.#counts.subarray(
        bucket * OUTCOMES.length,
      );
      return { success, denied, error, throttled };
    });
  }

  /** Counts the entries of a segment one by one. */
  #addEach(part: Part, first: number, found: Bits, ended: readonly Bits[]): void {
    const begin = first - (first % TAIL_ENTRIES);
    const times = 'level' in part ? this.#timesOf(part.first + begin) : part.times;
    for (let position = first; position < first + SEGMENT_ENTRIES; position += 1) {
      const bucket = found.has(position) ? this.#bucketOf(times[position - begin] ?? NaN) : undefined;
      if (bucket === undefined) continue;
      const outcome = ended.findIndex((bits) => bits.has(position));
      if (outcome !== -1) this.#count(bucket, outcome, 1);
    }
  }

  /** Neighbouring segments have their times in one place. */
  #timesOf(first: number): Float64Array {
    if (this.#known.first !== first) this.#known = { first, times: this.#view.file.times(first) };
    return this.#known.times;
  }

  #count(bucket: number, outcome: number, count: number): void {
    const at = bucket * OUTCOMES.length + outcome;
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  #bucketOf(timeMs: number): number | undefined {
    const { fromMs, toMs, bucketMs } = this.#grid;
    return timeMs >= fromMs && timeMs < toMs ? Math.floor((timeMs - fromMs) / bucketMs) : undefined;
  }
}
