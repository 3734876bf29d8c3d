import type { EventFilter } from '../../core/audit/index.ts';
import type { IndexView, Pause } from './answer.ts';
import { Bits } from './bits.ts';
import { EntryReader } from './entry-reader.ts';
import { matches, readFacts } from './facts.ts';
import type { Run } from './index-file.ts';
import { TAIL_ENTRIES, type Tail } from './tail.ts';
import { type Condition, conditionsOf } from './terms.ts';

/** A part of the index: consecutive entries with postings of their own. */
export type Part = Run | Tail;

/** Positions of a part, and those of them that an entry has to be looked at for. */
interface Selection {
  readonly found: Bits;
  readonly doubtful: Bits;
}

/** How many positions the sets about a part are made for. */
function positionsIn(part: Part): number {
  return 'level' in part ? part.end - part.first : TAIL_ENTRIES;
}

/**
 * The positions in a part of exactly the entries that match. Postings tell most of them; only entries that the postings
 * leave in doubt are read (`terms.ts`).
 */
export async function selectMatches(
  view: IndexView,
  part: Part,
  filter: EventFilter,
  pause: Pause,
): Promise<Bits> {
  const { found, doubtful } = selectCandidates(view, part, filter);
  const reader = new EntryReader(view.reader, false);
  for (const position of doubtful.positions()) {
    const facts = readFacts(reader.at(part.first + position));
    if (facts === undefined || !matches(facts, filter)) found.delete(position);
    const due = pause();
    if (due !== undefined) await due;
  }
  return found;
}

/** The positions that have one of the terms. */
export function positionsWith(view: IndexView, part: Part, terms: readonly number[]): Bits {
  const bits = new Bits(positionsIn(part));
  if (!('level' in part)) {
    bits.addPositions(part.positionsOf(terms));
    return bits;
  }
  for (const term of terms) {
    const record = view.file.record(part, term);
    if (record !== undefined) bits.addRecord(record);
  }
  return bits;
}

function selectCandidates(view: IndexView, part: Part, filter: EventFilter): Selection {
  const { all, isPartial } = conditionsOf(filter, view.dictionary);
  const covered = Math.min(part.end, view.size) - part.first;
  const found = Bits.below(covered, positionsIn(part));
  const doubtful = new Bits(positionsIn(part));
  for (const condition of all) {
    addCondition(view, part, condition, { found, doubtful });
    if (found.isEmpty) break;
  }
  if (isPartial) doubtful.add(found);
  doubtful.keep(found);
  return { found, doubtful };
}

function addCondition(
  view: IndexView,
  part: Part,
  { sure, unsure }: Condition,
  { found, doubtful }: Selection,
): void {
  const some = positionsWith(view, part, sure);
  const maybe = positionsWith(view, part, unsure);
  maybe.drop(some);
  doubtful.add(maybe);
  some.add(maybe);
  found.keep(some);
}
