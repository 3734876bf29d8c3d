import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { TestLog, testEvent } from './testing/log-folder.test-kit.ts';
import { temporaryFolder } from './testing/run-keywitness.test-kit.ts';

const launcher = resolve(import.meta.dirname, '../bin/keywitness.mjs');
const olderNode = ['/usr/bin/node', '/usr/local/bin/node'].find(
  (file) => existsSync(file) && majorOf(file) < 24,
);

function majorOf(node: string): number {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return Number(/^v(?<major>\d+)/.exec(stdout)?.groups?.['major']);
}

test('the launcher may be executed', () => {
  assert.equal(statSync(launcher).mode & 0o111, 0o111);
});

for (const [name, node] of [
  ['this Node', process.execPath],
  ['an older Node of the machine', olderNode],
] as const) {
  const skip = node === undefined ? 'the machine has no older Node' : false;
  test(`the launcher works with ${name}, from any folder, and passes the exit code on`, { skip }, () => {
    using folder = temporaryFolder();
    new TestLog().append(testEvent(0)).writeTo(folder.path);
    const run = (key: string): ReturnType<typeof spawnSync> =>
      spawnSync(node ?? '', [launcher, 'log', 'verify', 'log', '--key', key], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { PATH: '/usr/bin:/bin' },
      });
    const good = run('log.vkey');
    assert.equal(good.status, 0, String(good.stderr));
    assert.match(String(good.stdout), /VERIFIED/);
    assert.equal(run('missing.vkey').status, 2);
  });
}
