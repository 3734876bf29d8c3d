import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Finding,
  type JsonObject,
  parseRuleFile,
  RuleEngine,
  RuleError,
  ruleEvent,
  type RuleFile,
  type RuleEvent,
} from '../index.ts';

const startMs = Date.UTC(2026, 0, 5);

/** A rule about events with `a`, then `rest`. */
function detection(a: string, rest = ''): string {
  return `title: T ${a}
name: ${a}
logsource: {product: keywitness}
detection:
  selection: {a: ${a}}
  condition: selection
${rest}`;
}

function correlation(body: string, rest = ''): string {
  return `title: C\ncorrelation: ${body}\n${rest}`;
}

function engineOf(...documents: readonly string[]): RuleEngine {
  return new RuleEngine([parseRuleFile(documents.join('\n---\n'), 'rule')]);
}

/** `[seconds, members]`; indices count up. */
type Step = readonly [seconds: number, members: JsonObject];

function eventAt(index: number, [seconds, members]: Step): RuleEvent {
  const time = new Date(startMs + seconds * 1000).toISOString();
  return ruleEvent(index, {
    id: `e${index}`,
    time,
    action: 'key.decrypt',
    actor: { arn: 'eve' },
    ...members,
  });
}

function run(engine: RuleEngine, steps: readonly Step[]): readonly Finding[] {
  return steps.flatMap((step, index) => engine.feed(eventAt(index, step)));
}

function opened(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ kind }) => kind === 'opened');
}

const repeat = (count: number, everySeconds: number, members: JsonObject, from = 0): readonly Step[] =>
  Array.from({ length: count }, (_, index): Step => [from + index * everySeconds, members]);

describe('a detection', () => {
  it('opens one episode for an actor, which grows when it has doubled', () => {
    const findings = run(engineOf(detection('x')), repeat(9, 60, { a: 'x' }));
    assert.deepEqual(
      findings.map(({ kind, count, entity }) => [kind, count, entity['actor.arn']]),
      [
        ['opened', 1, 'eve'],
        ['grown', 2, 'eve'],
        ['grown', 4, 'eve'],
        ['grown', 8, 'eve'],
      ],
    );
    assert.equal(new Set(findings.map(({ episode }) => episode)).size, 1);
  });

  it('opens another one after a pause, and for another actor', () => {
    const findings = run(engineOf(detection('x')), [
      [0, { a: 'x' }],
      [10, { a: 'x', actor: { arn: 'mallory' } }],
      [15 * 60 + 1, { a: 'x' }],
    ]);
    assert.deepEqual(
      findings.map(({ entity }) => entity['actor.arn']),
      ['eve', 'mallory', 'eve'],
    );
    assert.equal(new Set(findings.map(({ episode }) => episode)).size, 3);
  });

  it('has the entity, level and pause that it asks for', () => {
    const rest = 'level: low\nkeywitness: {group-by: [assets], quiet: 10s, level: critical}';
    const findings = run(engineOf(detection('x', rest)), [
      [0, { a: 'x', context: { p: '1', q: '2' } }],
      [11, { a: 'x', context: { q: '2' } }],
    ]);
    assert.deepEqual(
      findings.map(({ entity, level }) => [entity['assets'], level]),
      [
        ['p=1', 'critical'],
        ['q=2', 'critical'],
        ['q=2', 'critical'],
      ],
    );
  });

  it('names at most 20 events, the first and the newest', () => {
    const findings = run(engineOf(detection('x')), repeat(64, 1, { a: 'x' }));
    const last = findings.at(-1);
    assert.equal(last?.count, 64);
    assert.deepEqual(
      last.events.map(({ index }) => index),
      [
        ...Array.from({ length: 10 }, (_, index) => index),
        ...Array.from({ length: 10 }, (_, index) => 54 + index),
      ],
    );
  });

  it('does not see what detection itself does, unless it says so', () => {
    const any = 'title: t\nlogsource: {product: keywitness}\ndetection: {s: {outcome: ok}, condition: s}';
    const own =
      "title: t\nlogsource: {product: keywitness}\ndetection: {s: {action: 'incident.*'}, condition: s}";
    const step: Step = [0, { action: 'incident.open', outcome: 'ok' }];
    assert.equal(run(engineOf(any), [step]).length, 0);
    assert.equal(run(engineOf(own), [step]).length, 1);
  });

  it('looks at CloudTrail records, found by the operation', () => {
    const text = `title: t
logsource: {product: aws, service: cloudtrail}
detection:
  selection:
    eventSource: kms.amazonaws.com
    eventName: [ScheduleKeyDeletion, DisableKey]
  condition: selection`;
    const engine = engineOf(text);
    let rendered = 0;
    const feed = (index: number, operation: string): readonly Finding[] =>
      engine.feed({
        ...eventAt(index, [index, { protocol: { operation } }]),
        cloudTrail: () => {
          rendered += 1;
          return { eventSource: 'kms.amazonaws.com', eventName: operation };
        },
      });
    assert.equal(feed(0, 'Decrypt').length, 0);
    assert.equal(rendered, 0);
    assert.equal(feed(1, 'DisableKey').length, 1);
    assert.equal(rendered, 1);
  });
});

