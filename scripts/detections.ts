/**
 * How the rules that come with the service do against scripted attacks in ordinary traffic: `npm run detections` prints what
 * `docs/detections.md` has.
 */
import { playAttacks, type Score } from '../test/detection/replay.ts';

const seeds = [7, 11, 2026];
const outcomes = seeds.map((seed) => playAttacks(seed));
const [first] = outcomes;
if (first === undefined) throw new Error('there are no seeds');

const lines = first.scores.map(({ rule }) => {
  const scores = outcomes.flatMap((outcome) => outcome.scores.filter((score) => score.rule === rule));
  return lineOf(rule, scores);
});
const days = outcomes.reduce((sum, outcome) => sum + outcome.days, 0);
const events = outcomes.reduce((sum, outcome) => sum + outcome.events, 0);
process.stdout.write(
  `${events} events of ${days} days\n\n` +
    '| rule | attacks | told of | false alarms | precision | after events | after |\n' +
    '| --- | --- | --- | --- | --- | --- | --- |\n' +
    `${lines.join('\n')}\n`,
);

function lineOf(rule: string, scores: readonly Score[]): string {
  const sum = (of: (score: Score) => number): number => scores.reduce((total, score) => total + of(score), 0);
  const found = sum((score) => score.found);
  const falseAlarms = sum((score) => score.falseAlarms);
  const precision = found + falseAlarms === 0 ? '-' : (found / (found + falseAlarms)).toFixed(2);
  const slowest = scores.map(({ slowestMs }) => slowestMs).filter((ms) => ms !== undefined);
  const needed = scores.flatMap(({ afterEvents }) => afterEvents ?? []);
  const after = slowest.length === 0 ? '-' : `${Math.round(Math.max(...slowest) / 1000)} s`;
  const range =
    needed.length === 0 ? '-' : [...new Set([Math.min(...needed), Math.max(...needed)])].join(' to ');
  return `| \`${rule}\` | ${sum((score) => score.attacks)} | ${found} | ${falseAlarms} | ${precision} | ${range} | ${after} |`;
}
