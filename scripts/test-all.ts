/**
 * Everything: `npm test`. First the gate, then the tests that are too slow for it and the whole-system suites under `test/`,
 * one file after the other because they start servers, fill disks and kill processes. Node's own summary of the tests is the last thing printed.
 *
 *   npm test                    the gate, then all suites
 *   npm test -- crash tamper    only the suites with one of these words in their path
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';

/** The AWS clients that `scripts/setup-debian.sh` installs. */
const pythonFolder = resolve('.build/python/bin');

function run(args: readonly string[]): boolean {
  const path = process.env['PATH'] ?? '';
  const result = spawnSync(process.execPath, args, {
    stdio: 'inherit',
    env: { ...process.env, PATH: existsSync(pythonFolder) ? `${pythonFolder}${delimiter}${path}` : path },
  });
  if (result.error !== undefined) {
    throw result.error;
  }
  return result.status === 0;
}

function suiteFiles(words: readonly string[]): readonly string[] {
  return globSync(['packages/*/src/**/*.slow.test.ts', 'test/**/*.test.ts'])
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .toSorted();
}

function runSuites(files: readonly string[]): boolean {
  return run(['--test', '--test-concurrency=1', '--test-reporter=spec', ...files]);
}

function runAll(words: readonly string[]): boolean {
  const files = suiteFiles(words);
  if (words.length > 0) {
    if (files.length === 0) {
      throw new Error(`no suite has one of these words in its path: ${words.join(', ')}`);
    }
    return runSuites(files);
  }
  return run(['scripts/ok.ts']) && (files.length === 0 || runSuites(files));
}

process.exitCode = runAll(process.argv.slice(2)) ? 0 : 1;
