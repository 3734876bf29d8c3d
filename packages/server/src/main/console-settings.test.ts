import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exposeSecret, exposeSecretToken } from '../core/crypto/index.ts';
import { type ConsoleSettings, readConsoleSettings } from './console-settings.ts';
import { readOutboundSettings } from './outbound-settings.ts';
import { readSettings, SettingsError } from './settings/index.ts';

const ROLE = 'arn:aws:iam::111122223333:role/people/Auditor';
const WHOLE = {
  'console-url': 'https://kms.example.com/console',
  'console-sso-issuer': 'https://id.example.com',
  'console-sso-client-id': 'console',
  'console-sso-roles': `${ROLE}, arn:aws:iam::111122223333:role/Responder`,
};

function read(values: Readonly<Record<string, string>>, hasTls = false): ConsoleSettings {
  const flags = Object.entries(values).flatMap(([name, value]) =>
    value === '' ? [`--${name}`] : [`--${name}`, value],
  );
  return readConsoleSettings(readSettings(flags, {}), hasTls);
}

function without(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(WHOLE).filter(([candidate]) => candidate !== name));
}

function fileOf(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'keywitness-settings-')), 'secret');
  writeFileSync(path, text);
  return path;
}

test('the console is secure when the server or a proxy before it speaks TLS', () => {
  assert.deepEqual(read({}), { isSecure: false });
  assert.deepEqual(read({}, true), { isSecure: true });
  assert.deepEqual(read({ 'console-url': 'https://kms.example.com' }), { isSecure: true });
  assert.deepEqual(read({ 'console-url': 'http://localhost:7443' }), { isSecure: false });
});

test('people come back to where the console is, whatever path its URL has', () => {
  const { sso } = read({ ...WHOLE, 'console-sso-client-secret-file': fileOf('s3cret\n') });
  assert.ok(sso?.clientSecret !== undefined);
  assert.deepEqual(
    { ...sso, clientSecret: Buffer.from(exposeSecret(sso.clientSecret, exposeSecretToken)).toString() },
    {
      issuer: 'https://id.example.com',
      clientId: 'console',
      clientSecret: 's3cret',
      roles: [ROLE, 'arn:aws:iam::111122223333:role/Responder'],
      redirectUri: 'https://kms.example.com/console/sso/callback',
    },
  );
  assert.equal(read(WHOLE).sso?.clientSecret, undefined);
});

test('single sign-on by halves, or for everybody on the way to read, is refused', () => {
  const wrong: readonly Readonly<Record<string, string>>[] = [
    without('console-url'),
    without('console-sso-roles'),
    without('console-sso-client-id'),
    { 'console-sso-client-id': 'console' },
    { 'console-sso-roles': ROLE },
    { 'console-sso-client-secret-file': 'x' },
    { ...WHOLE, 'console-sso-issuer': 'http://id.example.com' },
    { ...WHOLE, 'console-sso-issuer': 'id.example.com' },
    { ...WHOLE, 'console-sso-issuer': 'http://localhost:8080' },
    { ...WHOLE, 'console-sso-roles': `${ROLE},` },
    { ...WHOLE, 'console-sso-roles': 'Auditor' },
    { ...WHOLE, 'console-sso-roles': 'arn:aws:iam::111122223333:user/ann' },
    { ...WHOLE, 'console-sso-roles': Array.from({ length: 33 }, () => ROLE).join() },
    { ...WHOLE, 'console-sso-client-secret-file': '/nonexistent/secret' },
    { ...WHOLE, 'console-sso-client-secret-file': fileOf(' \n') },
    { ...WHOLE, 'console-sso-client-secret-file': fileOf('x'.repeat(5000)) },
  ];
  for (const values of wrong) assert.throws(() => read(values), SettingsError, JSON.stringify(values));
  const loopback = { ...WHOLE, 'console-sso-issuer': 'http://localhost:8080' };
  assert.equal(
    read({ ...loopback, 'dangerously-allow-oidc-insecure-loopback': '' }).sso?.issuer,
    'http://localhost:8080',
  );
});

test('the URL of the console is https, or stays on this machine', () => {
  const outbound = (url: string): string | undefined =>
    readOutboundSettings(readSettings(['--console-url', url], {})).consoleUrl;
  for (const url of ['https://kms.example.com/console', 'http://127.0.0.1:7443', 'http://[::1]:1/console']) {
    assert.equal(outbound(url), url);
  }
  for (const url of ['http://kms.example.com', 'kms.example.com', 'ftp://127.0.0.1']) {
    assert.throws(() => outbound(url), SettingsError);
  }
});
