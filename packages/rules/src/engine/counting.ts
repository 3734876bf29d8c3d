import { type EventView, type Field, plainText } from '../fields/index.ts';
import type { CorrelationDocument } from '../language/index.ts';
import { DistinctWindow } from './distinct-window.ts';
import { EventWindow } from './event-window.ts';
import { isAbsent, keysOf } from './group-key.ts';
import { GroupTable } from './group-table.ts';
import type { Evidence, Hit, Hold, Stage } from './hit.ts';
import { savedList, savedOptional } from './saved.ts';
import { attempts, describeBounds, figure, meets, within } from './words.ts';

interface Group {
  readonly window: EventWindow;
  readonly distinct: DistinctWindow | undefined;
}

/** `event_count` and the correlations of values: a figure of the events in a window. */
export class Counting implements Stage {
  readonly #document: CorrelationDocument;
  readonly #table: GroupTable<Group>;

  constructor(document: CorrelationDocument) {
    this.#document = document;
    this.#table = new GroupTable(
      document.entitiesMax,
      ({ window, distinct }) => window.size + (distinct?.size ?? 0),
    );
  }

  get groups(): number {
    return this.#table.size;
  }

  get forgotten(): number {
    return this.#table.forgotten;
  }

  accept(input: number, hit: Hit, horizonMs: number, hold: Hold): void {
    const { inputs, type, timespanMs } = this.#document;
    const source = inputs[input];
    if (source === undefined) return;
    const [field] = source.values;
    const isNumeric = type !== 'event_count' && type !== 'value_count';
    const number = isNumeric && field !== undefined ? numberIn(field, hit.view) : 0;
    if (number === undefined) return;
    const values = type === 'value_count' ? keysOf(source.values, hit.view) : '';
    this.#table.sweep(({ window }) => window.newestMs <= horizonMs - timespanMs);
    const keys = keysOf(source.groupBy, hit.view);
    if (typeof keys === 'string') this.#count(keys, hit, number, values, hold);
    else for (const key of keys) this.#count(key, hit, number, values, hold);
  }

  #count(key: string, hit: Hit, number: number, values: string | readonly string[], hold: Hold): void {
    const group = this.#table.touch(key, this.#make);
    if (!group.window.add(hit, number)) return;
    if (group.distinct !== undefined) {
      if (typeof values !== 'string') for (const value of values) group.distinct.add(value, hit.timeMs);
      else if (!isAbsent(values)) group.distinct.add(values, hit.timeMs);
    }
    this.#table.settle(key);
    const value = this.#figureOf(group);
    if (meets(this.#document.bounds, value)) hold(key, hit.timeMs, () => this.#evidence(group, value));
  }

  readonly #make = (): Group => {
    const { type, timespanMs } = this.#document;
    return {
      window: new EventWindow(timespanMs),
      distinct: type === 'value_count' ? new DistinctWindow(timespanMs) : undefined,
    };
  };

  #figureOf({ window, distinct }: Group): number {
    switch (this.#document.type) {
      case 'value_count':
        return distinct?.count ?? 0;
      case 'value_sum':
        return window.sum;
      case 'value_avg':
        return window.sum / window.total;
      case 'value_min':
        return Math.min(...window.values().map(({ value }) => value));
      case 'value_max':
        return Math.max(...window.values().map(({ value }) => value));
      case 'value_percentile':
        return percentileOf(window.values(), this.#document.percentile);
      default:
        return window.total;
    }
  }

  #evidence({ window }: Group, value: number): Evidence {
    const { bounds, timespanMs, type, valueNames, percentile } = this.#document;
    const field = valueNames.map((name) => `\`${name}\``).join(' with ');
    const what = `${within(timespanMs)} (the rule asks for ${describeBounds(bounds)})`;
    const words: Readonly<Record<string, string>> = {
      value_count: `${value} different values of ${field} in ${attempts(window.total)}`,
      value_sum: `a sum of ${field} of ${figure(value)}`,
      value_avg: `a mean of ${field} of ${figure(value)}`,
      value_min: `a least ${field} of ${figure(value)}`,
      value_max: `a greatest ${field} of ${figure(value)}`,
      value_percentile: `a percentile ${percentile} of ${field} of ${figure(value)}`,
    };
    const observed = `${words[type] ?? attempts(window.total)} ${what}`;
    return { count: window.total, refs: window.refs(), observed };
  }

  pass(): void {
    // Time alone fulfils no condition here.
  }

  save(): unknown {
    return this.#table.save(({ window, distinct }) => [window.save(), distinct?.save() ?? null]);
  }

  load(saved: unknown): void {
    const { timespanMs } = this.#document;
    this.#table.load(saved, (group) => {
      const [window, distinct] = savedList(group);
      return {
        window: EventWindow.load(window, timespanMs),
        distinct: savedOptional(distinct, (one) => DistinctWindow.load(one, timespanMs)),
      };
    });
  }
}

function numberIn(field: Field, view: EventView): number | undefined {
  let number: number | undefined;
  field.some(view, (value) => {
    const text = plainText(value);
    if (text === undefined || !/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) return false;
    number = Number(text);
    return Number.isFinite(number);
  });
  return number;
}

/** The nearest rank, with attempts as weights. */
function percentileOf(
  values: readonly { readonly value: number; readonly weight: number }[],
  percentile: number,
): number {
  const sorted = values.toSorted((left, right) => left.value - right.value);
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0);
  const rank = Math.max(1, Math.ceil((percentile / 100) * total));
  let seen = 0;
  for (const { value, weight } of sorted) {
    seen += weight;
    if (seen >= rank) return value;
  }
  return sorted.at(-1)?.value ?? Number.NaN;
}
