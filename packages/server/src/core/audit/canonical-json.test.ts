import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './index.ts';

test('encodes as an independent implementation of RFC 8785 does', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      assert.equal(canonicalJson(value), canonicalize(value));
    }),
  );
});

test('is its own fixed point: parsing and encoding again changes no byte', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })), (value) => {
      const text = canonicalJson(value);
      assert.equal(canonicalJson(JSON.parse(text)), text);
    }),
  );
});

test('leaves out absent members and replaces lone surrogates', () => {
  assert.equal(canonicalJson({ b: undefined, a: '\uD800' }), '{"a":"\uFFFD"}');
});

test('refuses what JSON cannot carry', () => {
  assert.throws(() => canonicalJson({ a: Number.NaN }), RangeError);
  assert.throws(() => canonicalJson({ a: () => 1 }), TypeError);
});
