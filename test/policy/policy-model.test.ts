// Holds the compiled judge of policies against the slow reference in many more cases than the quick gate does. The
// properties are those of `judge.property.test.ts`, which takes the number of cases from the environment; what fails
// is shrunk, and printed with its seed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const CASES = 200_000;
const MINUTES_MAX = 15;
const properties = new URL('../../packages/server/src/core/policy/judge.property.test.ts', import.meta.url);

test(`the judge of policies agrees with its reference in ${CASES} generated cases`, async () => {
  // A test runner that finds itself within another one reports to it instead of running.
  const environment: NodeJS.ProcessEnv = { ...process.env, KEYWITNESS_POLICY_CASES: String(CASES) };
  delete environment['NODE_TEST_CONTEXT'];
  const child = spawn(process.execPath, ['--test-reporter=spec', fileURLToPath(properties)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: MINUTES_MAX * 60_000,
  });
  const [output, code] = await Promise.all([
    text(child.stdout),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  assert.equal(code, 0, output);
  assert.match(output, /\bpass 4\b/, 'all properties were run');
});
