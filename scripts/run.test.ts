import assert from 'node:assert/strict';
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';

const root = resolve(import.meta.dirname, '..');
const runner = join(root, 'scripts', 'run.mjs');
const folder = mkdtempSync(join(tmpdir(), 'keywitness-run-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

test('a script runs on a Node that reads TypeScript, in the repository, with its arguments', () => {
  const file = script(
    'report.ts',
    `const report: unknown = {
      args: process.argv.slice(2), cwd: process.cwd(), from: process.env.INIT_CWD, version: process.versions.node,
      path: process.env.PATH,
    };
    console.log(JSON.stringify(report));`,
  );
  const result = spawnSync(process.execPath, [runner, file, '--listen', 'a b', '--', '*'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: '/usr/bin:/bin' },
  });
  assert.equal(result.status, 0, result.stderr);
  assert.match(result.stdout, /^\{"args":\["--listen","a b","--","\*"\]/);
  assert.ok(
    result.stdout.includes(`"cwd":${JSON.stringify(root)},"from":${JSON.stringify(folder)}`),
    result.stdout,
  );
  assert.match(result.stdout, /"version":"2[4-9]\./);
  assert.ok(result.stdout.includes(`"path":"${join(root, 'node_modules', '.bin')}:/usr/bin:/bin"`));
});

test('the exit code is the one of the script', () => {
  const file = script('exit.ts', 'process.exitCode = 17;');
  assert.equal(spawnSync(process.execPath, [runner, file]).status, 17);
});

test('without a script it says how it is used and fails', () => {
  const result = spawnSync(process.execPath, [runner], { encoding: 'utf8' });
  assert.equal(result.status, 1);
  assert.match(result.stderr, /usage: /);
});

async function ready(child: ChildProcessWithoutNullStreams): Promise<void> {
  child.stderr.resume();
  await once(child.stdout, 'data');
}

test('SIGTERM and SIGINT reach the script, which decides how it ends', async () => {
  const file = script(
    'signals.ts',
    `for (const [signal, code] of [['SIGTERM', 3], ['SIGINT', 4]] as const) {
      process.on(signal, () => process.exit(code));
    }
    setInterval(() => {}, 1000);
    console.log('ready');`,
  );
  for (const [signal, expected] of [
    ['SIGTERM', 3],
    ['SIGINT', 4],
  ] as const) {
    const child = spawn(process.execPath, [runner, file]);
    await ready(child);
    child.kill(signal);
    const exit: unknown[] = await once(child, 'exit');
    assert.equal(exit[0], expected);
  }
});

test('a script that dies of a signal is reported as shells do', async () => {
  const file = script('killed.ts', `setInterval(() => {}, 1000); console.log('ready');`);
  const child = spawn(process.execPath, [runner, file]);
  await ready(child);
  child.kill('SIGTERM');
  const exit: unknown[] = await once(child, 'exit');
  assert.equal(exit[0], 128 + 15);
});

test('the npm scripts replace their shell, which would not pass signals on', () => {
  const manifest = readFileSync(join(root, 'package.json'), 'utf8');
  const starting = [...manifest.matchAll(/"\w+": "(?<command>[^"]*scripts\/run\.mjs[^"]*)"/g)];
  assert.ok(starting.length >= 5);
  for (const { groups } of starting) {
    assert.match(groups?.['command'] ?? '', /^exec node /);
  }
});
