import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from '../../stores/contract/any-character.test-fixture.ts';
import { justificationFrom } from './justification.ts';

/** A text as Node hands out the header that carries it in UTF-8. */
function header(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const rows: readonly (readonly [name: string, value: string, found: string | undefined])[] = [
  ['plain words', 'ticket 4711', 'ticket 4711'],
  ['words with spaces around them', '  ticket 4711\t', 'ticket 4711'],
  ['words in UTF-8', header('Rückfrage 監査 🔑'), 'Rückfrage 監査 🔑'],
  ['nothing', '', undefined],
  ['spaces alone', '   ', undefined],
  ['bytes that are no UTF-8', 'R\u00fcckfrage', undefined],
  ['a tab inside', 'a\tb', undefined],
  ['a delete character', 'a\u007fb', undefined],
  ['a C1 control character', header('a\u0085b'), undefined],
  ['a change of the writing direction', header('a\u202eb'), undefined],
  ['a line separator', header('a\u2028b'), undefined],
  ['512 units', header('🔑'.repeat(256)), '🔑'.repeat(256)],
  ['513 units', 'a'.repeat(513), undefined],
  ['the largest header', 'a'.repeat(16_000), undefined],
];

for (const [name, value, found] of rows) {
  test(`a reason of ${name} counts as ${found === undefined ? 'none' : 'it is'}`, () => {
    assert.equal(justificationFrom(value), found);
  });
}

test('whatever bytes come, a reason is short, trimmed and without control characters', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: anyCharacter }).map(header), fc.string()), (value) => {
      const found = justificationFrom(value);
      if (found === undefined) return;
      assert.ok(found.length > 0 && found.length <= 512);
      assert.equal(found, found.trim());
      for (const unit of found) assert.ok(unit >= ' ' && !(unit >= '\u007f' && unit <= '\u009f'));
      assert.ok(found.isWellFormed());
    }),
  );
});
