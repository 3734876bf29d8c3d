import {
  asInteger,
  asList,
  asMap,
  asText,
  asWord,
  type DocumentNode,
  type MapNode,
  onlyMembers,
  required,
} from '../document/index.ts';
import type { Json, JsonObject } from '../event.ts';
import { wrong } from '../rule-error.ts';
import { asDuration } from './duration.ts';
import type { Expectation, RuleTest, TestEvent } from './rule-document.ts';
import { levels } from './settings.ts';

const testsMax = 64;
const repeatMax = 10_000;
/** Of all events of a file's tests. */
const eventsMax = 50_000;
const timeMaxMs = 400 * 86_400_000;
const eventMembers = ['after', 'at', 'repeat', 'every'];

/** Reads `tests` of all documents. Throws `RuleError`. */
export function readTests(nodes: readonly DocumentNode[]): readonly RuleTest[] {
  const tests = nodes.flatMap((node) => asList(node).items.map(readTest));
  const [first] = nodes;
  if (first === undefined) return tests;
  if (tests.length > testsMax) throw wrong(first.place, `a file has at most ${testsMax} tests`);
  const events = tests.flatMap((test) => test.events).reduce((sum, { repeat }) => sum + repeat, 0);
  if (events > eventsMax) throw wrong(first.place, `the tests of a file have at most ${eventsMax} events`);
  return tests;
}

function readTest(node: DocumentNode): RuleTest {
  const map = asMap(node);
  onlyMembers(map, ['name', 'events', 'wait', 'expect']);
  const wait = map.entries.get('wait');
  const events = map.entries.get('events');
  return {
    name: asText(required(map, 'name'), 256),
    events: events === undefined ? [] : asList(events).items.map(readEvent),
    waitMs: wait === undefined ? 0 : asDuration(wait, timeMaxMs),
    expect: readExpectation(required(map, 'expect')),
  };
}

function readEvent(node: DocumentNode): TestEvent {
  const map = asMap(node);
  const [after, at, repeat, every] = eventMembers.map((name) => map.entries.get(name));
  if (after !== undefined && at !== undefined) {
    throw wrong(node.place, 'an event has `after` or `at`, not both');
  }
  const members = [...map.entries].filter(([name]) => !eventMembers.includes(name));
  return {
    members: Object.fromEntries(members.map(([name, value]) => [name, jsonOf(value)])),
    atMs: at === undefined ? undefined : readTime(at),
    afterMs: after === undefined ? 1000 : readWait(after),
    repeat: repeat === undefined ? 1 : asInteger(repeat, 1, repeatMax),
    everyMs: every === undefined ? 1000 : readWait(every),
  };
}

function readWait(node: DocumentNode): number {
  return asText(node) === '0s' ? 0 : asDuration(node, timeMaxMs);
}

function readTime(node: DocumentNode): number {
  const timeMs = Date.parse(asText(node, 64));
  if (Number.isNaN(timeMs)) throw wrong(node.place, 'this must be a time such as `2026-01-01T12:00:00Z`');
  return timeMs;
}

function jsonOf(node: DocumentNode): Json {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'number' && !Number.isFinite(node.value) ? node.text : node.value;
    case 'list':
      return node.items.map(jsonOf);
    case 'map':
      return objectOf(node);
  }
}

function objectOf(map: MapNode): JsonObject {
  return Object.fromEntries([...map.entries].map(([name, value]) => [name, jsonOf(value)]));
}

function readExpectation(node: DocumentNode): Expectation {
  const nothing = { findings: undefined, grown: undefined, level: undefined, entity: {} };
  if (node.kind === 'scalar') {
    return { ...nothing, findings: node.value === 'none' ? 0 : asInteger(node, 0, repeatMax) };
  }
  const map = asMap(node);
  onlyMembers(map, ['findings', 'grown', 'level', 'entity']);
  const number = (name: string): number | undefined => {
    const value = map.entries.get(name);
    return value === undefined ? undefined : asInteger(value, 0, repeatMax);
  };
  const [level, entity] = [map.entries.get('level'), map.entries.get('entity')];
  return {
    findings: number('findings'),
    grown: number('grown'),
    level: level === undefined ? undefined : asWord(level, levels),
    entity: entity === undefined ? {} : objectOf(asMap(entity)),
  };
}
