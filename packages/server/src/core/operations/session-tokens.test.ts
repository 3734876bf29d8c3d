import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { insecureDeterministicEntropy, takeSecretKey } from '../crypto/index.ts';
import type { Session } from '../identity/index.ts';
import { Keyring } from '../keys/index.ts';
import { sealSession, SessionTokens } from './session-tokens.ts';

const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

function keyring(byte: number): Keyring {
  return new Keyring(takeSecretKey(new Uint8Array(32).fill(byte)));
}

function session(accessKeyId = 'ASIAABCDEFGHIJKLMNOP'): Session {
  return {
    version: 1,
    accessKeyId,
    principalArn: 'arn:aws:iam::111122223333:role/reader',
    principalUniqueId: 'AROAABCDEFGHIJKLMNOP',
    name: 'ann',
    issuedAtMs: 1000,
    expiresAtMs: 2000,
    policies: [],
    policyArns: [],
    tags: [{ key: 'team', value: 'blue' }],
    transitiveTagKeys: [],
    parents: [],
  };
}

test('a token gives back the session and its secret, to the access key that it is for', () => {
  const ring = keyring(1);
  const token = sealSession(ring, insecureDeterministicEntropy('tokens'), session(), SECRET);
  const tokens = new SessionTokens(ring);
  assert.deepEqual(tokens.session('ASIAABCDEFGHIJKLMNOP', token), session());
  assert.equal(Buffer.from(tokens.secret('ASIAABCDEFGHIJKLMNOP', token)).toString(), SECRET);
  assert.equal(tokens.session('ASIAPONMLKJIHGFEDCBA', token), undefined);
});

test('what was opened once for one access key is not given to another', () => {
  const ring = keyring(1);
  const token = sealSession(ring, insecureDeterministicEntropy('tokens'), session(), SECRET);
  const fresh = new SessionTokens(ring);
  assert.equal(fresh.session('ASIAPONMLKJIHGFEDCBA', token), undefined);
  assert.notEqual(fresh.session('ASIAABCDEFGHIJKLMNOP', token), undefined);
});

test('a token has one text', () => {
  const ring = keyring(1);
  const token = sealSession(ring, insecureDeterministicEntropy('tokens'), session(), SECRET);
  const tokens = new SessionTokens(ring);
  for (const other of [
    `${token}~`,
    `~${token}`,
    `${token}====`,
    token.replaceAll('/', '_').replaceAll('+', '-'),
  ]) {
    if (other !== token) assert.equal(tokens.session('ASIAABCDEFGHIJKLMNOP', other), undefined);
  }
});

test('tokens of another installation, tampered ones and arbitrary text are none', () => {
  const ring = keyring(1);
  const token = sealSession(ring, insecureDeterministicEntropy('tokens'), session(), SECRET);
  const bytes = Buffer.from(token, 'base64');
  assert.equal(new SessionTokens(keyring(2)).session('ASIAABCDEFGHIJKLMNOP', token), undefined);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
      const changed = Buffer.from(bytes);
      changed[position] = (changed[position] ?? 0) ^ change;
      const opened = new SessionTokens(ring).session('ASIAABCDEFGHIJKLMNOP', changed.toString('base64'));
      assert.equal(opened, undefined);
    }),
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), (text) => {
      assert.equal(new SessionTokens(ring).session('ASIAABCDEFGHIJKLMNOP', text), undefined);
    }),
  );
});

test('a session is had for its token and secret together, and for nothing else', () => {
  const ring = keyring(1);
  const entropy = insecureDeterministicEntropy('tokens');
  const token = sealSession(ring, entropy, session(), SECRET);
  const other = sealSession(ring, entropy, session('ASIAPONMLKJIHGFEDCBA'), `${SECRET.slice(0, -1)}Z`);
  const tokens = new SessionTokens(ring);
  const have = (id: string, sealed: string, secret: string): boolean =>
    tokens.sessionWithSecret(id, sealed, secret) !== undefined;
  assert.deepEqual(tokens.sessionWithSecret('ASIAABCDEFGHIJKLMNOP', token, SECRET), session());
  assert.ok(have('ASIAPONMLKJIHGFEDCBA', other, `${SECRET.slice(0, -1)}Z`));
  assert.ok(!have('ASIAABCDEFGHIJKLMNOP', token, `${SECRET.slice(0, -1)}Z`));
  assert.ok(!have('ASIAPONMLKJIHGFEDCBA', token, SECRET));
  assert.ok(!have('ASIAPONMLKJIHGFEDCBA', other, SECRET));
  for (const secret of ['', SECRET.toLowerCase(), SECRET.slice(1), `${SECRET} `]) {
    assert.ok(!have('ASIAABCDEFGHIJKLMNOP', token, secret));
  }
  // What stands in for the secret of a token that is none is no secret.
  assert.ok(!have('ASIAABCDEFGHIJKLMNOP', 'AAAA', '\0'.repeat(40)));
});
