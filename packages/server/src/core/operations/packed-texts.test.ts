import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { PackedTexts } from './packed-texts.ts';

const word = fc.oneof(
  fc.constantFrom('', 'a', '"', '""', 'policy', 'x'.repeat(254), 'x'.repeat(255), 'x'.repeat(256)),
  fc.string(),
  fc.string({ unit: anyCharacter }),
);
const text = fc.oneof(
  fc.array(word, { maxLength: 12 }).map((words) => words.join('"')),
  fc
    .record({ id: fc.uuid(), policy: word, tags: fc.array(word, { maxLength: 3 }), createdAtMs: fc.nat() })
    .map((record) => JSON.stringify(record)),
  // More pieces than a number counts, with differences far apart.
  fc.tuple(word, word).map(([first, last]) => `${first}${'"'.repeat(700)}${last}`),
);
const change = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.option(text, { freq: 5 }));

test('every text is given back as it was taken, whatever was taken before and after it', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
      const packed = new PackedTexts();
      const plain = new Map<string, string>();
      for (const [name, value] of changes) {
        if (value === null) {
          packed.delete(name);
          plain.delete(name);
        } else {
          packed.set(name, value);
          plain.set(name, value);
        }
      }
      for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) assert.equal(packed.get(name), plain.get(name));
    }),
  );
});

test('texts of more forms than there are models for are given back as well', () => {
  const packed = new PackedTexts();
  const texts = Array.from({ length: 1000 }, (_, index) => `${index}${'"'.repeat(index)}`.repeat(2));
  texts.forEach((one, index) => packed.set(String(index), one));
  texts.forEach((one, index) => assert.equal(packed.get(String(index)), one));
});
