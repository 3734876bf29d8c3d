import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seenLines, seenText } from './seen-text.ts';

/** What hides or reorders others, or is blank: also the braille pattern without a dot, which Unicode calls a symbol. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;
const points = 0x110000;

test('no character that hides, reorders or is blank is left as it is, but for a space', () => {
  const left: string[] = [];
  for (let point = 0; point < points; point += 1) {
    const character = String.fromCodePoint(point);
    if (character !== ' ' && hidden.test(character) && seenText(character) === character) {
      left.push(point.toString(16));
    }
  }
  assert.deepEqual(left, []);
});

test('what is hidden is spelled out, and letters of all scripts are left', () => {
  assert.equal(seenText('customer=4711\u{1bca0}'), 'customer=4711\\u{1bca0}');
  assert.equal(seenText('a\u202eb\ud800'), 'a\\u{202e}b\\u{d800}');
  const letters = 'Zürich, Ελλάδα, Україна, 日本, العربية, ไทย, 𝔘, 🔑';
  assert.equal(seenText(letters), letters);
  assert.equal(seenLines('a\r\nb'), 'a\\u{d}\nb');
});
