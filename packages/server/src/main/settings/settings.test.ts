import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  addressRanges,
  environmentName,
  readSettings,
  SETTINGS,
  SettingsError,
  settingsHelp,
} from './index.ts';

function settingsFile(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'keywitness-settings-')), 'settings.json');
  writeFileSync(path, text);
  return path;
}

test('flags win over the environment, the environment over the file, the file over the defaults', () => {
  const config = settingsFile('{"listen":"127.0.0.1:1","region":"file-1","pending-max":7}');
  const settings = readSettings(['--listen', '127.0.0.1:3', '--config', config], {
    KEYWITNESS_LISTEN: '127.0.0.1:2',
    KEYWITNESS_REGION: 'environment-1',
  });
  assert.equal(settings.text('listen'), '127.0.0.1:3');
  assert.equal(settings.text('region'), 'environment-1');
  assert.equal(settings.number('pending-max'), 7);
  assert.equal(settings.text('data-dir'), './data');
  assert.equal(settings.flag('public-log'), false);
});

test('unknown settings are errors wherever they stand', () => {
  assert.throws(() => readSettings(['--no-such-thing'], {}), SettingsError);
  assert.throws(() => readSettings([], { KEYWITNESS_NO_SUCH_THING: '1' }), SettingsError);
  assert.throws(() => readSettings(['--config', settingsFile('{"no-such-thing":1}')], {}), SettingsError);
  assert.throws(() => readSettings(['positional'], {}), SettingsError);
});

test('values of the wrong kind are errors', () => {
  assert.throws(() => readSettings(['--pending-max', 'many'], {}), SettingsError);
  assert.throws(() => readSettings([], { KEYWITNESS_PUBLIC_LOG: 'yes' }), SettingsError);
  assert.throws(() => readSettings(['--config', settingsFile('[]')], {}), SettingsError);
  assert.throws(() => readSettings(['--config', settingsFile('{')], {}), SettingsError);
});

test('every setting is documented with its variable, its default and its meaning, and none beside', () => {
  const page = readFileSync(new URL('../../../../../docs/settings.md', import.meta.url), 'utf8');
  const rows = page.split('\n').filter((line) => line.startsWith('| `--'));
  assert.equal(rows.length, SETTINGS.length);
  for (const setting of SETTINGS) {
    const row = rows.find((line) => line.startsWith(`| \`--${setting.name}\` |`));
    assert.ok(row !== undefined, setting.name);
    assert.ok(row.includes(environmentName(setting)), setting.name);
    assert.ok(row.includes(setting.meaning), setting.name);
    assert.ok(row.includes(setting.standard ?? ''), setting.name);
    assert.ok(settingsHelp().includes(`--${setting.name}`), setting.name);
  }
});

test('a list of ranges is read with its prefixes; a plain address is a range of one', () => {
  const flags = ['--trusted-proxies', '10.0.0.4, 192.0.2.0/24,2001:db8::/32'];
  assert.deepEqual(addressRanges(readSettings(flags, {}), 'trusted-proxies'), [
    { address: '10.0.0.4', prefix: 32, family: 'ipv4' },
    { address: '192.0.2.0', prefix: 24, family: 'ipv4' },
    { address: '2001:db8::', prefix: 32, family: 'ipv6' },
  ]);
  assert.deepEqual(addressRanges(readSettings([], {}), 'trusted-proxies'), []);
  assert.deepEqual(addressRanges(readSettings(['--trusted-proxies', ' '], {}), 'trusted-proxies'), []);
});

const noRanges = [
  ['a name', 'localhost'],
  ['an empty entry', '10.0.0.1,'],
  ['everybody', '0.0.0.0/0'],
  ['a prefix beyond IPv4', '10.0.0.0/33'],
  ['a prefix beyond IPv6', '::1/129'],
  ['half a range', '10.0.0.0/'],
  ['two prefixes', '10.0.0.0/8/8'],
  ['a zone', 'fe80::1%eth0'],
  ['too many ranges', Array(257).fill('10.0.0.1').join(',')],
] as const;

for (const [name, text] of noRanges) {
  test(`a list of ranges with ${name} is an error`, () => {
    const settings = readSettings(['--trusted-proxies', text], {});
    assert.throws(() => addressRanges(settings, 'trusted-proxies'), SettingsError);
  });
}
