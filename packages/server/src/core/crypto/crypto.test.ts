import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
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

function isVectors(value: unknown): value is readonly SealedBoxVector[] {
  return Array.isArray(value);
}

const unhex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

test('the self tests pass on this build', () => {
  runSelfTests();
});

test('sealed boxes have the bytes of the vectors', () => {
  const vectors: unknown = JSON.parse(readFileSync(vectorsUrl, 'utf8'));
  assert.ok(isVectors(vectors) && vectors.length >= 3);
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

test('a sealed box opens under the very label that it was sealed with, and no other', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(7));
  const part = fc.oneof(
    fc.constantFrom('', 'a', 'aa', 'key-material', '\u0000\u0000\u0000\u0001a'),
    fc.string(),
  );
  const label = fc.array(part, { maxLength: 4 });
  fc.assert(
    fc.property(label, label, fc.uint8Array({ maxLength: 40 }), (own, other, secret) => {
      const box = sealBox(key, own, systemEntropy().bytes(24), secret);
      assert.deepEqual(openBox(key, own, box), Buffer.from(secret));
      const isSame = JSON.stringify(own) === JSON.stringify(other);
      assert.equal(openBox(key, other, box) !== undefined, isSame);
    }),
  );
});

test('a sealed box with any one bit changed, or cut anywhere, does not open', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(7));
  const box = sealBox(key, ['a'], new Uint8Array(24).fill(1), Buffer.from('secret'));
  for (let bit = 0; bit < box.length * 8; bit += 1) {
    const changed = Uint8Array.from(box);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(openBox(key, ['a'], changed), undefined, `bit ${bit}`);
  }
  for (let length = 0; length < box.length; length += 1) {
    assert.equal(openBox(key, ['a'], box.subarray(0, length)), undefined, `length ${length}`);
  }
  assert.equal(openBox(key, ['a'], Buffer.concat([box, new Uint8Array(1)])), undefined);
});

test('opening arbitrary bytes fails and never throws', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(7));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (bytes, hasVersion) => {
      const box = hasVersion ? Uint8Array.from([1, ...bytes]) : bytes;
      assert.equal(openBox(key, ['a'], box), undefined);
    }),
  );
});

test('a secret key shows no bytes when it is printed, and takes a token to read', () => {
  const bytes = Buffer.from('canary-canary-canary-canary-1234');
  const key = takeSecretKey(bytes);
  assert.ok(
    bytes.every((byte) => byte === 0),
    'the source is overwritten',
  );
  assert.ok(!inspect(key, { depth: 9 }).includes('canary'));
  assert.ok(!JSON.stringify({ key }).includes('canary'));
  assert.equal(
    Buffer.from(exposeSecret(key, exposeSecretToken)).toString(),
    'canary-canary-canary-canary-1234',
  );
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
