import type { BacktestAnswer, BacktestIncident } from '@keywitness/api';
import { type Finding, type JsonObject, parseRuleFile, RuleEngine, ruleEvent } from '@keywitness/rules';
import {
  cloudTrailRecord,
  firstAt,
  type LedgerReader,
  parseEvent,
  type TrailPlace,
} from '../../audit/index.ts';

/** A rule file that is tried over a span of the record. */
export interface Backtest {
  readonly name: string;
  readonly text: string;
  /** Milliseconds since the epoch: `fromMs` is in it, `toMs` is not. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Where the past is read from. */
export interface BacktestSources {
  readonly reader: LedgerReader;
  readonly place: TrailPlace;
}

const RUN_ENTRIES = 1024;
/** Rules that learn have learned from this much before the span begins. */
const LEARN_MS = 14 * 86_400_000;
const INCIDENTS_MAX = 200;
const EVENTS_MAX = 5;

type Incident = { -readonly [Name in keyof BacktestIncident]: BacktestIncident[Name] };

/** Runs a rule over what is on the record, in steps, and tells the incidents that there would have been. */
export function* backtest(
  { fromMs, name, text, toMs }: Backtest,
  { place, reader }: BacktestSources,
): Generator<{ readonly done: number; readonly total: number }, BacktestAnswer> {
  const engine = new RuleEngine([parseRuleFile(text, name)]);
  const tally = new Tally(fromMs);
  const size = reader.size();
  const start = firstAt(reader, size, fromMs - LEARN_MS);
  const end = toMs === Infinity ? size : firstAt(reader, size, toMs);
  let events = 0;
  for (let index = start; index < end;) {
    const { entries } = reader.read(index, Math.min(RUN_ENTRIES, end - index));
    if (entries.length === 0) break;
    for (const entry of entries) {
      const event = parseEvent(entry);
      if (event !== undefined) {
        const timeMs = Date.parse(event.time);
        if (timeMs >= fromMs) events += 1;
        // What did not come is found when time has gone on.
        tally.add(engine.advance(timeMs));
        tally.add(engine.feed(ruleEvent(index, plain(event), () => plain(cloudTrailRecord(event, place)))));
      }
      index += 1;
    }
    yield { done: index - start, total: end - start };
  }
  return { rule: name, events, ...tally.told() };
}

/** The incidents of a span, and how many there were on each day. */
class Tally {
  readonly #fromMs: number;
  readonly #incidents = new Map<string, Incident>();
  readonly #perDay = new Map<string, number>();
  #count = 0;

  constructor(fromMs: number) {
    this.#fromMs = fromMs;
  }

  add(findings: readonly Finding[]): void {
    for (const finding of findings) {
      const known = this.#incidents.get(finding.episode);
      if (known !== undefined) known.count = finding.count;
      if (finding.kind === 'opened' && finding.timeMs >= this.#fromMs) this.#open(finding);
    }
  }

  told(): Pick<BacktestAnswer, 'count' | 'incidents' | 'perDay'> {
    return {
      count: this.#count,
      perDay: Object.fromEntries(this.#perDay),
      incidents: [...this.#incidents.values()],
    };
  }

  #open({ count, entity, episode, events, level, ruleTitle, summary, timeMs }: Finding): void {
    const time = new Date(timeMs).toISOString();
    const day = time.slice(0, 10);
    this.#count += 1;
    this.#perDay.set(day, (this.#perDay.get(day) ?? 0) + 1);
    if (this.#incidents.size >= INCIDENTS_MAX) return;
    const eventIds = events.slice(0, EVENTS_MAX).map(({ id }) => id);
    this.#incidents.set(episode, { time, title: ruleTitle, level, entity, summary, count, eventIds });
  }
}

/** Both were, or become, JSON: they hold nothing else. */
function plain(value: object): JsonObject {
  if (isJson(value)) return value;
  throw new TypeError('an event is a JSON object');
}

function isJson(value: object): value is JsonObject {
  return !Array.isArray(value);
}
