/**
 * The gate: `npm run ok`. Every step must pass before a change lands; warnings are errors.
 *
 *   npm run ok                  all steps
 *   npm run ok -- lint types    only these
 *
 * Prints one line a step, and the whole output of each step that failed.
 */
import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';

interface Step {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
}

interface Outcome {
  readonly step: Step;
  readonly passed: boolean;
  readonly output: string;
  readonly seconds: number;
}

const parallelStepsMax = Math.min(2, availableParallelism());

/** Longest first, so that the short ones fill the gaps. `tests` names both of the steps that begin so. */
function allSteps(): readonly Step[] {
  const [core, rest] = unitTestFiles();
  return [
    testStep('tests: rest', rest),
    testStep('tests: core', core),
    { name: 'types', command: 'tsc', args: ['-b'] },
    { name: 'lint', command: 'oxlint', args: ['.'] },
    testStep('tidy', globSync('scripts/tidy/**/*.test.ts')),
    { name: 'dead code', command: 'knip', args: ['--no-config-hints', '--no-progress'] },
    { name: 'format', command: 'oxfmt', args: ['--check', '.'] },
  ];
}

/**
 * All files of a step share one process: to start one for each, and to load in it what the others have loaded as well,
 * takes longer than most of the tests. Without file names the runner would look for tests of its own accord, and find other
 * things.
 */
function testStep(name: string, files: readonly string[]): Step {
  if (files.length === 0) {
    throw new Error(`the step \`${name}\` found no test files`);
  }
  const args = ['--test', '--test-isolation=none', '--test-reporter=spec', ...files];
  return { name, command: process.execPath, args };
}

/**
 * In two parts that take about as long. Those that try every failure of every operation on a disk take longer than a
 * gate may: `npm test` runs them.
 */
function unitTestFiles(): readonly [core: readonly string[], rest: readonly string[]] {
  const files = globSync(['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'])
    .filter((file) => !file.startsWith('scripts/tidy/') && !file.endsWith('.slow.test.ts'))
    .toSorted();
  const isOfCore = (file: string): boolean => file.startsWith('packages/server/src/core/');
  return [files.filter(isOfCore), files.filter((file) => !isOfCore(file))];
}

function perform(step: Step): Promise<Outcome> {
  const startedAt = performance.now();
  const chunks: Buffer[] = [];
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  const finish = (passed: boolean): void => {
    const seconds = (performance.now() - startedAt) / 1000;
    resolve({ step, passed, seconds, output: Buffer.concat(chunks).toString('utf8') });
  };
  const child = spawn(step.command, step.args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('error', (error) => {
    chunks.push(Buffer.from(`could not start \`${step.command}\`: ${error.message}\n`));
    finish(false);
  });
  child.on('close', (code) => finish(code === 0));
  return promise;
}

async function performAll(steps: readonly Step[]): Promise<readonly Outcome[]> {
  const waiting = [...steps];
  const outcomes: Outcome[] = [];
  const worker = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const outcome = await perform(step);
      outcomes.push(outcome);
      console.log(
        `${outcome.passed ? 'ok  ' : 'FAIL'} ${step.name.padEnd(10)} ${outcome.seconds.toFixed(1)} s`,
      );
    }
  };
  await Promise.all(Array.from({ length: parallelStepsMax }, worker));
  return outcomes;
}

/** Node's test runner repeats what failed at the end; what passed is of no interest then. */
function withoutPassedTests(output: string): string {
  return output.slice(Math.max(0, output.lastIndexOf('✖ failing tests:')));
}

/** What Node's test runner says in its closing lines, of all unit tests together. */
function testSummary(done: readonly Outcome[]): string {
  const sums = new Map<string, number>();
  for (const { output } of done) {
    for (const [, what = '', count] of output.matchAll(
      /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo) (\d+)$/gm,
    )) {
      sums.set(what, (sums.get(what) ?? 0) + Number(count));
    }
  }
  return [...sums].map(([what, count]) => `ℹ ${what} ${count}`).join('\n');
}

function isCalled({ name }: Step, called: string): boolean {
  return name === called || name.startsWith(`${called}: `);
}

function selectSteps(names: readonly string[]): readonly Step[] {
  const steps = allSteps();
  const unknown = names.find((name) => !steps.some((step) => isCalled(step, name)));
  if (unknown !== undefined) {
    throw new Error(
      `no step is named \`${unknown}\`; there are: ${steps.map((step) => step.name).join(', ')}`,
    );
  }
  return names.length === 0 ? steps : steps.filter((step) => names.some((name) => isCalled(step, name)));
}

const startedAt = performance.now();
const outcomes = await performAll(selectSteps(process.argv.slice(2)));
const failed = outcomes.filter((outcome) => !outcome.passed);
for (const outcome of failed) {
  console.log(`\n--- ${outcome.step.name} ---\n${withoutPassedTests(outcome.output).trimEnd()}`);
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(
  failed.length === 0
    ? `\nok: ${outcomes.length} steps in ${seconds} s`
    : `\nFAIL: ${failed.map((outcome) => outcome.step.name).join(', ')} (${seconds} s)`,
);
const tested = outcomes.filter(({ step }) => isCalled(step, 'tests'));
if (tested.length > 0 && tested.every(({ passed }) => passed)) {
  console.log(testSummary(tested));
}
process.exitCode = failed.length === 0 ? 0 : 1;
