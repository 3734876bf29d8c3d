import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Finding,
  type JsonObject,
  parseRuleFile,
  RuleEngine,
  ruleEvent,
  type RuleEvent,
} from '../index.ts';

/**
 * A slow evaluator beside the engine: it keeps every event, and for each new one looks at all of them again. It has no
 * windows, no index and no state but the list of what came, and decides detections by reading members itself.
 */
interface Past {
  readonly event: RuleEvent;
  /** What the event counts as: no more than a minute older than the latest before it. */
  readonly timeMs: number;
}

const startMs = Date.UTC(2026, 0, 5);
const minuteMs = 60_000;

const detections = `
title: A
name: a
logsource: {product: keywitness}
detection:
  selection: {action: [key.decrypt, key.encrypt]}
  filter: {client.address|cidr: 10.0.0.0/8}
  condition: selection and not filter
---
title: B
name: b
logsource: {product: keywitness}
detection:
  denied: {outcome: denied}
  admin: {action|startswith: 'key.d'}
  condition: denied or (admin and not denied)
`;

const isA = ({ canonical }: RuleEvent): boolean =>
  (canonical['action'] === 'key.decrypt' || canonical['action'] === 'key.encrypt') &&
  !JSON.stringify(canonical['client']).includes('"10.');
const isB = ({ canonical }: RuleEvent): boolean =>
  canonical['outcome'] === 'denied' || JSON.stringify(canonical['action']).startsWith('"key.d');

/** In which groups a rule holds when the last of some events arrives, and what it counted there. */
type Model = (past: readonly Past[]) => number | undefined;

const arnOf = ({ event }: Past): string => JSON.stringify(event.canonical['actor']);

/** The events of the last one's group that are in the window which ends at the latest of them. */
function windowOf(
  past: readonly Past[],
  spanMs: number,
  isMember: (event: RuleEvent) => boolean,
): readonly Past[] | undefined {
  const last = past.at(-1);
  if (last === undefined || !isMember(last.event)) return undefined;
  const group = past.filter((one) => isMember(one.event) && arnOf(one) === arnOf(last));
  const endMs = Math.max(...group.map(({ timeMs }) => timeMs));
  const inside = group.filter(({ timeMs }) => timeMs > endMs - spanMs);
  return inside.includes(last) ? inside : undefined;
}

const attemptsOf = (past: readonly Past[]): number => past.reduce((sum, { event }) => sum + event.count, 0);
const spanMs = 2 * minuteMs;

const models: Readonly<Record<string, { readonly correlation: string; readonly model: Model }>> = {
  event_count: {
    correlation:
      '{type: event_count, rules: [a], group-by: [actor.arn], timespan: 2m, condition: {gte: 4, lt: 9}}',
    model(past) {
      const inside = windowOf(past, spanMs, isA);
      const count = inside === undefined ? 0 : attemptsOf(inside);
      return count >= 4 && count < 9 ? count : undefined;
    },
  },
  value_count: {
    correlation:
      '{type: value_count, rules: [b], group-by: [actor.arn], timespan: 2m, condition: {field: key.id, gte: 3}}',
    model(past) {
      const inside = windowOf(past, spanMs, isB);
      if (inside === undefined) return undefined;
      const keys = new Set(inside.map(({ event }) => JSON.stringify(event.canonical['key'])));
      return keys.size >= 3 ? attemptsOf(inside) : undefined;
    },
  },
  value_sum: {
    correlation:
      '{type: value_sum, rules: [a], group-by: [actor.arn], timespan: 2m, condition: {field: size, gt: 20}}',
    model(past) {
      const inside = windowOf(past, spanMs, isA);
      if (inside === undefined) return undefined;
      const sum = inside.reduce(
        (total, { event }) => total + Number(event.canonical['size']) * event.count,
        0,
      );
      return sum > 20 ? attemptsOf(inside) : undefined;
    },
  },
  value_percentile: {
    correlation:
      '{type: value_percentile, rules: [a], group-by: [actor.arn], timespan: 2m, condition: {field: size, percentile: 75, gte: 6}}',
    model(past) {
      const inside = windowOf(past, spanMs, isA);
      if (inside === undefined) return undefined;
      const all = inside.flatMap(({ event }) =>
        Array.from({ length: event.count }, () => Number(event.canonical['size'])),
      );
      const sorted = all.toSorted((left, right) => left - right);
      return (sorted[Math.ceil(0.75 * sorted.length) - 1] ?? 0) >= 6 ? attemptsOf(inside) : undefined;
    },
  },
  temporal: {
    correlation: '{type: temporal, rules: [a, b], group-by: [actor.arn], timespan: 2m}',
    model(past) {
      const inside = windowOf(past, spanMs, (event) => isA(event) || isB(event));
      if (inside === undefined) return undefined;
      return inside.some(({ event }) => isA(event)) && inside.some(({ event }) => isB(event)) ? 0 : undefined;
    },
  },
  temporal_ordered: {
    correlation: '{type: temporal_ordered, rules: [a, b], group-by: [actor.arn], timespan: 2m}',
    model(past) {
      const inside = windowOf(past, spanMs, (event) => isA(event) || isB(event));
      const last = past.at(-1);
      if (inside === undefined || last === undefined || !isB(last.event)) return undefined;
      return inside.some(({ event }) => isA(event) && event.index < last.event.index) ? 2 : undefined;
    },
  },
};

