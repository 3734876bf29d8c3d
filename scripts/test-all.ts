/**
 * Everything: `npm test`. First the gate, then the whole-system suites under `test/`, one file after the other because
 * they start servers, fill disks and kill processes. Node's own summary of the suites is the last thing printed.
 */
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';

function run(args: readonly string[]): boolean {
  const result = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (result.error !== undefined) {
    throw result.error;
  }
  return result.status === 0;
}

const gatePassed = run(['scripts/ok.ts']);
const suites = globSync('test/**/*.test.ts').toSorted();
const suitesPassed =
  suites.length === 0 || run(['--test', '--test-concurrency=1', '--test-reporter=spec', ...suites]);
if (!gatePassed) {
  console.error('the gate failed: see above');
}
process.exitCode = gatePassed && suitesPassed ? 0 : 1;
