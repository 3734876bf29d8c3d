import type { EventFilter } from '../../core/audit/index.ts';
import { candidates, type IndexView, isMatch, isUnconditional, type Pause } from './answer.ts';
import { EntryReader } from './entry-reader.ts';
import { type EventFacts, readFacts } from './facts.ts';

/** How far the newest matching events were looked at. */
export interface Scanned {
  readonly matchedScanned: number;
  /** Whether these were all. */
  readonly isComplete: boolean;
  readonly size: number;
}

/** Hands over the newest matching events, at most `scan` of them; an entry is a view, valid until `take` returns. */
export async function takeNewest(
  view: IndexView,
  { filter, scan }: { readonly filter: EventFilter; readonly scan: number },
  pause: Pause,
  take: (facts: EventFacts, entry: Uint8Array) => void,
): Promise<Scanned> {
  const query = { ...filter, order: 'newest', limit: 1 } as const;
  const takesAll = isUnconditional(query);
  const reader = new EntryReader(view.reader, true);
  let matchedScanned = 0;
  for (const index of candidates(view, query)) {
    const due = pause();
    if (due !== undefined) await due;
    if (index === undefined) continue;
    const entry = reader.at(index);
    const facts = readFacts(entry);
    if (!takesAll && !isMatch(facts, query)) continue;
    if (matchedScanned === scan) return { matchedScanned, isComplete: false, size: view.size };
    matchedScanned += 1;
    if (facts !== undefined) take(facts, entry);
  }
  return { matchedScanned, isComplete: true, size: view.size };
}
