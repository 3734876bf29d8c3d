import assert from 'node:assert/strict';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { test } from 'node:test';
import { type Run, runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';

const session =
  '[p]\nregion = eu\naws_access_key_id = ASIA1\naws_secret_access_key = s\naws_session_token = t\n';

function logout(file: string, profile = 'p'): Promise<Run> {
  return runKeywitness(['logout', '--profile', profile], { env: { AWS_SHARED_CREDENTIALS_FILE: file } });
}

test('logging out keeps other settings, makes the file private, and leaves no drafts', async () => {
  using folder = temporaryFolder();
  const file = folder.file('credentials');
  writeFileSync(file, session, { mode: 0o644 });
  const run = await logout(file);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(readFileSync(file, 'utf8'), '[p]\nregion = eu\n');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder.path), ['credentials']);
  const again = await logout(file);
  assert.deepEqual([again.code, again.stdout], [0, 'profile p had no credentials\n']);
});

test('a file that is a link stays one', async () => {
  using folder = temporaryFolder();
  mkdirSync(folder.file('real'));
  writeFileSync(folder.file('real/credentials'), session);
  symlinkSync('real/credentials', folder.file('credentials'));
  const run = await logout(folder.file('credentials'));
  assert.equal(run.code, 0, run.stderr);
  assert.ok(lstatSync(folder.file('credentials')).isSymbolicLink());
  assert.equal(readFileSync(folder.file('real/credentials'), 'utf8'), '[p]\nregion = eu\n');
});

test('without a file there is nothing to log out of, and none is made', async () => {
  using folder = temporaryFolder();
  const run = await logout(folder.file('credentials'));
  assert.deepEqual([run.code, run.stdout], [0, 'profile p had no credentials\n']);
  assert.deepEqual(readdirSync(folder.path), []);
});

test('a long-lived access key is left alone, and so is what cannot be read', async () => {
  using folder = temporaryFolder();
  const file = folder.file('credentials');
  const longLived = '[p]\naws_access_key_id = AKIA1\naws_secret_access_key = s\n';
  writeFileSync(file, longLived);
  const kept = await logout(file);
  assert.equal(kept.code, 2);
  assert.match(kept.stderr, /^keywitness: profile `p` holds a long-lived access key, .*\n$/);
  assert.equal(readFileSync(file, 'utf8'), longLived);
  const folderAsFile = await logout(folder.path);
  assert.equal(folderAsFile.code, 2);
  assert.match(folderAsFile.stderr, /^keywitness: could not read .*\n$/);
});

test('names that are no names of profiles are refused', async () => {
  using folder = temporaryFolder();
  for (const name of ['', 'a]b', 'a\n[b', 'a b', 'x'.repeat(129)]) {
    assert.equal((await logout(folder.file('credentials'), name)).code, 64, name);
  }
});