describe('filters', () => {
  it('take events from the detections that they name', () => {
    const filter = `title: F
logsource: {product: keywitness}
filter:
  rules: [x]
  selection: {actor.arn: eve}
  condition: selection`;
    const findings = run(engineOf(detection('x'), detection('y'), filter), [
      [0, { a: 'x' }],
      [1, { a: 'y' }],
      [2, { a: 'x', actor: { arn: 'mallory' } }],
    ]);
    assert.deepEqual(
      findings.map(({ ruleTitle }) => ruleTitle),
      ['T y', 'T x'],
    );
    const [other, first] = findings;
    assert(other?.episode.startsWith('["rule#2"'));
    assert(first?.episode.startsWith('["rule"'));
  });
});

describe('event_count', () => {
  const rule = correlation(
    '{type: event_count, rules: [x], group-by: [actor.arn], timespan: 1m, condition: {gte: 3}}',
  );

  it('slides, with the beginning of the window excluded', () => {
    const at = (...seconds: readonly number[]): number =>
      opened(
        run(
          engineOf(detection('x'), rule),
          seconds.map((second): Step => [second, { a: 'x' }]),
        ),
      ).length;
    assert.equal(at(0, 30, 59), 1);
    assert.equal(at(0, 30, 60), 0);
    assert.equal(at(50, 80, 105), 1);
  });

  it('counts attempts', () => {
    const [finding] = run(engineOf(detection('x'), rule), [[0, { a: 'x', count: 7 }]]);
    assert.equal(finding?.count, 7);
    assert.equal(
      finding.summary,
      '7 attempts within 1 minute (the rule asks for at least 3) for actor.arn eve.',
    );
  });

  it('counts late events in the window, and none that are older', () => {
    const steps = (late: number): readonly Step[] => [
      [0, { a: 'x' }],
      [59, { a: 'x' }],
      [late, { a: 'x' }],
    ];
    assert.equal(run(engineOf(detection('x'), rule), steps(20)).length, 1);
    // What is older than a minute counts as a minute old, which the window excludes.
    assert.equal(run(engineOf(detection('x'), rule), steps(-30)).length, 0);
  });

  it('takes two bounds together', () => {
    const range = correlation(
      '{type: event_count, rules: [x], timespan: 1m, condition: {gt: 1, lt: 4}, group-by: []}',
    );
    const findings = run(engineOf(detection('x'), range), repeat(6, 1, { a: 'x' }));
    // Two and three are in the range; what comes after does not hold, so the episode does not grow.
    assert.deepEqual(
      findings.map(({ kind, count }) => [kind, count]),
      [['opened', 2]],
    );
  });

  it('generates findings of its parts when it says so', () => {
    const both = correlation(
      '{type: event_count, rules: [x], group-by: [], timespan: 1m, condition: {gte: 2}, generate: true}',
    );
    const findings = run(engineOf(detection('x'), both), repeat(2, 1, { a: 'x' }));
    assert.deepEqual(
      findings.map(({ kind, ruleTitle }) => [kind, ruleTitle]),
      [
        ['opened', 'T x'],
        ['grown', 'T x'],
        ['opened', 'C'],
      ],
    );
  });
});

