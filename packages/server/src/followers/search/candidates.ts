import type { IndexFile, Run } from './index-file.ts';
import { decodePositions, type PostingRecord } from './posting-page.ts';
import type { Tail } from './tail.ts';
import type { Condition } from './terms.ts';

/**
 * Looking at an entry costs as much as decoding about this many positions. Beyond it, a condition is cheaper checked
 * on the entries that the others leave.
 */
const POSITIONS_PER_LOOK = 5000;

/** Positions in a run of entries that may satisfy all conditions (one or more), ascending; at least all that do. */
export function candidatesInRun(file: IndexFile, run: Run, conditions: readonly Condition[]): Uint32Array {
  const lists: PostingList[] = [];
  for (const condition of conditions) {
    const list = listOf(file, run, condition);
    if (list.count === 0) return new Uint32Array(0);
    lists.push(list);
  }
  lists.sort((left, right) => left.count - right.count);
  let found: Uint32Array | undefined;
  for (const list of lists) {
    if (found !== undefined && list.count > POSITIONS_PER_LOOK * found.length) break;
    const positions = decodeList(list);
    found = found === undefined ? positions : intersect(found, positions);
  }
  return found ?? new Uint32Array(0);
}

/** The same of the newest entries, for one condition or more. */
export function candidatesInTail(tail: Tail, conditions: readonly Condition[]): Uint32Array {
  const lists = conditions.map((condition) => tail.positionsOf(alternativesOf(condition)));
  return lists.reduce((found, positions) => intersect(found, positions));
}

function alternativesOf({ sure, unsure }: Condition): readonly number[] {
  return [...sure, ...unsure];
}

interface PostingList {
  readonly count: number;
  readonly records: readonly PostingRecord[];
}

function listOf(file: IndexFile, run: Run, condition: Condition): PostingList {
  const records = alternativesOf(condition)
    .map((term) => file.record(run, term))
    .filter((record) => record !== undefined);
  return { records, count: records.reduce((sum, record) => sum + record.count, 0) };
}

function decodeList({ records, count }: PostingList): Uint32Array {
  const positions = new Uint32Array(count);
  let end = 0;
  for (const record of records) end = decodePositions(record, positions, end, 0);
  if (records.length < 2) return positions;
  positions.sort();
  return positions.filter((position, index) => index === 0 || position !== positions[index - 1]);
}

function intersect(left: Uint32Array, right: Uint32Array): Uint32Array {
  const found = new Uint32Array(Math.min(left.length, right.length));
  let count = 0;
  for (let l = 0, r = 0; l < left.length && r < right.length;) {
    const a = left[l] ?? 0;
    const b = right[r] ?? 0;
    if (a === b) {
      found[count] = a;
      count += 1;
    }
    if (a <= b) l += 1;
    if (b <= a) r += 1;
  }
  return found.subarray(0, count);
}
