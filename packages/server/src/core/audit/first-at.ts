import type { LedgerReader } from './ledger.ts';
import { parseEvent } from './parse-event.ts';

/** The first entry whose event is not before an instant (milliseconds since the epoch), by halving. */
export function firstAt(reader: LedgerReader, size: number, ms: number): number {
  const wanted = new Date(ms).toISOString();
  let low = 0;
  let high = size;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const [entry] = reader.read(middle, 1).entries;
    const time = entry === undefined ? undefined : parseEvent(entry)?.time;
    if (time !== undefined && time < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