describe('correlations of values', () => {
  const figure = (type: string, condition: string, values: readonly unknown[]): number => {
    const body = `{type: ${type}, rules: [x], group-by: [], timespan: 1h, condition: {field: v, ${condition}}}`;
    const engine = engineOf(detection('x'), correlation(body));
    return opened(
      values.flatMap((v, index) =>
        engine.feed(eventAt(index, [index, JSON.parse(JSON.stringify({ a: 'x', v }))])),
      ),
    ).length;
  };

  it('count different values, an array for each of its elements', () => {
    assert.equal(figure('value_count', 'gte: 3', ['p', 'p', 'q', 'q']), 0);
    assert.equal(figure('value_count', 'gte: 3', ['p', 'q', 'r']), 1);
    assert.equal(figure('value_count', 'gte: 3', [['p', 'q', 'r']]), 1);
    assert.equal(figure('value_count', 'gte: 2', ['p', undefined]), 0);
  });
  it('sum, average, and rank', () => {
    assert.equal(figure('value_sum', 'gte: 10', [4, '5']), 0);
    assert.equal(figure('value_sum', 'gte: 10', [4, '5', 'x', 1]), 1);
    assert.equal(figure('value_avg', 'gt: 5', [4, 6]), 0);
    assert.equal(figure('value_avg', 'gt: 5', [4, 7]), 1);
    assert.equal(figure('value_min', 'lt: 2', [4, 7]), 0);
    assert.equal(figure('value_min', 'lt: 2', [4, 1]), 1);
    assert.equal(figure('value_max', 'gt: 6', [4, 7]), 1);
    assert.equal(figure('value_percentile', 'percentile: 90, gte: 9', [1, 2, 3, 4, 5, 6, 7, 8, 9]), 1);
    assert.equal(figure('value_percentile', 'percentile: 50, gte: 9', [1, 9, 9]), 1);
    assert.equal(figure('value_percentile', 'gte: 9', [1, 1, 9]), 0);
  });
  it('count different combinations of several fields', () => {
    const body =
      '{type: value_count, rules: [x], group-by: [], timespan: 1h, condition: {field: [v, w], gte: 3}}';
    const steps: readonly Step[] = [
      [0, { a: 'x', v: '1', w: '1' }],
      [1, { a: 'x', v: '1', w: '2' }],
      [2, { a: 'x', v: '1', w: '2' }],
      [3, { a: 'x', v: '2', w: '1' }],
    ];
    assert.equal(run(engineOf(detection('x'), correlation(body)), steps.slice(0, 3)).length, 0);
    assert.equal(run(engineOf(detection('x'), correlation(body)), steps).length, 1);
  });
  it('estimate more values than they keep', () => {
    const body =
      '{type: value_count, rules: [x], group-by: [], timespan: 30d, condition: {field: v, gte: 5000}}';
    const engine = engineOf(detection('x'), correlation(body));
    let first: number | undefined;
    for (let index = 0; index < 8000 && first === undefined; index += 1) {
      if (engine.feed(eventAt(index, [index, { a: 'x', v: `value-${index}` }])).length > 0) first = index;
    }
    assert(first !== undefined && first > 4500 && first < 5500, `told after ${String(first)} values`);
  });
});

