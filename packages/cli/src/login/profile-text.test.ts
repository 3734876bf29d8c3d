import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadSharedConfigFiles } from '@smithy/core/config';
import fc from 'fast-check';
import { temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { dropSettings, putSettings, readSettings } from './profile-text.ts';

const settings = { aws_access_key_id: 'ASIA1', aws_session_token: 'token==' };
const written = 'aws_access_key_id = ASIA1\naws_session_token = token==\n';

test('a profile is put where it is, or at the end, and other lines stay as they are', () => {
  const cases: readonly (readonly [before: string, after: string])[] = [
    ['', `[p]\n${written}`],
    ['[a]\nx = 1\n', `[a]\nx = 1\n\n[p]\n${written}`],
    ['[a]\nx = 1', `[a]\nx = 1\n\n[p]\n${written}`],
    ['[p]\n', `[p]\n${written}`],
    ['[p]', `[p]\n${written}`],
    ['[p]\nregion = eu\n\n[a]\nx = 1\n', `[p]\n${written}region = eu\n\n[a]\nx = 1\n`],
    ['[p]\naws_access_key_id=old\nregion = eu\n', `[p]\n${written}region = eu\n`],
    ['[p] # mine\r\naws_session_token = old\r\n# note\r\n', `[p] # mine\r\n${written}# note\r\n`],
    ['[p]\naws_session_token = 1\n[a]\n[p]\naws_session_token = 2\n', `[p]\n${written}[a]\n[p]\n`],
    [`[ p ]\nx = 1\n`, `[ p ]\nx = 1\n\n[p]\n${written}`],
    ['[pp]\naws_session_token = 1\n', `[pp]\naws_session_token = 1\n\n[p]\n${written}`],
  ];
  for (const [before, after] of cases) {
    assert.equal(putSettings(before, 'p', settings), after);
    assert.deepEqual(readSettings(after, 'p'), { ...readSettings(before, 'p'), ...settings });
  }
});

test('what was put is dropped again, and nothing else', () => {
  const before = '[a]\naws_session_token = mine\n[p]\nregion = eu\n';
  const names = Object.keys(settings);
  assert.equal(dropSettings(putSettings(before, 'p', settings), 'p', names), before);
  assert.equal(dropSettings(before, 'p', names), before);
  assert.equal(dropSettings('', 'p', names), '');
});

test("AWS's own reader finds what was put, and finds the rest as before", async () => {
  using folder = temporaryFolder();
  const parse = async (text: string): Promise<Readonly<Record<string, object>>> => {
    writeFileSync(folder.file('credentials'), text);
    const files = { filepath: folder.file('credentials'), configFilepath: folder.file('none') };
    return (await loadSharedConfigFiles({ ...files, ignoreCache: true })).credentialsFile;
  };
  const name = fc.constantFrom('p', 'a', 'default', 'p.q');
  const line = fc.constantFrom(
    'aws_access_key_id = old',
    'region=eu',
    '# aws_session_token = x',
    '',
    ' s3 =',
    '  x = 1',
  );
  const section = fc
    .tuple(name, fc.array(line, { maxLength: 5 }))
    .map(([profile, lines]) => [`[${profile}]`, ...lines].join('\n'));
  const file = fc.array(section, { maxLength: 5 }).map((sections) => sections.join('\n'));
  await fc.assert(
    fc.asyncProperty(file, async (before) => {
      const after = putSettings(before, 'p', settings);
      const [read, readBefore] = [await parse(after), await parse(before)];
      assert.deepEqual({ ...read['p'], ...settings }, { ...read['p'] });
      assert.deepEqual({ ...read, p: {} }, { ...readBefore, p: {} });
      assert.equal(putSettings(after, 'p', settings), after);
    }),
  );
});
