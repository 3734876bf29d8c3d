import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type JsonObject, parseRuleFile, RuleEngine, ruleEvent } from '../packages/rules/src/index.ts';
import { sampleEntry } from './sample-events.ts';

const TURNS = 5;
const ACTIONS = [
  'key.decrypt',
  'key.encrypt',
  'key.generate-data-key',
  'key.describe',
  'key.list',
  'key.disable',
];
const ENTITIES = 20_000;

/** Judging events by a hundred rules beside parsing them, and what an entity costs. */
export interface RulesFigures {
  readonly rules: number;
  readonly events: number;
  readonly judgedPerSecond: number;
  readonly parsedPerSecond: number;
  /** Judged / parsed. */
  readonly ratio: number;
  /** The same when none of the rules names an action or outcome, so that all of them look at each event. */
  readonly ratioWithoutNames: number;
  readonly bytesPerEntity: number;
}

/** Every event is a key's use that several of the rules count; one in fifty is denied. */
export function measureRules(count: number): RulesFigures {
  const texts = Array.from({ length: count }, (_, index) => entryText(index));
  const parsed = texts.map(objectOf);
  const named = rulesNaming((index) => `{action: ${ACTIONS[index % ACTIONS.length] ?? ''}, outcome: denied}`);
  const unnamed = rulesNaming((index) => `{actor.type: role, key.state: State${index}}`);
  const parsing: number[] = [];
  const judging: number[] = [];
  const judgingUnnamed: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    parsing.push(perSecond(count, () => texts.forEach(objectOf)));
    judging.push(perSecond(count, () => feed(named, parsed)));
    judgingUnnamed.push(perSecond(count, () => feed(unnamed, parsed)));
  }
  const [parsedPerSecond, judgedPerSecond] = [median(parsing), median(judging)];
  return {
    rules: named.length,
    events: count,
    judgedPerSecond,
    parsedPerSecond,
    ratio: judgedPerSecond / parsedPerSecond,
    ratioWithoutNames: median(judgingUnnamed) / parsedPerSecond,
    bytesPerEntity: measureEntity(),
  };
}

function entryText(index: number): string {
  const text = Buffer.from(sampleEntry(index)).toString('utf8');
  const action = text.replace('"key.decrypt"', `"${ACTIONS[index % 3] ?? ''}"`);
  return index % 50 === 0 ? action.replace('"outcome":"success"', '"outcome":"denied"') : action;
}

function objectOf(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('an event is an object');
  return value;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A hundred rules of the kinds that a pack has. */
function rulesNaming(selection: (index: number) => string): readonly ReturnType<typeof parseRuleFile>[] {
  return Array.from({ length: 100 }, (_, index) => {
    const isPlain = index % 4 === 0;
    const detection = `title: Rule ${index}
name: part
logsource: {product: keywitness}
detection:
  selection: ${selection(index)}
  network: {client.address|cidr: 192.0.2.0/24}
  agent: {client.userAgent|contains: [curl, python-requests, boto*${index}]}
  condition: selection and not (network or agent)
`;
    const correlation = `---
title: Burst ${index}
correlation: {type: event_count, rules: [part], group-by: [actor.arn], timespan: 5m, condition: {gte: ${5 + index}}}
`;
    return parseRuleFile(isPlain ? detection : detection + correlation, `rule-${index}`);
  });
}

function feed(rules: readonly ReturnType<typeof parseRuleFile>[], events: readonly JsonObject[]): void {
  const engine = new RuleEngine(rules);
  for (let index = 0; index < events.length; index += 1) engine.feed(ruleEvent(index, events[index] ?? {}));
}

/** Of a rule that counts: what each principal that is tracked takes. */
function measureEntity(): number {
  const rule = parseRuleFile(
    `title: T
name: part
logsource: {product: keywitness}
detection: {s: {action: 'key.*'}, condition: s}
---
title: C
correlation: {type: event_count, rules: [part], group-by: [actor.arn], timespan: 1h, condition: {gte: 5}}
keywitness: {entities-max: ${ENTITIES}}
`,
    'memory',
  );
  const engine = new RuleEngine([rule]);
  const before = heapBytes();
  for (let index = 0; index < ENTITIES; index += 1) {
    const id = `01980000-0000-7000-8000-${String(index).padStart(12, '0')}`;
    const actor = { arn: `arn:aws:iam::111122223333:user/service-${index}` };
    engine.feed(ruleEvent(index, { id, time: '2026-01-01T00:00:00.000Z', action: 'key.decrypt', actor }));
  }
  const bytes = (heapBytes() - before) / ENTITIES;
  if (engine.status().rules[0]?.groups !== ENTITIES) throw new Error('entities were forgotten');
  return bytes;
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('the collector cannot be called');
  Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

function perSecond(count: number, work: () => void): number {
  const startedAt = performance.now();
  work();
  return (1000 * count) / (performance.now() - startedAt);
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
