import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const FILE = 'packages/server/src/followers/publisher/publication.test.ts';

test('publication survives the failure of every single operation on its files', (context) => {
  const environment: NodeJS.ProcessEnv = { ...process.env, KEYWITNESS_EVERY_FAULT: '1' };
  // The runner's own variable would make the inner run report to this one instead of failing by itself.
  delete environment['NODE_TEST_CONTEXT'];
  const run = spawnSync(process.execPath, ['--test', '--test-reporter=tap', FILE], {
    encoding: 'utf8',
    env: environment,
  });
  context.diagnostic(
    run.stdout
      .split('\n')
      .filter((line) => line.startsWith('# '))
      .join(' '),
  );
  assert.equal(run.status, 0, run.stdout);
  assert.match(run.stdout, /# fail 0/);
});
