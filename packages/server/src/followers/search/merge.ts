import { type IndexFile, LEVEL_MAX, type Run, runEntries, RUNS_PER_MERGE } from './index-file.ts';
import { decodePositions, type PostingPage, type PostingRecord, PostingWriter } from './posting-page.ts';

/** A merge pauses after this many bytes of pages. */
const STEP_BYTES = 128 * 1024;

/** The oldest runs that are due to become one, if any: 16 of a level, the first at the border of a higher one. */
export function dueForMerge(runs: readonly Run[]): readonly Run[] | undefined {
  const start = runs.findIndex((run, position) => {
    const last = runs[position + RUNS_PER_MERGE - 1];
    return run.level < LEVEL_MAX && last?.level === run.level && run.first % runEntries(run.level + 1) === 0;
  });
  return start === -1 ? undefined : runs.slice(start, start + RUNS_PER_MERGE);
}

/**
 * Merges runs into one of the next level, a step at each call of `next`. Nothing changes for readers until the last
 * step; a crash before leaves an unfinished run that is dropped, and the merge is begun anew.
 */
export function* mergeRuns(file: IndexFile, inputs: readonly Run[]): Generator<void> {
  const [first] = inputs;
  if (first === undefined) return;
  const level = first.level + 1;
  const id = file.beginRun(level, first.first);
  let pages: PostingPage[] = [];
  let pending = 0;
  const writer = new PostingWriter((page) => {
    pages.push(page);
    pending += page.bytes.length;
  });
  const positions = new Uint32Array(runEntries(level));
  for (const { term, count } of mergedTerms(file, inputs, positions)) {
    writer.add(term, positions, count);
    if (pending < STEP_BYTES) continue;
    file.addPages(id, pages);
    pages = [];
    pending = 0;
    yield;
  }
  writer.finish();
  file.addPages(id, pages);
  file.replace(inputs, { id, level, first: first.first, end: first.first + runEntries(level) });
}

/** Every term of the runs in ascending order, with its positions in all of them, which it writes to `positions`. */
function* mergedTerms(
  file: IndexFile,
  inputs: readonly Run[],
  positions: Uint32Array,
): Generator<{ readonly term: number; readonly count: number }> {
  const cursors = inputs.map((run) => new Cursor(file.records(run)));
  const shifts = inputs.map((run) => run.first - (inputs[0]?.first ?? 0));
  for (;;) {
    let term = Infinity;
    for (const cursor of cursors) if (cursor.term < term) term = cursor.term;
    if (term === Infinity) return;
    let count = 0;
    cursors.forEach((cursor, input) => {
      if (cursor.term !== term || cursor.record === undefined) return;
      count = decodePositions(cursor.record, positions, count, shifts[input] ?? 0);
      cursor.advance();
    });
    yield { term, count };
  }
}

/** The records of one run, one at a time. */
class Cursor {
  readonly #records: Iterator<PostingRecord>;
  record: PostingRecord | undefined;
  /** The current record's term; `Infinity` at the end. */
  term = Infinity;

  constructor(records: Iterator<PostingRecord>) {
    this.#records = records;
    this.advance();
  }

  advance(): void {
    const next = this.#records.next();
    this.record = next.done === true ? undefined : next.value;
    this.term = this.record?.term ?? Infinity;
  }
}