interface Told {
  readonly kind: Finding['kind'];
  readonly index: number;
  readonly count: number | undefined;
}

/** Episodes of the model: a pause of more than a quarter of an hour ends one. */
function expectedFindings(
  events: readonly RuleEvent[],
  model: Model,
  keyOf: (past: Past) => string = arnOf,
): readonly Told[] {
  const told: Told[] = [];
  const past: Past[] = [];
  const episodes = new Map<string, { lastMs: number; count: number; toldCount: number }>();
  let latestMs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    latestMs = Math.max(latestMs, event.timeMs);
    past.push({ event, timeMs: Math.max(event.timeMs, latestMs - minuteMs) });
    const count = model(past);
    const last = past.at(-1);
    if (count === undefined || last === undefined) continue;
    const key = keyOf(last);
    const episode = episodes.get(key);
    if (episode === undefined || last.timeMs > episode.lastMs + 15 * minuteMs) {
      episodes.set(key, { lastMs: last.timeMs, count, toldCount: count });
      told.push({ kind: 'opened', index: event.index, count: count === 0 ? undefined : count });
      continue;
    }
    episode.lastMs = Math.max(episode.lastMs, last.timeMs);
    episode.count += event.count;
    if (count === 0 || episode.count < 2 * episode.toldCount) continue;
    episode.toldCount = episode.count;
    told.push({ kind: 'grown', index: event.index, count: episode.count });
  }
  return told;
}

/** Some seconds after the one before, now and then a long time, now and then some seconds earlier. */
const gap = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 40 }) },
  { weight: 2, arbitrary: fc.integer({ min: -90, max: -1 }) },
  { weight: 1, arbitrary: fc.integer({ min: 60, max: 1500 }) },
);

const log = fc
  .array(
    fc.record({
      gap,
      action: fc.constantFrom('key.decrypt', 'key.encrypt', 'key.disable', 'key.list'),
      outcome: fc.constantFrom('success', 'denied'),
      arn: fc.constantFrom('eve', 'mallory'),
      address: fc.constantFrom('10.0.0.1', '192.0.2.1'),
      key: fc.constantFrom('k1', 'k2', 'k3', 'k4'),
      size: fc.integer({ min: 0, max: 9 }),
      count: fc.constantFrom(1, 1, 1, 3),
    }),
    { maxLength: 40 },
  )
  .map((steps) => {
    let timeMs = startMs;
    return steps.map((step, index) => {
      timeMs += step.gap * 1000;
      const canonical: JsonObject = {
        id: `e${index}`,
        time: new Date(timeMs).toISOString(),
        action: step.action,
        outcome: step.outcome,
        actor: { arn: step.arn },
        client: { address: step.address },
        key: { id: step.key },
        size: step.size,
        ...(step.count === 1 ? {} : { count: step.count }),
      };
      return ruleEvent(index, canonical);
    });
  });

