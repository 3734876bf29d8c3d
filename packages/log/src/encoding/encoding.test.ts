import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anyCharacter } from './any-character.test-model.ts';
import {
  bitAt,
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  encodeHex,
  encodeUtf8,
  firstDifference,
  parseSize,
  uint64,
} from './index.ts';

test('base64 is that of RFC 4648 section 10', () => {
  const vectors = { '': '', f: 'Zg==', fo: 'Zm8=', foo: 'Zm9v', foob: 'Zm9vYg==', fooba: 'Zm9vYmE=' };
  for (const [text, encoded] of Object.entries(vectors)) {
    assert.equal(encodeBase64(Buffer.from(text)), encoded);
    assert.deepEqual(decodeBase64(encoded), new Uint8Array(Buffer.from(text)));
  }
});

test('base64 agrees with Node for all bytes and is read back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const encoded = encodeBase64(bytes);
      assert.equal(encoded, Buffer.from(bytes).toString('base64'));
      assert.deepEqual(decodeBase64(encoded), bytes);
    }),
  );
});

test('base64 that the encoder would not have written is not read', () => {
  const bad = [
    'Zg',
    'Zg=',
    'Zg===',
    'Zh==',
    'Zm9=',
    '====',
    'Z===',
    'Zm9v\n',
    'Zm 9',
    '-_-_',
    'Zg==Zg==',
    'Zm9\u0100',
  ];
  for (const text of bad) assert.equal(decodeBase64(text), undefined, text);
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.string({ unit: anyCharacter })), (text) => {
      const bytes = decodeBase64(text);
      if (bytes !== undefined) assert.equal(encodeBase64(bytes), text);
    }),
    { numRuns: 1000 },
  );
});

test('sizes are decimals without leading zeros up to 2^53 - 1', () => {
  assert.equal(parseSize('0'), 0);
  assert.equal(parseSize('9007199254740991'), Number.MAX_SAFE_INTEGER);
  const bad = ['', '-0', '+1', '00', '01', '1 ', ' 1', '1.0', '1e3', '0x1', '٣', '9007199254740992'];
  for (const text of [...bad, '9223372036854775807', '1'.repeat(400)]) {
    assert.equal(parseSize(text), undefined, text);
  }
  fc.assert(fc.property(fc.maxSafeNat(), (size) => assert.equal(parseSize(String(size)), size)));
});

test('UTF-8 is read to the letter: no byte is dropped or replaced', () => {
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61);
  assert.deepEqual(encodeUtf8(decodeUtf8(mark) ?? ''), mark);
  assert.equal(encodeUtf8('\ud800'), undefined);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = decodeUtf8(bytes);
      if (text !== undefined) assert.deepEqual(encodeUtf8(text), bytes);
    }),
  );
});

test('numbers keep all their bits', () => {
  assert.equal(encodeHex(uint64(Number.MAX_SAFE_INTEGER)), '001fffffffffffff');
  assert.equal(bitAt(2 ** 52, 52), 1);
  assert.equal(bitAt(2 ** 52, 51), 0);
  assert.equal(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3)), 2);
  assert.equal(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), 1);
  assert.equal(firstDifference(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), -1);
});