describe('temporal', () => {
  const any = correlation('{type: temporal, rules: [x, y], group-by: [actor.arn], timespan: 1m}');
  const ordered = correlation('{type: temporal_ordered, rules: [x, y], group-by: [actor.arn], timespan: 1m}');
  const [x, y]: readonly JsonObject[] = [{ a: 'x' }, { a: 'y' }];
  const count = (rule: string, steps: readonly Step[]): number =>
    run(engineOf(detection('x'), detection('y'), rule), steps).length;

  it('wants an event of each rule, in any order or in theirs', () => {
    assert(x !== undefined && y !== undefined);
    assert.equal(
      count(any, [
        [0, y],
        [30, x],
      ]),
      1,
    );
    assert.equal(
      count(any, [
        [0, y],
        [60, x],
      ]),
      0,
    );
    assert.equal(
      count(any, [
        [0, y],
        [30, y],
      ]),
      0,
    );
    assert.equal(
      count(ordered, [
        [0, y],
        [30, x],
      ]),
      0,
    );
    assert.equal(
      count(ordered, [
        [0, x],
        [30, y],
      ]),
      1,
    );
    assert.equal(
      count(ordered, [
        [0, x],
        [60, y],
      ]),
      0,
    );
    assert.equal(
      count(ordered, [
        [0, y],
        [10, x],
        [20, y],
      ]),
      1,
    );
    assert.equal(
      count(ordered, [
        [0, x],
        [30, { a: 'y', actor: { arn: 'mallory' } }],
      ]),
      0,
    );
  });
  it('takes the order from the log, not from the times', () => {
    assert(x !== undefined && y !== undefined);
    assert.equal(
      count(ordered, [
        [1, x],
        [0, y],
      ]),
      1,
    );
  });
  it('does not let one event take two steps', () => {
    const both = `title: B\nname: y\nlogsource: {product: keywitness}\ndetection: {s: {a: [x, y]}, condition: s}`;
    const rule = correlation('{type: temporal_ordered, rules: [x, y], group-by: [], timespan: 1m}');
    assert.equal(run(engineOf(detection('x'), both, rule), [[0, { a: 'x' }]]).length, 0);
    assert.equal(run(engineOf(detection('x'), both, rule), repeat(2, 1, { a: 'x' })).length, 1);
  });
  it('joins different fields by aliases', () => {
    const rule = correlation(`
  type: temporal
  rules: [x, y]
  group-by: [who]
  timespan: 1m
  aliases:
    who: {x: p, y: q}`);
    const findings = run(engineOf(detection('x'), detection('y'), rule), [
      [0, { a: 'x', p: '1', q: '2' }],
      [1, { a: 'y', p: '1', q: '2' }],
      [2, { a: 'y', p: '2', q: '1' }],
    ]);
    assert.deepEqual(
      findings.map(({ entity }) => entity),
      [{ who: '1' }],
    );
  });
});

describe('a chain', () => {
  it('counts where a correlation holds as one event', () => {
    const many = `title: Many\nname: many\ncorrelation: {type: event_count, rules: [x], group-by: [actor.arn], timespan: 1m, condition: {gte: 3}}`;
    const then = correlation(
      '{type: temporal_ordered, rules: [many, y], group-by: [actor.arn], timespan: 5m}',
    );
    const engine = engineOf(then, many, detection('x'), detection('y'));
    const steps: readonly Step[] = [
      ...repeat(2, 1, { a: 'x' }),
      [3, { a: 'y' }],
      [4, { a: 'x' }],
      [200, { a: 'y' }],
    ];
    const findings = run(engine, steps);
    assert.deepEqual(
      findings.map(({ ruleTitle, events }) => [ruleTitle, events.map(({ index }) => index)]),
      [['C', [3, 4]]],
    );
  });
});

describe('first-seen', () => {
  const rule = detection(
    'x',
    'keywitness: {first-seen: {fields: [n], group-by: [k], history: 2d, learning: 1d}}',
  );
  const day = 86_400;
  it('learns, then tells what is new, and what was forgotten', () => {
    const findings = run(engineOf(rule), [
      [0, { a: 'x', k: 'k1', n: 'p' }],
      [day - 1, { a: 'x', k: 'k1', n: 'q' }],
      [day, { a: 'x', k: 'k1', n: 'q' }],
      [day + 1, { a: 'x', k: 'k1', n: 'r' }],
      [day + 2, { a: 'x', k: 'k2', n: 's' }],
      [3 * day, { a: 'x', k: 'k1', n: 'q' }],
    ]);
    assert.deepEqual(
      findings.map(({ entity }) => entity),
      [
        { k: 'k1', n: 'r' },
        { k: 'k1', n: 'q' },
      ],
    );
  });
  it('keeps a bounded number of values and says what it forgot', () => {
    const small = detection(
      'x',
      'keywitness: {first-seen: {fields: [n], group-by: [], history: 2d, learning: 0s, values-max: 2}}',
    );
    const engine = engineOf(small);
    const steps = ['p', 'q', 'p', 'r', 'q'].map((n, index): Step => [index, { a: 'x', n }]);
    assert.deepEqual(
      run(engine, steps).map(({ entity, kind }) => [entity['n'], kind]),
      [
        ['p', 'opened'],
        ['q', 'opened'],
        ['r', 'opened'],
        ['q', 'grown'],
      ],
    );
    assert.equal(engine.status().rules[0]?.forgotten, 2);
  });
});

