import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { canonicalJson } from './index.ts';

/** Any text, lone surrogates and control characters included. */
const anyText = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc
    .array(fc.constantFrom('\uD800', '\uDC00', '\uDBFF', 'a', '\\ud800', '\u0000', '"', '\u2028'), {
      maxLength: 5,
    })
    .map((pieces) => pieces.join('')),
);

/** The same value with its members in order, or in the opposite order, all the way down. */
function reordered(value: unknown, direction: 1 | -1): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => reordered(item, direction));
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -direction : direction));
  return Object.fromEntries(members.map(([name, member]) => [name, reordered(member, direction)]));
}

test('encodes as an independent implementation of RFC 8785 does, in whatever order the members stand', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: anyCharacter }), (value) => {
      const expected = canonicalize(value);
      assert.equal(canonicalJson(value), expected);
      assert.equal(canonicalJson(reordered(value, 1)), expected);
      assert.equal(canonicalJson(reordered(value, -1)), expected);
    }),
  );
});

test('is its own fixed point: parsing and encoding again changes no byte', () => {
  fc.assert(
    fc.property(
      fc.dictionary(anyText, fc.oneof(anyText, fc.double({ noNaN: true, noDefaultInfinity: true }))),
      (value) => {
        const text = canonicalJson(value);
        assert.ok(text.isWellFormed());
        assert.equal(canonicalJson(JSON.parse(text)), text);
      },
    ),
  );
});

test('writes lone surrogates as U+FFFD, wherever they stand', () => {
  fc.assert(
    fc.property(fc.array(anyText), (texts) => {
      const wellFormed = texts.map((text) => text.toWellFormed());
      assert.equal(canonicalJson(texts), canonicalize(wellFormed));
      assert.equal(canonicalJson({ a: { b: texts } }), canonicalize({ a: { b: wellFormed } }));
    }),
  );
  assert.equal(canonicalJson({ '\uD800': 1, '\uF8FF': 2 }), '{"\uF8FF":2,"\uFFFD":1}');
  assert.equal(canonicalJson({ '\uD800': 1, '\uDBFF': 2 }), '{"\uFFFD":2}', 'no member twice');
  assert.equal(canonicalJson('\\ud800'), String.raw`"\\ud800"`);
});

test('sorts members by UTF-16 code units (RFC 8785 section 3.2.3)', () => {
  const members = {
    '\u20ac': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    '\u00f6': 'Latin Small Letter O With Diaeresis',
  };
  const order = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
  const text = canonicalJson(members);
  const positions = order.map((name) => text.indexOf(`${JSON.stringify(name)}:`));
  assert.ok(positions.every((position) => position > 0));
  assert.deepEqual(
    positions,
    positions.toSorted((left, right) => left - right),
  );
  assert.equal(canonicalJson({ 10: 'b', 9: 'a' }), '{"10":"b","9":"a"}', 'numbers sort as texts');
});

test('writes numbers as ECMAScript does (RFC 8785 appendix B)', () => {
  const samples: readonly (readonly [bits: string, text: string])[] = [
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
  ];
  for (const [bits, text] of samples) {
    assert.equal(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE()), text, bits);
  }
});

test('leaves out absent members', () => {
  assert.equal(canonicalJson({ b: undefined, a: 1 }), '{"a":1}');
  assert.equal(canonicalJson({ a: undefined, b: { c: undefined } }), '{"b":{}}');
});

test('refuses what JSON cannot carry, wherever it stands', () => {
  for (const place of [
    (value: unknown) => value,
    (value: unknown) => ({ a: value }),
    (value: unknown) => [value],
  ]) {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => canonicalJson(place(value)), RangeError);
    }
    for (const value of [() => 1, 1n, Symbol('a')]) {
      assert.throws(() => canonicalJson(place(value)), TypeError);
    }
  }
  assert.throws(() => canonicalJson([undefined]), TypeError);
});
