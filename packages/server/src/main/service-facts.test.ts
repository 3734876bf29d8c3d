import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { insecureDeterministicEntropy, takeSecretKey } from '../core/crypto/index.ts';
import { openMemoryStore } from '../stores/memory/index.ts';
import { dataDirectory, openInstallation } from './installation.ts';
import { serviceFacts } from './service-facts.ts';
import { Settings, SETTINGS } from './settings/index.ts';

const CANARY = 'canary-0f9b';
const folder = mkdtempSync(join(tmpdir(), 'keywitness-facts-'));

after(() => rmSync(folder, { recursive: true }));

function factsOf(values: ReadonlyMap<string, string>): ReturnType<typeof serviceFacts> {
  const settings = new Settings(values);
  const entropy = insecureDeterministicEntropy('facts');
  const seal = takeSecretKey(new Uint8Array(32).fill(7));
  const installation = openInstallation(openMemoryStore(), seal, settings, entropy);
  const directory = dataDirectory(folder);
  return serviceFacts({ settings, directory, installation, witnesses: undefined, frontThreads: 3 }, 5);
}

test('settings are told as they are in force, and whether somebody set them', () => {
  const { settings, ...facts } = factsOf(
    new Map([
      ['listen', '127.0.0.1:1'],
      ['account', '111122223333'],
    ]),
  );
  const told = new Map(settings.map((setting) => [setting.name, setting]));
  assert.deepEqual(
    [...told.keys()],
    SETTINGS.map(({ name }) => name),
  );
  assert.equal(told.get('listen')?.value, '127.0.0.1:1');
  assert.equal(told.get('listen')?.isSet, true);
  assert.equal(told.get('account')?.value, '111122223333');
  assert.deepEqual([told.get('region')?.value, told.get('region')?.isSet], ['us-east-1', false]);
  assert.equal(told.get('seal-file')?.value, join(folder, 'seal.key'));
  assert.equal(told.get('front-threads')?.value, '3');
  assert.equal(told.get('public-log')?.value, 'false');
  assert.equal(told.get('witnesses')?.value, undefined);
  assert.deepEqual([facts.quorum, facts.witnesses, facts.startedAtMs], [undefined, [], 5]);
  assert.match(facts.version, /^\d+\.\d+\.\d+/);
});

test('no setting that is a secret is told, only the names of files with one', () => {
  const texts = SETTINGS.filter(
    ({ kind, name }) => kind === 'text' && !/^(account|origin|region)/.test(name),
  );
  const { settings } = factsOf(new Map(texts.map(({ name }) => [name, CANARY])));
  for (const { name, value } of settings.filter(({ value: shown }) => shown === CANARY)) {
    assert.ok(
      !/secret|password|token/.test(name) || name.endsWith('-file'),
      `${name} is told: ${value ?? ''}`,
    );
  }
});