describe('baseline', () => {
  const rule = (more: string): string =>
    detection('x', `keywitness: {baseline: {group-by: [], interval: 1h, floor: 5, min-points: 10${more}}}`);
  const hours = (counts: readonly number[]): readonly Step[] =>
    counts.flatMap((count, hour) => repeat(count, 1, { a: 'x' }, hour * 3600));

  it('tells of a spike above floor and habit, and not of habit', () => {
    const usual = Array.from({ length: 12 }, (_, hour) => 6 + (hour % 3));
    assert.equal(run(engineOf(rule('')), hours([...usual, 9])).length, 0);
    const [finding] = run(engineOf(rule('')), hours([...usual, 30]));
    assert(
      finding !== undefined && finding.count > 9 && finding.count < 20,
      `told at ${String(finding?.count)}`,
    );
  });
  it('is silent before it has learned, unless the floor is to decide', () => {
    assert.equal(run(engineOf(rule('')), hours([30])).length, 0);
    assert.equal(opened(run(engineOf(rule(', unlearned: floor')), hours([30]))).length, 1);
  });
  it('does not learn from a spike that spikes are normal', () => {
    const usual = Array.from({ length: 12 }, () => 6);
    const spikes = [...usual, 60, 0, 60, 0, 60].map((count, hour): Step => [hour * 3600, { a: 'x', count }]);
    assert.equal(
      opened(
        run(
          engineOf(rule('')),
          spikes.filter(([, { count }]) => count !== 0),
        ),
      ).length,
      3,
    );
  });
  it('knows the hour of the week', () => {
    const nights: Step[] = [];
    for (let hour = 0; hour < 168 * 11; hour += 1) {
      // Every Monday at 03:00 there is a batch.
      nights.push([hour * 3600, { a: 'x', count: hour % 168 === 3 ? 500 : 2 }]);
    }
    const engine = engineOf(rule(''));
    const findings = opened(run(engine, nights));
    // The overall figures tell of it until the hour has enough points of its own.
    assert(findings.length <= 10, `${findings.length} episodes`);
    assert.equal(
      engine.feed(eventAt(nights.length, [(168 * 11 + 3) * 3600, { a: 'x', count: 500 }])).length,
      0,
    );
    assert.equal(
      engine.feed(eventAt(nights.length + 1, [(168 * 11 + 4) * 3600, { a: 'x', count: 500 }])).length,
      1,
    );
  });
  it('counts different values', () => {
    const engine = engineOf(rule(', distinct: v, unlearned: floor'));
    const steps = Array.from({ length: 20 }, (_, index): Step => [index, { a: 'x', v: `${index % 4}` }]);
    assert.equal(run(engine, steps).length, 0);
    assert.equal(engine.feed(eventAt(20, [20, { a: 'x', v: 'new' }])).length, 1);
  });
});

