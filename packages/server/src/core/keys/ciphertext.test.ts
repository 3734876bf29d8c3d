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

function isVectors(value: unknown): value is readonly CiphertextVector[] {
  return Array.isArray(value);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const secret = (fill: number): ReturnType<typeof takeSecretKey> =>
  takeSecretKey(new Uint8Array(32).fill(fill));
const header = { keyId: '12345678-90ab-4cde-8f01-234567890abc', keyMaterialId: 'ab'.repeat(32) };
const context = fc.dictionary(fc.string({ unit: 'grapheme', maxLength: 8 }), fc.string({ maxLength: 8 }), {
  maxKeys: 5,
});

test('encrypts the vectors byte for byte, and decrypts them', () => {
  const url = new URL('../../../../../spec/vectors/ciphertext.json', import.meta.url);
  const vectors: unknown = JSON.parse(readFileSync(url, 'utf8'));
  assert.ok(isVectors(vectors) && vectors.length >= 3);
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

test('a ciphertext with any one bit changed, cut anywhere or made longer is refused, never thrown', () => {
  const ciphertext = encryptUnder(secret(1), header, { a: 'b' }, Buffer.from('plain'), systemEntropy());
  for (let bit = 0; bit < ciphertext.length * 8; bit += 1) {
    const changed = Uint8Array.from(ciphertext);
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(decryptUnder(secret(1), changed, { a: 'b' }), undefined, `bit ${bit}`);
    // The lowest bit of the kind tells the two kinds of ids apart.
    const isAlien = bit < 16 && bit !== 8;
    assert.equal(unverifiedHeader(changed) === undefined, isAlien, 'another version or kind is not ours');
  }
  for (let length = 0; length < ciphertext.length; length += 1) {
    assert.equal(decryptUnder(secret(1), ciphertext.subarray(0, length), { a: 'b' }), undefined);
    const isLongEnough = length >= CIPHERTEXT_OVERHEAD_BYTES;
    assert.equal(unverifiedHeader(ciphertext.subarray(0, length)) !== undefined, isLongEnough);
  }
  const longer = Buffer.concat([ciphertext, new Uint8Array(1)]);
  assert.equal(decryptUnder(secret(1), longer, { a: 'b' }), undefined);
});

test('any change of the context is refused: a pair more, a pair less, a name or a value changed', () => {
  const plaintext = Buffer.from('plain');
  const text = fc.string({ minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(context, text, text, fc.nat(), (own, name, value, which) => {
      const ciphertext = encryptUnder(secret(1), header, own, plaintext, systemEntropy());
      const pairs = Object.entries(own);
      const changes: (readonly (readonly [string, string])[])[] = [[...pairs, [`new ${name}`, value]]];
      const chosen = pairs[which % Math.max(1, pairs.length)];
      if (chosen !== undefined) {
        const others = pairs.filter((pair) => pair !== chosen);
        changes.push(
          others,
          [...others, [`new ${chosen[0]}`, chosen[1]]],
          [...others, [chosen[0], `${chosen[1]}.`]],
        );
      }
      for (const changed of changes) {
        assert.equal(decryptUnder(secret(1), ciphertext, Object.fromEntries(changed)), undefined);
      }
    }),
  );
});

test('no context and an empty context are the same', () => {
  const ciphertext = encryptUnder(secret(1), header, undefined, Buffer.from('plain'), systemEntropy());
  assert.deepEqual(decryptUnder(secret(1), ciphertext, {}), Buffer.from('plain'));
});

test('decrypting arbitrary bytes fails and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), context, (bytes, hasVersion, pairs) => {
      const candidate = hasVersion ? Uint8Array.from([1, 0, ...bytes]) : bytes;
      assert.equal(decryptUnder(secret(1), candidate, pairs), undefined);
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
      const names = new Set([...Object.keys(left), ...Object.keys(right)]);
      const isEqual = Array.from(names).every((name) => left[name] === right[name]);
      assert.equal(equal, isEqual);
    }),
  );
});

test('names sort by their UTF-8 bytes, not by UTF-16 code units', () => {
  const bytes = canonicalContext({ '\u{1F600}': '1', '\uFF5E': '2' });
  assert.ok(hex(bytes).indexOf('efbd9e') < hex(bytes).indexOf('f09f9880'));
});

test('parts of pairs do not run into one another', () => {
  const forms = [
    {},
    { '': '' },
    { a: '' },
    { '': 'a' },
    { ab: 'c' },
    { a: 'bc' },
    { a: 'b', c: '' },
    { a: 'b', '': 'c' },
  ];
  assert.equal(new Set(forms.map((form) => hex(canonicalContext(form)))).size, forms.length);
});

test('a text without UTF-8 has no canonical form', () => {
  assert.throws(() => canonicalContext({ '\uD800': 'a' }), TypeError);
  assert.throws(() => canonicalContext({ a: '\uDC00' }), TypeError);
});

test('refuses to encrypt under ids that do not fit the header', () => {
  const wrong = [
    { ...header, keyId: 'mrk-1234567890ab4cde8f01234567890abcd' },
    { ...header, keyId: 'mrk-1234567890ab4cde8f01234567890AB' },
    { ...header, keyId: 'mrk-12345678-90ab-4cde-8f01-234567890abc' },
    { ...header, keyId: header.keyId.toUpperCase() },
    { ...header, keyId: '' },
    { ...header, keyMaterialId: 'ab'.repeat(31) },
    { ...header, keyMaterialId: 'ab'.repeat(33) },
  ];
  for (const one of wrong) {
    assert.throws(() => encryptUnder(secret(1), one, {}, new Uint8Array(), systemEntropy()), TypeError);
  }
});

test('a multi-Region key and a key whose UUID has the same digits have different headers', () => {
  const multiRegion = { ...header, keyId: 'mrk-1234567890ab4cde8f01234567890abc' };
  for (const one of [header, multiRegion]) {
    const ciphertext = encryptUnder(secret(1), one, {}, new Uint8Array(1), systemEntropy());
    assert.deepEqual(unverifiedHeader(ciphertext), one);
    const flipped = Buffer.from(ciphertext);
    flipped[1] = (flipped[1] ?? 0) ^ 1;
    assert.equal(decryptUnder(secret(1), flipped, {}), undefined);
  }
});
