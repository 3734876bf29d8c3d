import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  constantTimeEqual,
  exposeSecret,
  exposeSecretToken,
  insecureDeterministicEntropy,
  openBox,
  runSelfTests,
  sealBox,
  systemEntropy,
  takeSecretKey,
} from './index.ts';

const vectorsUrl = new URL('../../../../../spec/vectors/sealed-box.json', import.meta.url);

interface SealedBoxVector {
  readonly wrappingKey: string;
  readonly label: readonly string[];
  readonly nonce: string;
  readonly secret: string;
  readonly box: string;
}

const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test('the self tests pass on this build', () => {
  runSelfTests();
});

test('sealed boxes have the bytes of the vectors', () => {
  const vectors: readonly SealedBoxVector[] = JSON.parse(readFileSync(vectorsUrl, 'utf8'));
  assert.ok(vectors.length >= 3);
  for (const vector of vectors) {
    const key = takeSecretKey(unhex(vector.wrappingKey));
    const box = sealBox(key, vector.label, unhex(vector.nonce), unhex(vector.secret));
    assert.equal(Buffer.from(box).toString('hex'), vector.box);
    assert.deepEqual(openBox(key, vector.label, box), Buffer.from(vector.secret, 'hex'));
  }
});

test('a sealed box opens only under its own key, label and version', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(7));
  const box = sealBox(key, ['access-key', 'A'], new Uint8Array(24), Buffer.from('secret'));
  assert.equal(openBox(key, ['access-key', 'B'], box), undefined);
  assert.equal(openBox(key, ['access-keyA'], box), undefined);
  assert.equal(openBox(takeSecretKey(new Uint8Array(32).fill(8)), ['access-key', 'A'], box), undefined);
  box[0] = 2;
  assert.equal(openBox(key, ['access-key', 'A'], box), undefined);
});

test('a secret key shows no bytes when it is printed, and takes a token to read', () => {
  const bytes = Buffer.from('canary-canary-canary-canary-1234');
  const key = takeSecretKey(bytes);
  assert.ok(bytes.every((byte) => byte === 0), 'the source is overwritten');
  assert.ok(!inspect(key, { depth: 9 }).includes('canary'));
  assert.ok(!JSON.stringify({ key }).includes('canary'));
  assert.equal(Buffer.from(exposeSecret(key, exposeSecretToken)).toString(), 'canary-canary-canary-canary-1234');
});

test('entropy hands out distinct bytes and keeps none of them', () => {
  const entropy = systemEntropy();
  const seen = new Set<string>();
  for (let i = 0; i < 2000; i += 1) seen.add(Buffer.from(entropy.bytes(24)).toString('hex'));
  assert.equal(seen.size, 2000);
  assert.equal(entropy.bytes(10_000).length, 10_000);
  const repeatable = insecureDeterministicEntropy('a').bytes(40);
  assert.deepEqual(repeatable, insecureDeterministicEntropy('a').bytes(40));
});

test('constant time comparison compares', () => {
  assert.ok(constantTimeEqual(unhex('0102'), unhex('0102')));
  assert.ok(!constantTimeEqual(unhex('0102'), unhex('0103')));
  assert.ok(!constantTimeEqual(unhex('0102'), unhex('010203')));
});
