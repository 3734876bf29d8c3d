import type {
  EventSummary,
  FieldSummary,
  SummaryField,
  SummaryQuery,
  ValueCount,
} from '../../core/audit/index.ts';
import type { IndexView, Pause } from './answer.ts';
import type { EventFacts, Named } from './facts.ts';
import { takeNewest } from './newest-matches.ts';

/** Sums up the newest matching events, as many as may be looked at. */
export async function answerSummary(
  view: IndexView,
  { filter, by, top, scan, over }: SummaryQuery,
  pause: Pause,
): Promise<EventSummary> {
  const tallies = by.map((field) => new Tally(field, over === 'day'));
  const scanned = await takeNewest(view, { filter, scan }, pause, (facts) => {
    for (const tally of tallies) tally.add(facts);
  });
  const fields = Object.fromEntries(tallies.map((tally) => [tally.field, tally.summary(top)]));
  return { fields, ...scanned };
}

interface Count {
  readonly label: string | undefined;
  count: number;
  firstMs: number;
  lastMs: number;
  readonly days: Map<string, number>;
}

/** What the events that it is handed, the newest first, have most of one field. */
class Tally {
  readonly field: SummaryField;
  readonly #hasDays: boolean;
  readonly #counts = new Map<string, Count>();

  constructor(field: SummaryField, hasDays: boolean) {
    this.field = field;
    this.#hasDays = hasDays;
  }

  add(facts: EventFacts): void {
    const { timeMs } = facts;
    const seen = new Map(valuesOf(this.field, facts).map((value) => [value.name, value]));
    for (const { name, label } of seen.values()) {
      const count = this.#counts.get(name) ?? newCount(label);
      this.#counts.set(name, count);
      count.count += 1;
      if (timeMs === undefined) continue;
      count.firstMs = Math.min(count.firstMs, timeMs);
      count.lastMs = Math.max(count.lastMs, timeMs);
      if (!this.#hasDays) continue;
      const day = new Date(timeMs).toISOString().slice(0, -'T00:00:00.000Z'.length);
      count.days.set(day, (count.days.get(day) ?? 0) + 1);
    }
  }

  summary(top: number): FieldSummary {
    const counts = [...this.#counts].toSorted(
      ([value, { count }], [other, { count: otherCount }]) => otherCount - count || (value < other ? -1 : 1),
    );
    const values = counts.slice(0, top).map((entry) => this.#valueCount(entry));
    return { values, distinct: counts.length };
  }

  #valueCount([value, { count, days, firstMs, label, lastMs }]: readonly [string, Count]): ValueCount {
    return {
      value,
      ...(label === undefined ? {} : { label }),
      count,
      ...(Number.isFinite(firstMs) ? { firstMs, lastMs } : {}),
      ...(this.#hasDays
        ? { days: Object.fromEntries([...days].toSorted(([day], [other]) => (day < other ? -1 : 1))) }
        : {}),
    };
  }
}

function newCount(label: string | undefined): Count {
  return { label, count: 0, firstMs: Infinity, lastMs: -Infinity, days: new Map() };
}

function valuesOf(field: SummaryField, facts: EventFacts): readonly Named[] {
  switch (field) {
    case 'asset':
      return facts.assets.map(({ name, value }) => plain(`${name}=${value}`));
    case 'key':
      return facts.usedKeys();
    case 'material':
      return facts.materials.map(plain);
    case 'principal': {
      const who = facts.who();
      return who === undefined ? [] : [who];
    }
    case 'action':
    case 'credential':
    case 'errorCode':
    case 'outcome':
    case 'source':
    case 'userAgent': {
      const value = facts[field];
      return value === undefined ? [] : [plain(value)];
    }
  }
}

function plain(name: string): Named {
  return { name, label: undefined };
}
