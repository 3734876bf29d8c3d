import {
  builtInRules,
  type Finding,
  type JsonObject,
  parseRuleFile,
  RuleEngine,
  ruleEvent,
} from '@keywitness/rules';
import { type Attack, scriptedAttacks } from './attacks.ts';
import { type Happening, HOUR, MINUTE, ordinaryTraffic } from './company.ts';

/** Days of traffic before the first attack: what the slowest rule learns in. */
const LEARNING_DAYS = 10;
const ATTACK_DAYS = 8;
/** What is told within so much after the last event of an attack belongs to it. */
const AFTERMATH_MS = HOUR;

/** How a rule did. */
export interface Score {
  readonly rule: string;
  /** Attacks that it is made for, and of them those that it told of. */
  readonly attacks: number;
  readonly found: number;
  /** Incidents that were no attack's. */
  readonly falseAlarms: number;
  /** From the attack's first event to the finding, the longest of all, milliseconds; absent when it found nothing. */
  readonly slowestMs: number | undefined;
  /** The fewest and the most events of an attack until it was told of. */
  readonly afterEvents: readonly [number, number] | undefined;
}

/** What a run over traffic and attacks has shown. */
export interface Outcome {
  readonly scores: readonly Score[];
  /** Attacks that no rule that is made for them told of. */
  readonly missed: readonly string[];
  readonly events: number;
  readonly days: number;
  readonly falseAlarms: readonly Finding[];
  /** How often somebody moved to another network in the ordinary traffic. */
  readonly moves: number;
}

interface Labelled extends Happening {
  /** The attack that it is part of; absent for ordinary traffic. */
  readonly attack?: number;
}

/** Plays ordinary traffic, with the scripted attacks in it, to the rules that come with the service, on a clock of its own. */
export function playAttacks(seed: number): Outcome {
  const attacks = scriptedAttacks(LEARNING_DAYS);
  const days = LEARNING_DAYS + ATTACK_DAYS;
  const labelled: Labelled[] = [
    ...ordinaryTraffic(days, seed),
    ...attacks.flatMap(({ happenings }, attack) => happenings.map((happening) => ({ ...happening, attack }))),
  ].toSorted((one, other) => one.timeMs - other.timeMs);
  const findings = findingsOf(labelled);
  const moves = labelled.filter(({ isMove }) => isMove).length;
  return { ...judged(attacks, labelled, findings), events: labelled.length, days, moves };
}

function findingsOf(happenings: readonly Labelled[]): readonly Finding[] {
  const engine = new RuleEngine(
    Object.entries(builtInRules).map(([name, { text }]) => parseRuleFile(text, name)),
  );
  const findings: Finding[] = [];
  let clockMs = 0;
  for (const [index, { event, timeMs }] of happenings.entries()) {
    if (timeMs - clockMs >= MINUTE) findings.push(...engine.advance(timeMs));
    clockMs = timeMs;
    findings.push(...engine.feed(ruleEvent(index, wholeEvent(index, timeMs, event))));
  }
  return findings.filter(({ kind }) => kind === 'opened');
}

function wholeEvent(index: number, timeMs: number, event: JsonObject): JsonObject {
  return {
    schema: 'keywitness.event/1',
    id: `e${index}`,
    time: new Date(timeMs).toISOString(),
    protocol: { front: 'aws', service: 'kms', operation: '-' },
    ...event,
  };
}

function judged(
  attacks: readonly Attack[],
  happenings: readonly Labelled[],
  findings: readonly Finding[],
): Pick<Outcome, 'scores' | 'missed' | 'falseAlarms'> {
  const foundBy = attacks.map(() => new Map<string, Finding>());
  const falseAlarms: Finding[] = [];
  for (const finding of findings) {
    const attack = attackOf(finding, happenings, attacks);
    if (attack === undefined) {
      falseAlarms.push(finding);
      continue;
    }
    const known = foundBy[attack];
    if (known !== undefined && !known.has(finding.ruleName)) known.set(finding.ruleName, finding);
  }
  const missed = attacks.flatMap(({ expected, name }, attack) =>
    expected.every((rule) => foundBy[attack]?.has(rule) === true)
      ? []
      : [`${name}: ${expected.filter((rule) => foundBy[attack]?.has(rule) !== true).join(', ')}`],
  );
  const scores = Object.keys(builtInRules).map((rule) => scoreOf(rule, attacks, foundBy, falseAlarms));
  return { scores, missed, falseAlarms };
}

/** A finding belongs to the attack that some of its events belong to, if that attack may be told of by its rule. */
function attackOf(
  finding: Finding,
  happenings: readonly Labelled[],
  attacks: readonly Attack[],
): number | undefined {
  for (const { index } of finding.events) {
    const attack = happenings[index]?.attack;
    if (attack === undefined) continue;
    const { alsoTold = [], expected, happenings: own } = attacks[attack] ?? { expected: [], happenings: [] };
    const endMs = (own.at(-1)?.timeMs ?? 0) + AFTERMATH_MS;
    if (finding.timeMs <= endMs && [...expected, ...alsoTold].includes(finding.ruleName)) return attack;
  }
  return undefined;
}

function scoreOf(
  rule: string,
  attacks: readonly Attack[],
  foundBy: readonly ReadonlyMap<string, Finding>[],
  falseAlarms: readonly Finding[],
): Score {
  let count = 0;
  const delays: number[] = [];
  const needed: number[] = [];
  for (const [index, { expected, happenings }] of attacks.entries()) {
    if (!expected.includes(rule)) continue;
    count += 1;
    const finding = foundBy[index]?.get(rule);
    const first = happenings[0];
    if (finding === undefined || first === undefined) continue;
    delays.push(finding.timeMs - first.timeMs);
    needed.push(happenings.filter(({ timeMs }) => timeMs <= finding.timeMs).length);
  }
  return {
    rule,
    attacks: count,
    found: delays.length,
    falseAlarms: falseAlarms.filter(({ ruleName }) => ruleName === rule).length,
    slowestMs: delays.length === 0 ? undefined : Math.max(...delays),
    afterEvents: needed.length === 0 ? undefined : [Math.min(...needed), Math.max(...needed)],
  };
}
