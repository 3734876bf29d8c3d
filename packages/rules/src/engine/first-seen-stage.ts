import { describeDuration, type DetectionDocument, type FirstSeen } from '../language/index.ts';
import { isAbsent, joinKeys, keysOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import type { Hit, Hold, Stage } from './hit.ts';
import { savedList, savedNumber, savedText } from './saved.ts';

interface Group {
  readonly sinceMs: number;
  /** When each value was seen last, the least recently seen first. */
  readonly seen: Map<string, number>;
}

/** `first-seen`: values that a group did not have lately. */
export class FirstSeenStage implements Stage {
  readonly #document: DetectionDocument;
  readonly #detector: FirstSeen;
  readonly #table: GroupTable<Group>;
  /** Values that were forgotten because a group had too many. */
  #values = 0;

  constructor(document: DetectionDocument, detector: FirstSeen) {
    this.#document = document;
    this.#detector = detector;
    this.#table = new GroupTable(document.entitiesMax, ({ seen }) => seen.size);
  }

  get groups(): number {
    return this.#table.size;
  }

  get forgotten(): number {
    return this.#table.forgotten + this.#values;
  }

  accept(_input: number, hit: Hit, horizonMs: number, hold: Hold): void {
    const { groupBy } = this.#document;
    const values = keysOf(this.#detector.fields, hit.view);
    if (typeof values === 'string' && isAbsent(values)) return;
    const keys = keysOf(groupBy, hit.view);
    for (const key of typeof keys === 'string' ? [keys] : keys) {
      const group = this.#table.touch(key, () => ({ sinceMs: hit.timeMs, seen: new Map() }));
      for (const value of typeof values === 'string' ? [values] : values) {
        const isNew = this.#see(group, value, hit.timeMs, horizonMs);
        this.#table.settle(key);
        if (!isNew) continue;
        hold(joinKeys(key, value, groupBy.length > 0), hit.timeMs, () => ({
          count: hit.weight,
          refs: [hit.ref],
          observed: `not seen in the ${describeDuration(this.#detector.historyMs)} before`,
        }));
      }
    }
  }

  /** Whether a value is new, which it is not any more. */
  #see({ seen, sinceMs }: Group, value: string, timeMs: number, horizonMs: number): boolean {
    const { historyMs, learningMs, valuesMax } = this.#detector;
    const [oldest] = seen;
    if (oldest !== undefined && oldest[0] !== value && oldest[1] <= horizonMs - historyMs) {
      seen.delete(oldest[0]);
    }
    const lastMs = seen.get(value);
    if (lastMs !== undefined) seen.delete(value);
    else if (seen.size >= valuesMax) {
      const [forgotten] = seen.keys();
      if (forgotten !== undefined) seen.delete(forgotten);
      this.#values += 1;
    }
    seen.set(value, Math.max(lastMs ?? timeMs, timeMs));
    const isNew = lastMs === undefined || timeMs - lastMs >= historyMs;
    return isNew && timeMs >= sinceMs + learningMs;
  }

  pass(): void {
    // What is seen is told by events.
  }

  save(): unknown {
    return [this.#values, this.#table.save(({ sinceMs, seen }) => [sinceMs, [...seen]])];
  }

  load(saved: unknown): void {
    const [values, table] = savedList(saved);
    this.#values = savedNumber(values);
    this.#table.load(table, (group) => {
      const [since, seen] = savedList(group);
      const pairs = savedList(seen).map((one): [string, number] => {
        const [value, time] = savedList(one);
        return [savedText(value), savedNumber(time)];
      });
      return { sinceMs: savedNumber(since), seen: new Map(pairs) };
    });
  }
}
