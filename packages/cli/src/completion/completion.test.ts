import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { createProgram } from '../program.ts';
import { bashCompletion } from './bash.ts';
import { offeredCommands } from './command-tree.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const commands = offeredCommands(createProgram());

function missing(shell: string): string | false {
  return spawnSync(shell, ['--version']).error === undefined ? false : `${shell} is not installed`;
}

function completeInBash(...words: readonly string[]): readonly string[] {
  const script = `${bashCompletion(commands)}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _keywitness; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const result = spawnSync('bash', ['-c', script, 'bash', 'keywitness', ...words], { encoding: 'utf8' });
  assert.equal(result.stderr, '');
  return result.stdout.split('\n').filter((word) => word !== '');
}

test('bash completes commands, options and the values of options', { skip: missing('bash') }, () => {
  assert.deepEqual(completeInBash('a'), ['audit', 'access', 'admin']);
  assert.deepEqual(completeInBash('audit', ''), [
    'list',
    'show',
    'tail',
    'access',
    'summary',
    'histogram',
    'sql',
    'check',
    'cosign',
    '--help',
  ]);
  assert.deepEqual(completeInBash('audit', 'list', '--ou'), ['--outcome', '--out']);
  assert.deepEqual(completeInBash('audit', 'list', '--outcome', 'd'), ['denied']);
  assert.deepEqual(completeInBash('audit', 'list', '--json', '--outcome', 'denied', '--us'), [
    '--user-agent',
  ]);
  assert.deepEqual(completeInBash('admin', 'principal', 'create', 'list', '--ty'), ['--type']);
  assert.deepEqual(completeInBash('completion', ''), ['bash', 'zsh', 'fish', '--help']);
});

test('bash completes files where a file is wanted', { skip: missing('bash') }, () => {
  assert.deepEqual(completeInBash('log', 'verify', '/et'), ['/etc']);
  assert.deepEqual(completeInBash('log', 'verify', 'log', '--key', '/et'), ['/etc']);
  assert.deepEqual(completeInBash('audit', 'show', '/et'), []);
});

for (const [shell, script] of [
  ['zsh', zshCompletion(commands)],
  ['fish', fishCompletion(commands)],
] as const) {
  test(`${shell} can read its completion script`, { skip: missing(shell) }, () => {
    const result = spawnSync(shell, ['-n', '/dev/stdin'], { input: script, encoding: 'utf8' });
    assert.equal(result.status, 0, result.stderr);
  });

  test(`every command and option is in the script for ${shell}`, () => {
    for (const { path, options } of commands) {
      assert.ok(script.includes(`'${path}'`) || script.includes(`\\'${path}\\'`), path);
      for (const { flag } of options) assert.ok(script.includes(flag.slice(2)), flag);
    }
  });
}
