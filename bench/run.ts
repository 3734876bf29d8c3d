/**
 * `npm run bench`: the budgets, as ratios within one run, printed and written to `bench/latest.json`.
 *
 *   npm run bench                           everything, with a million events
 *   npm run bench -- --events 10000000      with as many
 *   npm run bench -- --only throughput      one part: throughput, ledger, judge, algorithms, verify, question,
 *                                           completeness, replay, rules, alert or start-up
 */
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAlert } from './alert.ts';
import { measureAlgorithms } from './algorithms.ts';
import { measureCompleteness } from './completeness.ts';
import { measureJudge } from './judge.ts';
import { measureLedger } from './ledger.ts';
import { measureQuestion } from './question.ts';
import { measureReplay } from './replay.ts';
import { measureRules } from './rules.ts';
import { measureStartUp } from './start-up.ts';
import { measureThroughput } from './throughput.ts';
import { measureVerify } from './verify.ts';

interface Line {
  readonly what: string;
  readonly value: string;
  readonly budget: string;
  readonly met: boolean;
}

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    keys: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true, default: [] },
  },
});
const events = Number(values.events);
const keys = Number(values.keys);
const figures: Record<string, unknown> = {
  node: process.version,
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
};

/** Each part measures, keeps its figures, and says what they are worth. */
const parts: Readonly<Record<string, () => Promise<readonly Line[]>>> = {
  async throughput() {
    const found = await measureThroughput(Number(values.seconds));
    figures['throughput'] = found;
    return [
      atLeast('Encrypt over HTTP / bare echo, throughput', found.throughputRatio, 0.5),
      atMost('(the floor: echo + OpenSSL calls only / bare echo)', found.floorRatio, 1),
      atLeast('Encrypt over HTTP / the floor, throughput', found.throughputOfFloor, 0.5),
      atMost('Encrypt over HTTP / bare echo, p99', found.p99Ratio, 3),
      ...(found.wrk === undefined
        ? []
        : [
            atLeast('the same with wrk, throughput', found.wrk.throughputRatio, 0.5),
            atMost('the same with wrk, p99', found.wrk.p99Ratio, 3),
          ]),
    ];
  },
  async ledger() {
    const found = await measureLedger();
    figures['ledger'] = found;
    return found.map(({ groupSize, ratio }) =>
      atLeast(`ledger / write + fdatasync, groups of ${groupSize}`, ratio, 0.5),
    );
  },
  async judge() {
    const found = measureJudge();
    figures['judge'] = found;
    return [
      atMost('judging with 100000 policies / with 10, p50', found.growthRatio, 1.2),
      atMost('judging a request, p50, microseconds', found.p50Us, 10),
    ];
  },
  async algorithms() {
    const found = await measureAlgorithms();
    figures['algorithms'] = found;
    return found.map(({ what, ratio, isNative }) =>
      isNative ? atMost(`${what} / node:crypto`, ratio, 1.5) : atMost(`(${what} / node:crypto)`, ratio, 60),
    );
  },
  async verify() {
    const found = await measureVerify(Math.min(events, 500_000));
    figures['verify'] = found;
    return [
      atLeast('verify a log / hash the same bytes', found.ratio, 0.6),
      atMost('proof that an entry is in it, with one signature, bytes', found.proofBytes, 2_048),
      atLeast('(such proofs made in a second)', found.proofsPerSecond, 500),
      atLeast('(and checked)', found.proofsCheckedPerSecond, 1_000),
    ];
  },
  async question() {
    const found = await measureQuestion(events);
    figures['question'] = found;
    return [
      atMost(`auditor's question on ${events} events, p99 ms`, found.p99Ms, 100),
      atMost('one more event as the log grows by 10x', found.growthRatio, 1.2),
      atMost('index of that on disk, bytes an event', found.indexBytesPerEntry, 100),
    ];
  },
  async completeness() {
    const found = await measureCompleteness(events);
    figures['completeness'] = found;
    const large = found.sizes.at(-1);
    return [
      atLeast('index of subjects / hash the same entries', large?.ofHashing ?? 0, 0.01),
      atMost(`complete answer on ${events} events, p99 ms`, large?.p99Ms ?? Infinity, 100),
      atMost('its p99 as the log grows by 10x', found.p99GrowthRatio, 2),
      atMost('proof without notes and entries, bytes', large?.proofBytesWithoutNotes ?? Infinity, 16_384),
      atMost('the proof as the log grows by 10x', found.proofGrowthRatio, 1.5),
      atMost('index on disk, bytes an event', large?.diskBytesPerEntry ?? Infinity, 250),
    ];
  },
  async replay() {
    const found = await measureReplay(events);
    figures['replay'] = found;
    return [
      atMost(`replaying ${events} events under a key's policy, s`, found.keyPolicySeconds, 10),
      atMost('the same, a policy of all with conditions', found.fewValuesSeconds, 10),
      atMost('(the same / parsing the same events)', found.ratio, 4),
    ];
  },
  async rules() {
    const found = measureRules(Math.min(events, 50_000));
    figures['rules'] = found;
    return [
      atLeast('events through 100 rules / parsing them', found.ratio, 1),
      atLeast('(the same when no rule names an action)', found.ratioWithoutNames, 0.03),
      atMost('memory for each tracked entity, bytes', found.bytesPerEntity, 1_024),
    ];
  },
  async alert() {
    const found = await measureAlert();
    figures['alert'] = found;
    return [
      atMost('denied request to alert delivered, p99, ms', found.toldP99, 1000),
      atMost('(the same, median)', found.toldP50, 250),
      atMost('fifth denied request to credential refused, p99, ms', found.containedP99, 2000),
      atMost('(the same, median)', found.containedP50, 500),
    ];
  },
  async 'start-up'() {
    const found = await measureStartUp(events, keys);
    figures['startUp'] = found;
    return [
      atMost(`start-up with ${events} events and ${keys} keys, s`, found.seconds, 3),
      atMost(`resident memory with ${keys} keys, MB`, found.residentMb, 350),
    ];
  },
};

for (const [name, measure] of Object.entries(parts)) {
  if (values.only.length > 0 && !values.only.includes(name)) continue;
  for (const { what, value, budget, met } of await measure()) {
    console.log(`${met ? 'met   ' : 'MISSED'} ${what.padEnd(56)} ${value.padStart(8)}   budget ${budget}`);
  }
}
writeFileSync('bench/latest.json', `${JSON.stringify(figures, null, 2)}\n`);
console.log('all figures: bench/latest.json');

function atLeast(what: string, value: number, budget: number): Line {
  return { what, value: value.toFixed(2), budget: `>= ${budget}`, met: value >= budget };
}

function atMost(what: string, value: number, budget: number): Line {
  return { what, value: value.toFixed(2), budget: `<= ${budget}`, met: value <= budget };
}
