/**
 * Mutated requests to the front of AWS JSON 1.1: `npm run fuzz`. Prints what each operation answered, and how the first of
 * each kind of finding can be seen again. Exits with 1 when there is one.
 *
 *   npm run fuzz -- --requests 1000000            with a fresh seed
 *   npm run fuzz -- --seed 7 --world 12           one world of a run again, as far as its seed decides
 *   npm run fuzz -- --sockets 5000                to a server in a process of its own, also in what is no HTTP
 */
import { parseArgs } from 'node:util';
import { Tally } from '../test/fuzz/findings.ts';
import { fuzzOverSockets } from '../test/fuzz/over-sockets.ts';
import { fuzzInProcess, REQUESTS_PER_WORLD } from '../test/fuzz/in-process.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string' },
    sockets: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_007) },
    world: { type: 'string' },
  },
});
const seed = wholeNumber('seed', values.seed);
const firstWorld = wholeNumber('world', values.world ?? '0');
const overSockets = values.sockets === undefined ? undefined : wholeNumber('sockets', values.sockets);
const requestsByDefault =
  overSockets !== undefined ? 0 : values.world === undefined ? 50_000 : REQUESTS_PER_WORLD;
const requests = wholeNumber('requests', values.requests ?? String(requestsByDefault));

let isInterrupted = false;
// A second one ends it at once; after the first, what the worlds until then have shown is printed.
process.once('SIGINT', () => {
  isInterrupted = true;
});

// A finding is told at once: a run of a million takes a while.
const tally = new Tally((finding) => console.log(finding));
const startedAt = performance.now();
console.log(
  `fuzz: ${requests} requests, ${overSockets ?? 0} over sockets, --seed ${seed} --world ${firstWorld}`,
);
await fuzzInProcess({ seed, firstWorld, requests, progress: printProgress }, tally);
if (overSockets !== undefined && !isInterrupted) {
  const { answers, broken, recorded, whole } = await fuzzOverSockets({ seed, requests: overSockets }, tally);
  console.log(
    `over sockets: ${whole} whole requests, ${broken} broken, ${answers} answers, ${recorded} recorded`,
  );
}
console.log(`\n${'operation'.padEnd(36)} ${'asked'.padStart(7)} ${'success'.padStart(7)}  errors`);
for (const line of tally.lines()) console.log(line);
const seconds = (performance.now() - startedAt) / 1000;
console.log(`\n${tally.requests} requests in ${seconds.toFixed(0)} s, ${perSecond(tally.requests)} a second`);
console.log(`${tally.complaints} complaints, --seed ${seed}`);
process.exitCode = tally.complaints > 0 ? 1 : 0;

function printProgress(done: number): 'go on' | 'stop' {
  const isWorthALine = done % (REQUESTS_PER_WORLD * 10) === 0;
  const next = isInterrupted ? 'stop' : 'go on';
  if (!isWorthALine) return next;
  const memory = Math.round(process.memoryUsage.rss() / 1_048_576);
  console.log(`${done} done, ${perSecond(done)} a second, ${tally.complaints} complaints, ${memory} MB`);
  return next;
}

function perSecond(count: number): string {
  return ((count * 1000) / (performance.now() - startedAt)).toFixed(0);
}

function wholeNumber(name: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new Error(`--${name} takes a whole number, not \`${text}\``);
  }
  return number;
}
