import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { insecureDeterministicEntropy, systemEntropy, takeSecretKey } from '../crypto/index.ts';
import {
  canonicalContext,
  CIPHERTEXT_OVERHEAD_BYTES,
  decryptUnder,
  encryptUnder,
  unverifiedHeader,
} from './index.ts';

interface CiphertextVector {
  readonly seed: string;
  readonly key: string;
  readonly keyId: string;
  readonly keyMaterialId: string;
  readonly context: Readonly<Record<string, string>>;
  readonly canonicalContext: string;
  readonly plaintext: string;
  readonly ciphertext: string;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const secret = (fill: number): ReturnType<typeof takeSecretKey> => takeSecretKey(new Uint8Array(32).fill(fill));
const header = { keyId: '12345678-90ab-4cde-8f01-234567890abc', keyMaterialId: 'ab'.repeat(32) };
const context = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ maxLength: 8 }), {
  maxKeys: 5,
});

test('encrypts the vectors byte for byte, and decrypts them', () => {
  const url = new URL('../../../../../spec/vectors/ciphertext.json', import.meta.url);
  const vectors: readonly CiphertextVector[] = JSON.parse(readFileSync(url, 'utf8'));
  assert.ok(vectors.length >= 3);
  for (const vector of vectors) {
    const key = takeSecretKey(Uint8Array.from(Buffer.from(vector.key, 'hex')));
    const plaintext = Buffer.from(vector.plaintext, 'hex');
    const entropy = insecureDeterministicEntropy(vector.seed);
    assert.equal(hex(canonicalContext(vector.context)), vector.canonicalContext);
    assert.equal(hex(encryptUnder(key, vector, vector.context, plaintext, entropy)), vector.ciphertext);
    const opened = decryptUnder(key, Buffer.from(vector.ciphertext, 'hex'), vector.context);
    assert.deepEqual(opened, plaintext);
  }
});

test('a ciphertext opens under its own key and context, and no others', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), context, context, (plaintext, own, other) => {
      const ciphertext = encryptUnder(secret(1), header, own, plaintext, systemEntropy());
      assert.equal(ciphertext.length, plaintext.length + CIPHERTEXT_OVERHEAD_BYTES);
      assert.deepEqual(unverifiedHeader(ciphertext), header);
      assert.deepEqual(decryptUnder(secret(1), ciphertext, own), Buffer.from(plaintext));
      assert.equal(decryptUnder(secret(2), ciphertext, own), undefined);
      const same = hex(canonicalContext(own)) === hex(canonicalContext(other));
      assert.equal(decryptUnder(secret(1), ciphertext, other) !== undefined, same);
    }),
  );
});

test('any changed bit and any cut is refused, never thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(), fc.nat(), (plaintext, flip, cut) => {
      const ciphertext = encryptUnder(secret(1), header, { a: 'b' }, plaintext, systemEntropy());
      const changed = Uint8Array.from(ciphertext);
      const position = flip % changed.length;
      changed[position] = (changed[position] ?? 0) ^ (1 << (flip % 8));
      assert.equal(decryptUnder(secret(1), changed, { a: 'b' }), undefined);
      const shorter = ciphertext.subarray(0, cut % ciphertext.length);
      assert.equal(decryptUnder(secret(1), shorter, { a: 'b' }), undefined);
    }),
  );
});

test('arbitrary bytes have no header or a well-formed one', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const found = unverifiedHeader(bytes);
      if (found === undefined) return;
      assert.match(found.keyId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      assert.match(found.keyMaterialId, /^[0-9a-f]{64}$/);
    }),
  );
});

test('equal contexts have equal canonical bytes whatever the order of their pairs; others do not', () => {
  fc.assert(
    fc.property(context, context, (left, right) => {
      const reversed = Object.fromEntries(Object.entries(left).reverse());
      assert.equal(hex(canonicalContext(left)), hex(canonicalContext(reversed)));
      const equal = hex(canonicalContext(left)) === hex(canonicalContext(right));
      const sorted = (map: Record<string, string>): string => JSON.stringify(Object.entries(map).sort());
      assert.equal(equal, sorted(left) === sorted(right));
    }),
  );
});

test('names sort by their UTF-8 bytes, not by UTF-16 code units', () => {
  const bytes = canonicalContext({ '\u{1F600}': '1', '\uFF5E': '2' });
  assert.ok(hex(bytes).indexOf('efbd9e') < hex(bytes).indexOf('f09f9880'));
});
