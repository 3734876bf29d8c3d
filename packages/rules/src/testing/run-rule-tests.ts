import { RuleEngine } from '../engine/index.ts';
import type { JsonObject, RuleEvent } from '../event.ts';
import { isJsonObject } from '../fields/index.ts';
import type { Finding } from '../finding.ts';
import type { RuleFile, RuleTest } from '../language/index.ts';
import { ruleEvent } from '../rule-event.ts';
import { firstTimeMs, testEvent, testRecord } from './default-event.ts';

/** What became of one test of a rule file. */
export interface RuleTestResult {
  readonly name: string;
  /** What was expected and did not come; empty when the test passed. */
  readonly problems: readonly string[];
  readonly findings: readonly Finding[];
}

/** Runs the tests that a rule file brings, each with an engine of its own. */
export function runRuleTests(file: RuleFile): readonly RuleTestResult[] {
  return file.tests.map((test) => {
    const findings = findingsOf(file, test);
    return { name: test.name, problems: problemsOf(test, findings), findings };
  });
}

function findingsOf(file: RuleFile, test: RuleTest): readonly Finding[] {
  const engine = new RuleEngine([file]);
  const findings: Finding[] = [];
  let lastMs = firstTimeMs;
  for (const event of eventsOf(file, test)) {
    lastMs = Math.max(lastMs, event.timeMs);
    findings.push(...engine.feed(event));
  }
  // What is told with a delay is told before the test ends.
  if (test.waitMs > 0) findings.push(...engine.advance(lastMs + test.waitMs + 2 * settleMs));
  return findings;
}

/** Longer than an event may be late. */
const settleMs = 60_000;

function* eventsOf(file: RuleFile, { events }: RuleTest): Generator<RuleEvent> {
  const [first] = file.documents.filter(({ kind }) => kind === 'detection');
  const isRecord = first?.kind === 'detection' && first.source === 'record';
  let index = 0;
  let timeMs = firstTimeMs;
  for (const { members, atMs, afterMs, repeat, everyMs } of events) {
    for (let number = 0; number < repeat; number += 1) {
      if (number > 0) timeMs += everyMs;
      else if (atMs !== undefined) timeMs = atMs;
      else if (index > 0) timeMs += afterMs;
      yield isRecord ? recordEvent(members, number, index, timeMs) : ownEvent(members, number, index, timeMs);
      index += 1;
    }
  }
}

function ownEvent(members: JsonObject, number: number, index: number, timeMs: number): RuleEvent {
  const own = { id: `event-${index}`, time: new Date(timeMs).toISOString() };
  return ruleEvent(index, { ...own, ...testEvent(members, number) });
}

/** A record as the event that it could have been made of, as far as rules are found by it. */
function recordEvent(members: JsonObject, number: number, index: number, timeMs: number): RuleEvent {
  const time = new Date(timeMs).toISOString();
  const record: JsonObject = {
    eventID: `event-${index}`,
    eventTime: `${time.slice(0, 19)}Z`,
    ...testRecord(members, number),
  };
  const identity = record['userIdentity'];
  const data = record['additionalEventData'];
  const canonical = {
    id: `event-${index}`,
    time,
    protocol: { operation: record['eventName'] },
    actor: isJsonObject(identity) ? { arn: identity['arn'] } : {},
    client: { address: record['sourceIPAddress'] },
    ...(isJsonObject(data) && typeof data['count'] === 'number' ? { count: data['count'] } : {}),
  };
  return ruleEvent(index, canonical, () => record);
}

function problemsOf({ expect }: RuleTest, findings: readonly Finding[]): readonly string[] {
  const opened = findings.filter(({ kind }) => kind === 'opened');
  const grown = findings.length - opened.length;
  const [first] = opened;
  const problems: string[] = [];
  if (expect.findings !== undefined && opened.length !== expect.findings) {
    problems.push(`expected ${expect.findings} findings, there are ${opened.length}`);
  }
  if (expect.grown !== undefined && grown !== expect.grown) {
    problems.push(`expected ${expect.grown} findings of growth, there are ${grown}`);
  }
  if (expect.level !== undefined && first?.level !== expect.level) {
    problems.push(`expected level \`${expect.level}\`, it is \`${first?.level ?? 'none'}\``);
  }
  for (const [name, value] of Object.entries(expect.entity)) {
    const found = first?.entity[name];
    const wanted = typeof value === 'string' ? value : JSON.stringify(value);
    if (found !== wanted) {
      problems.push(`expected \`${name}\` to be \`${wanted ?? ''}\`, it is \`${found ?? 'absent'}\``);
    }
  }
  return problems;
}
