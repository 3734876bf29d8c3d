import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { der, DER_INTEGER, derElements, DER_SEQUENCE, derSequence, derUnsigned, unsignedOf } from './der.ts';

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

test('reads back what it wrote, of any length', () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 70_000 }), { maxLength: 3 });
  fc.assert(
    fc.property(contents, (parts) => {
      const written = der(DER_SEQUENCE, ...parts.map((part) => der(0x04, part)));
      const read = derSequence(written);
      assert.deepEqual(
        read?.map(({ content }) => Buffer.from(content)),
        parts.map((part) => Buffer.from(part)),
      );
      assert.equal(derSequence(written.subarray(0, -1)), undefined);
      assert.equal(derSequence(Buffer.concat([written, hex('00')])), undefined);
    }),
    { numRuns: 30 },
  );
});

test('integers come back as they were, padded', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 66 }), (bytes) => {
      const [element] = derElements(derUnsigned(bytes)) ?? [];
      assert.deepEqual(unsignedOf(element, bytes.length), Uint8Array.from(bytes));
    }),
  );
});

test('refuses integers that are negative, too long, not the shortest, or of another type', () => {
  for (const content of ['80', 'ff00', '0001', '', '010000', '0000']) {
    assert.equal(unsignedOf({ tag: DER_INTEGER, content: hex(content) }, 2), undefined, content);
  }
  assert.equal(unsignedOf({ tag: 0x04, content: hex('01') }, 2), undefined);
  assert.equal(unsignedOf(undefined, 2), undefined);
});

test('refuses lengths that are not definite, not the shortest, or longer than what is there', () => {
  for (const bytes of [
    '3080',
    '308100',
    '30817f',
    '30820080',
    '3084000000ff',
    '30850000000001',
    '3002',
    '30',
    '3003ff',
  ]) {
    assert.equal(derElements(hex(bytes)), undefined, bytes);
  }
});

test('reading arbitrary bytes never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const elements = derElements(bytes);
      if (elements === undefined) return;
      const again = Buffer.concat(elements.map(({ tag, content }) => der(tag, content)));
      assert.deepEqual(again, Buffer.from(bytes));
    }),
  );
});
