import type { EventPage, EventQuery, IndexedEntry, LedgerReader } from '../../core/audit/index.ts';
import { candidatesInRun, candidatesInTail } from './candidates.ts';
import type { Dictionary } from './dictionary.ts';
import { EntryReader } from './entry-reader.ts';
import { type EventFacts, matches, readFacts } from './facts.ts';
import type { IndexFile, Run } from './index-file.ts';
import { SEGMENT_ENTRIES, type Segments } from './segments.ts';
import type { Tail } from './tail.ts';
import { type Condition, conditionsOf, idTerm, uuidTimeMs, WIDE } from './terms.ts';

/** The index as it was when a question was asked. Runs in it stay until the question is answered. */
export interface IndexView {
  readonly file: IndexFile;
  readonly runs: readonly Run[];
  readonly tail: Tail;
  readonly segments: Segments;
  readonly dictionary: Dictionary;
  readonly reader: LedgerReader;
  /** The number of entries that the answer covers. */
  readonly size: number;
}

/** Lets other work of the thread happen when an answer takes long; gives nothing to wait for when it is not time yet. */
export type Pause = () => Promise<void> | undefined;

/** Answers `query` over the first `view.size` entries. */
export async function answerQuery(view: IndexView, query: EventQuery, pause: Pause): Promise<EventPage> {
  const entries: IndexedEntry[] = [];
  const reader = new EntryReader(view.reader, query.order === 'newest');
  const takesAll = isUnconditional(query);
  for (const index of candidates(view, query)) {
    const due = pause();
    if (due !== undefined) await due;
    if (index === undefined) continue;
    const entry = reader.at(index);
    if (!takesAll && !isMatch(readFacts(entry), query)) continue;
    const last = entries.at(-1);
    if (last !== undefined && entries.length >= query.limit) {
      return { entries, size: view.size, next: last.index };
    }
    // A copy: the view shares a large buffer, which would travel to another thread with it.
    entries.push({ index, entry: entry.slice() });
  }
  return { entries, size: view.size };
}

/** Finds the entry with an event id: a UUIDv7 by the instant inside it, any other id by its term. */
export async function findEvent(
  view: IndexView,
  eventId: string,
  pause: Pause,
): Promise<IndexedEntry | undefined> {
  const idTimeMs = uuidTimeMs(eventId);
  if (idTimeMs === undefined) return findByTerm(view, eventId);
  const text = Buffer.from(eventId, 'utf8');
  for (const first of view.segments.ofIdTime(view.size, idTimeMs)) {
    const found = findInSegment(view, first, eventId, text);
    if (found !== undefined) return found;
    const due = pause();
    if (due !== undefined) await due;
  }
  return undefined;
}

function findByTerm(view: IndexView, eventId: string): IndexedEntry | undefined {
  const reader = new EntryReader(view.reader, false);
  for (const index of indexes(
    view,
    [{ sure: [], unsure: [idTerm(eventId), WIDE] }],
    { first: 0, end: view.size },
    false,
  )) {
    if (index === undefined) continue;
    const entry = reader.at(index);
    if (readFacts(entry)?.id === eventId) return { index, entry: entry.slice() };
  }
  return undefined;
}

function findInSegment(
  view: IndexView,
  first: number,
  eventId: string,
  text: Buffer,
): IndexedEntry | undefined {
  const end = Math.min(first + SEGMENT_ENTRIES, view.size);
  for (let next = first; next < end;) {
    const { entries } = view.reader.read(next, end - next);
    if (entries.length === 0) return undefined;
    for (const [position, entry] of entries.entries()) {
      const holdsText = Buffer.from(entry.buffer, entry.byteOffset, entry.length).includes(text);
      if (holdsText && readFacts(entry)?.id === eventId) {
        return { index: next + position, entry: entry.slice() };
      }
    }
    next += entries.length;
  }
  return undefined;
}

/** Every entry that may match, in the order asked for; at least all that do. `undefined` where a pause is welcome. */
export function* candidates(view: IndexView, query: EventQuery): Generator<number | undefined> {
  const { fromMs = -Infinity, toMs = Infinity, beyond, order } = query;
  const isTimed = query.fromMs !== undefined || query.toMs !== undefined;
  const range = isTimed ? view.segments.window(view.size, fromMs, toMs) : { first: 0, end: view.size };
  const first = order === 'oldest' && beyond !== undefined ? Math.max(range.first, beyond + 1) : range.first;
  const end = order === 'newest' && beyond !== undefined ? Math.min(range.end, beyond) : range.end;
  const { all: conditions } = conditionsOf(query, view.dictionary);
  for (const index of indexes(view, conditions, { first, end }, order === 'newest')) {
    if (index === undefined || !isTimed || view.segments.mayHold(index, fromMs, toMs)) yield index;
  }
}

interface Range {
  readonly first: number;
  readonly end: number;
}

/** The entries of `range` that may satisfy the conditions. */
function* indexes(
  view: IndexView,
  conditions: readonly Condition[],
  range: Range,
  backwards: boolean,
): Generator<number | undefined> {
  if (conditions.length === 0) {
    yield* all(range, backwards);
    return;
  }
  const parts = [...view.runs, view.tail].filter((part) => part.first < range.end && part.end > range.first);
  for (const part of backwards ? parts.toReversed() : parts) {
    const positions =
      'level' in part ? candidatesInRun(view.file, part, conditions) : candidatesInTail(part, conditions);
    if (backwards) positions.reverse();
    for (const position of positions) {
      const index = part.first + position;
      if (index >= range.first && index < range.end) yield index;
    }
    yield undefined;
  }
}

function* all({ first, end }: Range, backwards: boolean): Generator<number> {
  for (let step = 0; step < end - first; step += 1) yield backwards ? end - 1 - step : first + step;
}

/** Whether an entry, as far as it could be read, is an answer. */
export function isMatch(facts: EventFacts | undefined, query: EventQuery): boolean {
  return facts !== undefined && matches(facts, query);
}

/** Such a question lists every entry, even one that cannot be read. */
export function isUnconditional({
  order: _order,
  limit: _limit,
  beyond: _beyond,
  ...conditions
}: EventQuery): boolean {
  return Object.values(conditions).every((condition) => condition === undefined);
}