describe('absence', () => {
  it('tells of a heart that stopped, once, and again after it came back', () => {
    const engine = engineOf(detection('x', 'keywitness: {absence: {within: 1h, group-by: [actor.arn]}}'));
    assert.equal(
      run(engine, [
        [0, { a: 'x' }],
        [3599, { a: 'x' }],
      ]).length,
      0,
    );
    assert.equal(engine.advance(startMs + (3599 + 3600 + 59) * 1000).length, 0);
    const [finding, ...more] = engine.advance(startMs + (3599 + 3600 + 60) * 1000);
    assert.equal(more.length, 0);
    assert.equal(finding?.timeMs, startMs + (3599 + 3600) * 1000);
    assert.deepEqual(
      finding.events.map(({ index }) => index),
      [1],
    );
    assert.equal(engine.advance(startMs + 3 * 3600 * 1000).length, 0);
    assert.equal(engine.feed(eventAt(2, [4 * 3600, { a: 'x' }])).length, 0);
    assert.equal(engine.feed(eventAt(3, [6 * 3600, { a: 'other' }])).length, 1);
  });
  it('waits for one event after another', () => {
    const rule = detection('y', 'keywitness: {absence: {within: 1m, after: x, group-by: [k]}}');
    const engine = engineOf(detection('x'), rule);
    const findings = run(engine, [
      [0, { a: 'x', k: '1' }],
      [1, { a: 'x', k: '2' }],
      [30, { a: 'y', k: '1' }],
      [300, { a: 'z' }],
    ]);
    assert.deepEqual(
      findings.map(({ entity, timeMs }) => [entity, timeMs - startMs]),
      [[{ k: '2' }, 61_000]],
    );
  });
});

