import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LogError } from '../errors.ts';
import { bundleEntriesMax, decodeEntries, encodeEntries, entryBytesMax, scanEntries } from './index.ts';

test('a bundle is each entry after its length in two bytes', () => {
  const bundle = encodeEntries([Buffer.from('ab'), Buffer.from(''), Buffer.alloc(258, 1)]);
  assert.equal(Buffer.from(bundle).toString('hex'), `00026162000001${'02'}${'01'.repeat(258)}`);
  assert.deepEqual(
    decodeEntries(bundle).map((entry) => entry.length),
    [2, 0, 258],
  );
});

test('the longest entry and the fullest bundle are written and read', () => {
  const longest = new Uint8Array(entryBytesMax).fill(1);
  assert.deepEqual(decodeEntries(encodeEntries([longest])), [longest]);
  const full = Array.from({ length: bundleEntriesMax }, (_, index) => Uint8Array.of(index));
  assert.deepEqual(decodeEntries(encodeEntries(full)), full);
  assert.throws(() => encodeEntries([new Uint8Array(entryBytesMax + 1)]), { code: 'out-of-range' });
  assert.throws(() => encodeEntries([...full, Uint8Array.of()]), { code: 'out-of-range' });
});

test('bytes that end within an entry, or go on after 256, are malformed', () => {
  const full = Buffer.concat(Array.from({ length: bundleEntriesMax }, () => Buffer.of(0, 0)));
  for (const bytes of [
    Buffer.of(0),
    Buffer.of(0, 1),
    Buffer.of(0, 2, 1),
    Buffer.of(0, 1, 1, 0),
    Buffer.of(255, 255),
    Buffer.concat([full, Buffer.of(0, 0)]),
    Buffer.concat([full, Buffer.of(0)]),
  ]) {
    assert.throws(() => decodeEntries(bytes), { name: 'LogError', code: 'malformed-bundle' });
    assert(!scanEntries(bytes).complete);
  }
});

test('any bytes are either a bundle that is written back the same, or malformed', () => {
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .tuple(
        fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 6 }),
        fc.nat(),
        fc.uint8Array({ maxLength: 2 }),
      )
      .map(([entries, offset, insert]): Uint8Array => {
        const bundle = encodeEntries(entries);
        const start = offset % (bundle.length + 1);
        return Buffer.concat([bundle.subarray(0, start), insert, bundle.subarray(start + insert.length)]);
      }),
  );
  fc.assert(
    fc.property(hostile, (bytes) => {
      try {
        assert.deepEqual(Buffer.from(encodeEntries(decodeEntries(bytes))), Buffer.from(bytes));
      } catch (error) {
        assert(error instanceof LogError && error.code === 'malformed-bundle', String(error));
      }
    }),
    { numRuns: 5000 },
  );
});
