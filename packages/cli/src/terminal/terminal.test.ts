import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layOutTable, progressLine, visible, visibleJson } from './index.ts';
import { columnsOf, cut } from './width.ts';

const surrogatesFrom = 0xd800;
const surrogatesCount = 0x800;

/**
 * Any character of Unicode, as a string: what `unit: 'binary'` of fast-check means, which takes a second to prepare.
 * It can be told from a string too, so that fast-check goes on to slip in its dangerous words, like `__proto__`.
 */
const anyCharacter = fc.nat(0x10ffff - surrogatesCount).map(
  (place) => String.fromCodePoint(place < surrogatesFrom ? place : place + surrogatesCount),
  (character) => {
    const point = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== character) {
      throw new Error('not one character');
    }
    return point < surrogatesFrom ? point : point - surrogatesCount;
  },
);

const columns = [
  { title: 'TIME', columnsMin: 8 },
  { title: 'WHO', columnsMin: 3 },
  { title: 'ASSET', columnsMin: 4 },
];
const rows = [
  ['12:00:00', 'alice', 'customer=4711, region=north'],
  ['12:00:01', 'Łukasz 山田', ''],
];

test('escape sequences, text direction and what hides in text are spelled out', () => {
  assert.equal(visible('\u001b[2J\u001b]0;owned\u0007'), '\\u{1b}[2J\\u{1b}]0;owned\\u{7}');
  assert.equal(visible('a\rb\nc\td\u009b31m'), 'a\\u{d}b\\u{a}c\\u{9}d\\u{9b}31m');
  assert.equal(visible('nimda\u202e'), 'nimda\\u{202e}');
  assert.equal(visible('a\u200bb\u2028c\ue000d'), 'a\\u{200b}b\\u{2028}c\\u{e000}d');
  assert.equal(visible('\ud800'), '\\u{d800}');
});

test('a name with something blank or ignored in it does not look like the name without', () => {
  const blanks = [
    '\u00a0',
    '\u034f',
    '\u115f',
    '\u1680',
    '\u2003',
    '\u2800',
    '\u3000',
    '\u3164',
    '\ufe0f',
    '\uffa0',
  ];
  for (const blank of blanks) {
    const shown = `customer=4711\\u{${blank.charCodeAt(0).toString(16)}}`;
    assert.equal(visible(`customer=4711${blank}`), shown);
  }
  assert.equal(visible('\u{e0100} a b'), '\\u{e0100} a b');
});

test('ordinary text of any script stays as it is', () => {
  const texts = ['aws-cli/2.31 (Linux)', 'Łukasz', '山田', 'مرحبا', '🙂'];
  assert.deepEqual(texts.map(visible), texts);
});

// oxlint-disable-next-line eslint/no-control-regex -- control characters are what must not be there
const obeyed = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

test('nothing that a terminal obeys is left, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      assert.doesNotMatch(visible(text), obeyed);
    }),
  );
});

test('JSON that was made harmless is visible and still means the same', () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: anyCharacter }), (json) => {
      const compact = JSON.stringify(JSON.parse(json));
      const shown = visibleJson(compact);
      assert.deepEqual(JSON.parse(shown), JSON.parse(compact));
      assert.equal(visible(shown), shown);
    }),
  );
});

test('a table is as wide as its cells', () => {
  assert.deepEqual(layOutTable(columns, rows, undefined), [
    'TIME      WHO          ASSET',
    '12:00:00  alice        customer=4711, region=north',
    '12:00:01  Łukasz 山田',
  ]);
});

test('a table that is too wide gives up columns where they are widest, down to their least', () => {
  assert.deepEqual(layOutTable(columns, rows, 40), [
    'TIME      WHO          ASSET',
    '12:00:00  alice        customer=4711, r…',
    '12:00:01  Łukasz 山田',
  ]);
  assert.deepEqual(layOutTable(columns, rows, 10), [
    'TIME      WHO  ASS…',
    '12:00:00  al…  cus…',
    '12:00:01  Łu…',
  ]);
});

test('no line of a table is wider than the terminal if the least widths allow it', () => {
  const cells = fc.array(
    fc.tuple(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: anyCharacter })),
  );
  fc.assert(
    fc.property(cells, fc.integer({ min: 19, max: 100 }), (table, width) => {
      const harmless = table.map((row) => row.map(visible));
      for (const line of layOutTable(columns, harmless, width)) {
        assert.ok(columnsOf(line) <= width, `${columnsOf(line)} columns: ${line}`);
      }
    }),
  );
});

test('a text is cut between characters, not in them', () => {
  assert.equal(cut('山田太郎', 4), '山…');
  assert.equal(cut('e\u0301e\u0301e\u0301', 2), 'e\u0301…');
  assert.equal(cut('abc', 3), 'abc');
  assert.equal(cut('abc', 0), '');
});

test('a progress bar shows how far it is', () => {
  assert.equal(
    progressLine('verifying', 'entries', 256, 1024),
    'verifying [#######.......................]  25 %  256 of 1024 entries',
  );
  assert.match(progressLine('verifying', 'entries', 0, 0), / 100 %/);
});
