import type { CorrelationDocument } from '../language/index.ts';
import { keysOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import type { EventRef, Hit, Hold, Stage } from './hit.ts';
import { savedList, savedNumber, savedOptional, savedRef, saveRef } from './saved.ts';
import { within } from './words.ts';

/** Events of the first rules, in order: of all such chains the one whose earliest time is the latest. */
interface Chain {
  readonly earliestMs: number;
  readonly refs: readonly EventRef[];
}

interface Step {
  best: Chain | undefined;
  /** Which event `best` was last looked at for, and what it was before: no event takes two steps. */
  index: number;
  before: Chain | undefined;
}

interface Group {
  newestMs: number;
  readonly steps: readonly Step[];
}

/** `temporal_ordered`: events of several rules in a window, in the order of the log. */
export class TemporalOrdered implements Stage {
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
    const { inputs, timespanMs } = this.#document;
    this.#table.sweep(({ newestMs }) => newestMs <= horizonMs - timespanMs);
    const keys = keysOf(inputs[input]?.groupBy ?? [], hit.view);
    for (const key of typeof keys === 'string' ? [keys] : keys) {
      const group = this.#table.touch(key, () => ({
        newestMs: Number.NEGATIVE_INFINITY,
        steps: inputs.map(() => ({ best: undefined, index: -1, before: undefined })),
      }));
      if (hit.timeMs <= group.newestMs - timespanMs) continue;
      group.newestMs = Math.max(group.newestMs, hit.timeMs);
      const chain = this.#advance(group, input, hit);
      if (chain === undefined || input !== inputs.length - 1) continue;
      if (chain.earliestMs <= group.newestMs - timespanMs) continue;
      const observed = `events of ${inputs.length} rules in order ${within(timespanMs)}`;
      hold(key, hit.timeMs, () => ({ count: chain.refs.length, refs: chain.refs, observed }));
    }
  }

  /** The best chain that ends with this event; `undefined` when there is none. */
  #advance(group: Group, input: number, { timeMs, ref }: Hit): Chain | undefined {
    const step = group.steps[input];
    const previous = input === 0 ? undefined : group.steps[input - 1];
    if (step === undefined) return undefined;
    const from = previous?.index === ref.index ? previous.before : previous?.best;
    if (input > 0 && from === undefined) return undefined;
    const chain = {
      earliestMs: Math.min(from?.earliestMs ?? timeMs, timeMs),
      refs: [...(from?.refs ?? []), ref],
    };
    if (step.index !== ref.index) {
      step.index = ref.index;
      step.before = step.best;
    }
    if (step.best === undefined || chain.earliestMs >= step.best.earliestMs) step.best = chain;
    return chain;
  }

  pass(): void {
    // Time alone fulfils no condition here.
  }

  save(): unknown {
    return this.#table.save(({ newestMs, steps }) => [
      newestMs,
      steps.map(({ best }) => (best === undefined ? null : [best.earliestMs, best.refs.map(saveRef)])),
    ]);
  }

  load(saved: unknown): void {
    this.#table.load(saved, (group) => {
      const [newest, steps] = savedList(group);
      return {
        newestMs: savedNumber(newest),
        steps: savedList(steps).map((step) => ({
          best: savedOptional(step, loadChain),
          index: -1,
          before: undefined,
        })),
      };
    });
  }
}

function loadChain(saved: unknown): Chain {
  const [earliest, refs] = savedList(saved);
  return { earliestMs: savedNumber(earliest), refs: savedList(refs).map(savedRef) };
}
