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

/** Longest first, so that the short ones fill the gaps. */
function allSteps(): readonly Step[] {
  return [
    {
      name: 'tests',
      command: process.execPath,
      args: ['--test', '--test-concurrency=2', '--test-reporter=spec', ...unitTestFiles()],
    },
    { name: 'types', command: 'tsc', args: ['-b'] },
    { name: 'lint', command: 'oxlint', args: ['.'] },
    testStep('tidy', globSync('scripts/tidy/**/*.test.ts')),
    { name: 'dead code', command: 'knip', args: ['--no-config-hints', '--no-progress'] },
    { name: 'format', command: 'oxfmt', args: ['--check', '.'] },
  ];
}

/** Without file names the runner would look for tests of its own accord, and find other things. */
function testStep(name: string, files: readonly string[]): Step {
  if (files.length === 0) {
    throw new Error(`the step \`${name}\` found no test files`);
  }
  return { name, command: process.execPath, args: ['--test', '--test-reporter=spec', ...files] };
}

/** Those that try every failure of every operation on a disk take longer than a gate may: `npm test` runs them. */
function unitTestFiles(): readonly string[] {
  return globSync(['packages/*/src/**/*.test.ts', 'scripts/**/*.test.ts'])
    .filter((file) => !file.startsWith('scripts/tidy/') && !file.endsWith('.slow.test.ts'))
    .toSorted();
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

/** The closing lines of Node's test runner: how many tests ran, passed and failed. */
function testSummary(outcome: Outcome): string {
  return outcome.output
    .split('\n')
    .filter((line) => /^ℹ (tests|suites|pass|fail|cancelled|skipped|todo) \d+$/.test(line))
    .join('\n');
}

function selectSteps(names: readonly string[]): readonly Step[] {
  const steps = allSteps();
  const unknown = names.find((name) => !steps.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `no step is named \`${unknown}\`; there are: ${steps.map((step) => step.name).join(', ')}`,
    );
  }
  return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name));
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
for (const outcome of outcomes.filter(({ step, passed }) => step.name === 'tests' && passed)) {
  console.log(testSummary(outcome));
}
process.exitCode = failed.length === 0 ? 0 : 1;
