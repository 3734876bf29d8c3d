import assert from 'node:assert/strict';
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '../..');
const demoMsMax = 120_000;

function runDemo(env: Readonly<Record<string, string>>): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, ['scripts/demo/demo.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: demoMsMax,
  });
}

/** What the story is about, in its order. */
const keyLines: readonly RegExp[] = [
  /^1\. A key management service of your own$/m,
  /\$ aws kms encrypt .*customer=4711$/m,
  /\$ aws kms encrypt .*customer=4712$/m,
  /"the files of Ada"/,
  /AccessDeniedException: User: \S+:user\/intern is not authorized to perform: kms:Decrypt/,
  /\$ npx keywitness audit list --asset customer=4711/,
  /admin +key\.encrypt .*customer=4711 +success/,
  /admin +key\.decrypt .*customer=4711 +success/,
  /intern +key\.decrypt .*customer=4711 +denied/,
  /^ {3}why .*kms:Decrypt .* is denied because no /m,
  /^ {3}PROVEN {6}entry \d+ of this log is this event/m,
  /^ {3}VERIFIED /m,
  /One bit of byte \d+ of copy\/tile\/entries\/\S+ is flipped/,
  /problem {5}entry-altered: `tile\/entries\/[^`]+` bytes \d+\.\.\d+/,
  /^ {3}FAILED /m,
  /^The story came true, in [\d.]+ s\.$/m,
];

test('the demo tells its story to the end, shows no secret and leaves nothing behind', () => {
  const { status, stdout, stderr } = runDemo({});
  assert.equal(status, 0, `${stdout}${stderr}`);
  let told = stdout;
  for (const line of keyLines) {
    const found = line.exec(told);
    assert.ok(found !== null, `\`${String(line)}\` is missing or out of place in:\n${stdout}`);
    told = told.slice(found.index + found[0].length);
  }
  assert.doesNotMatch(stdout, /secret_access_key|AWS_SECRET/i);
  const folder = /everything it knows lies in (?<folder>\S+)\.$/m.exec(stdout)?.groups?.['folder'] ?? '';
  assert.match(folder, /keywitness-demo-/);
  assert.equal(existsSync(folder), false);
});

test('a demo that cannot be told says so and fails', () => {
  const { status, stdout, stderr } = runDemo({ TMPDIR: resolve(root, 'no-such-folder') });
  assert.equal(status, 1);
  assert.match(stderr, /^keywitness demo: /);
  assert.doesNotMatch(stdout, /came true/);
});
