import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeSecretKey } from './secret-key.ts';
import { newTrailSecret, openTrailSigningKey } from './trail-signing.ts';

test('a key opened again signs the same, and its signatures are for one text', () => {
  const secret = newTrailSecret();
  const again = takeSecretKey(Uint8Array.from(secret));
  const first = openTrailSigningKey(takeSecretKey(secret));
  const second = openTrailSigningKey(again);
  assert.deepEqual(first.publicKey, second.publicKey);
  const signature = first.sign('text');
  assert.equal(signature.length, 256);
  assert.deepEqual(second.sign('text'), signature);
  assert.equal(second.verify('text', signature), true);
  assert.equal(second.verify('other', signature), false);
});

test('two keys are never the same', () => {
  const [one, other] = [newTrailSecret(), newTrailSecret()].map((secret) =>
    openTrailSigningKey(takeSecretKey(secret)),
  );
  assert.notDeepEqual(one?.publicKey, other?.publicKey);
});
