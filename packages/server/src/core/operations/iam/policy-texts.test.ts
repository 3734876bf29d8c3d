import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { charactersOf } from './policy-texts.ts';

test('white space between elements does not count, and in texts it does', () => {
  assert.equal(charactersOf('{ "a" : "b c" ,\n\t"d\\" ":1 }'), '{"a":"b c","d\\" ":1}'.length);
});

test('a text counts as many characters however it is laid out', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(1, 4, '\t'), (value, indent) => {
      const compact = JSON.stringify(value);
      assert.equal(charactersOf(JSON.stringify(value, null, indent)), compact.length);
      assert.equal(charactersOf(compact), compact.length);
    }),
  );
});