describe('the engine finds what a slow evaluator finds', () => {
  for (const [name, { correlation, model }] of Object.entries(models)) {
    it(`for ${name}`, () => {
      const file = parseRuleFile(`${detections}---\ntitle: C\ncorrelation: ${correlation}\n`, 'rule');
      fc.assert(
        fc.property(log, (events) => {
          const engine = new RuleEngine([file]);
          const found = events.flatMap((event) =>
            engine
              .feed(event)
              // Detections that the correlation does not name make findings of their own.
              .filter(({ ruleTitle }) => ruleTitle === 'C')
              .map(({ kind, count }) => ({ kind, index: event.index, count })),
          );
          const expected = expectedFindings(events, model);
          // For `temporal` the model does not say how many events an episode rests on, and so not when it has doubled.
          const opened = expected.filter(({ count }) => count === undefined).map(({ index }) => index);
          if (name === 'temporal') {
            assert.deepEqual(
              found.filter(({ kind }) => kind === 'opened').map(({ index }) => index),
              opened,
            );
          } else assert.deepEqual(found, expected);
        }),
        { numRuns: 200 },
      );
    });
  }
});

describe('first-seen', () => {
  it('finds what a slow evaluator finds', () => {
    const file = parseRuleFile(
      `title: F
logsource: {product: keywitness}
detection: {s: {action: [key.decrypt, key.encrypt]}, not_ten: {client.address|cidr: 10.0.0.0/8}, condition: s and not not_ten}
keywitness: {first-seen: {fields: [key.id], group-by: [actor.arn], history: 10m, learning: 1m}}`,
      'rule',
    );
    const keyOf = ({ event }: Past): string =>
      JSON.stringify([event.canonical['actor'], event.canonical['key']]);
    const model: Model = (past) => {
      const last = past.at(-1);
      if (last === undefined || !isA(last.event)) return undefined;
      const group = past.filter((one) => isA(one.event) && arnOf(one) === arnOf(last));
      const before = group.slice(0, -1).filter((one) => keyOf(one) === keyOf(last));
      const lastMs = Math.max(...before.map(({ timeMs }) => timeMs));
      const isNew = last.timeMs - lastMs >= 10 * minuteMs;
      return isNew && last.timeMs >= (group[0]?.timeMs ?? 0) + minuteMs ? last.event.count : undefined;
    };
    fc.assert(
      fc.property(log, (events) => {
        const engine = new RuleEngine([file]);
        const found = events.flatMap((event) =>
          engine.feed(event).map(({ kind, count }) => ({ kind, index: event.index, count })),
        );
        assert.deepEqual(found, expectedFindings(events, model, keyOf));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a snapshot', () => {
  const file = parseRuleFile(
    [
      detections.trim(),
      ...Object.values(models).map(
        ({ correlation }, index) => `title: C${index}\ncorrelation: ${correlation}`,
      ),
      `title: F
logsource: {product: keywitness}
detection: {s: {action: '*'}, condition: s}
keywitness: {first-seen: {fields: [key.id], group-by: [actor.arn], history: 10m, learning: 1m}}`,
      `title: G
logsource: {product: keywitness}
detection: {s: {action: '*'}, condition: s}
keywitness: {baseline: {group-by: [actor.arn], interval: 1m, floor: 2, z: 1, min-points: 2, distinct: key.id}}`,
      `title: H
logsource: {product: keywitness}
detection: {s: {action: key.decrypt}, condition: s}
keywitness: {absence: {within: 5m, group-by: [actor.arn]}, quiet: 1m}`,
      `title: I
logsource: {product: keywitness}
detection: {s: {action: key.encrypt}, condition: s}
keywitness: {absence: {within: 2m, after: a, group-by: [actor.arn]}, quiet: 1m, entities-max: 1}`,
    ].join('\n---\n'),
    'rule',
  );

  it('taken anywhere gives the same findings as one run, and events that come twice change nothing', () => {
    fc.assert(
      fc.property(log, fc.nat(40), fc.nat(3), (events, at, again) => {
        const cut = Math.min(at, events.length);
        const whole = new RuleEngine([file]);
        const expected = events.flatMap((event) => whole.feed(event));
        const first = new RuleEngine([file]);
        const before = events.slice(0, cut).flatMap((event) => first.feed(event));
        const second = new RuleEngine([file]);
        second.restore(first.snapshot());
        const after = events.slice(Math.max(0, cut - again)).flatMap((event) => second.feed(event));
        assert.deepEqual([...before, ...after], expected);
        assert.equal(second.snapshot(), whole.snapshot());
      }),
      { numRuns: 300 },
    );
  });
});