describe('an engine', () => {
  const rule = correlation(
    '{type: event_count, rules: [x], group-by: [actor.arn], timespan: 1m, condition: {gte: 3}}',
    'keywitness: {entities-max: 2}',
  );

  it('finds nothing in what it found itself, whatever rules look at that', () => {
    const watching = (name: string, action: string): RuleFile =>
      parseRuleFile(
        `title: W\nlogsource: {product: keywitness}\ndetection: {s: {action: ${action}}, condition: s}\nkeywitness: {group-by: [id]}`,
        name,
      );
    const engine = new RuleEngine([
      watching('opened', 'incident.open'),
      watching('again', 'incident.*'),
      watching('told', 'notification.deliver'),
      watching('run', 'remediation.run'),
    ]);
    const feed = (index: number, action: string, members: JsonObject): readonly string[] =>
      engine
        .feed(eventAt(index, [index, { action, actor: { type: 'system' }, ...members }]))
        .map(({ ruleName }) => ruleName);
    const about = (name: string, incident: string): JsonObject => ({ parameters: { rule: name, incident } });
    assert.deepEqual(feed(0, 'incident.open', about('mass-decrypt', 'i0')), ['opened', 'again']);
    assert.deepEqual(feed(1, 'incident.open', about('opened', 'i1')), []);
    assert.deepEqual(feed(2, 'incident.grow', about('again', 'i2')), []);
    assert.deepEqual(feed(3, 'notification.deliver', { parameters: { incidentId: 'i0' } }), ['told']);
    assert.deepEqual(feed(4, 'notification.deliver', { parameters: { incidentId: 'i1' } }), []);
    assert.deepEqual(feed(5, 'remediation.run', { change: { after: { incident: 'i2' } } }), []);
    // What people do about it is theirs.
    const person = { actor: { type: 'user', arn: 'eve' } };
    assert.deepEqual(feed(6, 'incident.resolve', { ...about('opened', 'i1'), ...person }), ['again']);
  });

  it('goes on when the clock was in the future for a while', () => {
    const year = 365 * 86_400;
    const burst = correlation(
      '{type: event_count, rules: [x], group-by: [actor.arn], timespan: 1m, condition: {gte: 2}}',
      'keywitness: {quiet: 5m}',
    );
    const silence = detection('beat', 'keywitness: {group-by: [], absence: {within: 15m}}');
    const files = [
      parseRuleFile([detection('x'), burst].join('\n---\n'), 'burst'),
      parseRuleFile(silence, 'silence'),
    ];
    const steps: readonly Step[] = [
      [0, { a: 'beat' }],
      // The clock jumps forward, and something is found there.
      ...repeat(2, 1, { a: 'x' }, year),
      [year + 5, { a: 'beat' }],
      // It is set right again: two of these are two minutes apart, then two at once.
      [100, { a: 'x' }],
      [220, { a: 'beat' }],
      [600, { a: 'x' }],
      [601, { a: 'x' }],
    ];
    for (const isStopped of [false, true]) {
      let engine = new RuleEngine(files);
      const findings: Finding[] = [];
      for (const [index, step] of steps.entries()) {
        if (isStopped) {
          const snapshot = engine.snapshot();
          engine = new RuleEngine(files);
          engine.restore(snapshot);
        }
        findings.push(...engine.feed(eventAt(index, step)));
      }
      findings.push(...engine.advance(startMs + 3_600_000));
      const last = opened(findings)
        .slice(-2)
        .map(({ ruleName, timeMs }) => [ruleName, (timeMs - startMs) / 1000]);
      assert.deepEqual(last, [
        ['burst', 601],
        ['silence', 220 + 900],
      ]);
    }
  });

  it('believes a clock that is told to have been set back', () => {
    const engine = engineOf(detection('beat', 'keywitness: {group-by: [], absence: {within: 15m}}'));
    engine.feed(eventAt(0, [0, { a: 'beat' }]));
    engine.advance(startMs + 365 * 86_400_000);
    engine.advance(startMs + 1000);
    const beats = run(engine, [
      [0, {}],
      [300, { a: 'beat' }],
      [600, { a: 'beat' }],
      [900, { a: 'beat' }],
    ]);
    assert.deepEqual(beats, []);
    assert.equal(opened(engine.advance(startMs + 3_600_000)).length, 1);
  });

  it('ignores an index that it has seen', () => {
    const engine = engineOf(detection('x'), rule);
    const event = eventAt(5, [0, { a: 'x' }]);
    for (const one of [event, event, event, eventAt(4, [1, { a: 'x' }])]) {
      assert.equal(engine.feed(one).length, 0);
    }
    assert.equal(engine.status().lastIndex, 5);
  });

  it('forgets the least recently active group, and counts it', () => {
    const engine = engineOf(detection('x'), rule);
    const by = (arn: string): JsonObject => ({ a: 'x', actor: { arn } });
    const steps = ['p', 'p', 'q', 'r', 'p'].map((arn, index): Step => [index, by(arn)]);
    assert.equal(run(engine, steps).length, 0);
    assert.equal(engine.status().rules[0]?.forgotten, 2);
  });

  it('forgets groups when all of them together keep too much', () => {
    const big = 'keywitness: {first-seen: {fields: [n], group-by: [k], history: 9d, values-max: 100000}}';
    const engine = engineOf(detection('x', big));
    for (let index = 0; index < 250_000; index += 1) {
      engine.feed(eventAt(index, [0, { a: 'x', k: `${index % 4}`, n: `${index}` }]));
    }
    const [status] = engine.status().rules;
    assert(status !== undefined && status.forgotten >= 1 && status.groups < 5);
  });

  it('merges many events of a group without losing any', () => {
    const many = correlation(
      '{type: event_count, rules: [x], group-by: [], timespan: 1h, condition: {gte: 3000}}',
    );
    const findings = run(engineOf(detection('x'), many), repeat(3000, 1, { a: 'x' }));
    assert.deepEqual(
      findings.map(({ count }) => count),
      [3000],
    );
  });

  it('drops the state of a rule whose text has changed, and no other', () => {
    const texts = [detection('x', 'keywitness: {quiet: 1h}'), detection('y')];
    const files = texts.map((text, index) => parseRuleFile(text, `r${index}`));
    const engine = new RuleEngine(files);
    run(engine, [
      [0, { a: 'x' }],
      [1, { a: 'y' }],
    ]);
    const next = new RuleEngine([
      parseRuleFile(detection('x', 'keywitness: {quiet: 2h}'), 'r0'),
      ...files.slice(1),
    ]);
    next.restore(engine.snapshot());
    assert.deepEqual(
      next.status().rules.map(({ name, episodes }) => [name, episodes]),
      [
        ['r0', 0],
        ['r1', 1],
      ],
    );
    assert.equal(next.status().lastIndex, 1);
  });

  it('refuses two files of one name', () => {
    const file = parseRuleFile(detection('x'), 'r');
    assert.throws(() => new RuleEngine([file, file]), RuleError);
  });

  it('refuses what is no snapshot', () => {
    for (const text of ['', '{}', 'null', '[]', '{"version":1}', '{"version":2,"lastIndex":1}']) {
      assert.throws(
        () => engineOf(detection('x')).restore(text),
        (error) => error instanceof RuleError && error.code === 'unreadable-snapshot',
      );
    }
  });
});
