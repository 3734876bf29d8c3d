import type { CorrelationDocument } from '../language/index.ts';
import { keysOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import type { EventRef, Evidence, Hit, Hold, Stage } from './hit.ts';
import { savedList, savedNumber, savedOptional, savedRef, saveRef } from './saved.ts';
import { meets, within } from './words.ts';

interface Sighting {
  readonly timeMs: number;
  readonly ref: EventRef;
}

interface Group {
  newestMs: number;
  /** The latest event of each rule. */
  readonly latest: (Sighting | undefined)[];
}

/** `temporal`: events of several rules in a window, in any order. */
export class Temporal implements Stage {
  readonly #document: CorrelationDocument;
  readonly #table: GroupTable<Group>;

  constructor(document: CorrelationDocument) {
    this.#document = document;
    this.#table = new GroupTable(document.entitiesMax, () => 1);
  }

  get groups(): number {
    return this.#table.size;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  accept(input: number, hit: Hit, horizonMs: number, hold: Hold): void {
    const { inputs, timespanMs, bounds } = this.#document;
    this.#table.sweep(({ newestMs }) => newestMs <= horizonMs - timespanMs);
    const keys = keysOf(inputs[input]?.groupBy ?? [], hit.view);
    for (const key of typeof keys === 'string' ? [keys] : keys) {
      const group = this.#table.touch(key, () => ({
        newestMs: Number.NEGATIVE_INFINITY,
        latest: inputs.map(() => undefined),
      }));
      if (hit.timeMs <= group.newestMs - timespanMs) continue;
      group.newestMs = Math.max(group.newestMs, hit.timeMs);
      if (hit.timeMs >= (group.latest[input]?.timeMs ?? Number.NEGATIVE_INFINITY)) {
        group.latest[input] = { timeMs: hit.timeMs, ref: hit.ref };
      }
      const beginMs = group.newestMs - timespanMs;
      const seen = group.latest.reduce(
        (sum, one) => sum + (one !== undefined && one.timeMs > beginMs ? 1 : 0),
        0,
      );
      if (meets(bounds, seen)) hold(key, hit.timeMs, () => this.#evidence(group, beginMs));
    }
  }

  #evidence(group: Group, beginMs: number): Evidence {
    const seen = group.latest.filter((one) => one !== undefined && one.timeMs > beginMs);
    const refs = seen
      .flatMap((one) => (one === undefined ? [] : [one.ref]))
      .toSorted((left, right) => left.index - right.index)
      .filter(({ index }, at, all) => index !== all[at - 1]?.index);
    const { inputs, timespanMs } = this.#document;
    const observed = `events of ${seen.length} of ${inputs.length} rules ${within(timespanMs)}`;
    return { count: refs.length, refs, observed };
  }

  pass(): void {
    // Time alone fulfils no condition here.
  }

  save(): unknown {
    return this.#table.save(({ newestMs, latest }) => [
      newestMs,
      latest.map((one) => (one === undefined ? null : [one.timeMs, saveRef(one.ref)])),
    ]);
  }

  load(saved: unknown): void {
    this.#table.load(saved, (group) => {
      const [newest, latest] = savedList(group);
      return {
        newestMs: savedNumber(newest),
        latest: savedList(latest).map((one) =>
          savedOptional(one, (sighting) => {
            const [time, ref] = savedList(sighting);
            return { timeMs: savedNumber(time), ref: savedRef(ref) };
          }),
        ),
      };
    });
  }
}
