import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHex } from '../encoding/index.ts';
import { nodeCrypto } from '../node/index.ts';
import { hashEntries, hashPairs, type LogHasher, sha256 } from './index.ts';

/** A hasher that has nothing but what it must have. */
const plainHasher: LogHasher = { sha256 };

test('SHA-256 of the examples of FIPS 180-4 is the published one', () => {
  const examples = {
    '': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq:
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
  };
  for (const [message, digest] of Object.entries(examples)) {
    assert.equal(encodeHex(sha256(Buffer.from(message))), digest);
    assert.equal(encodeHex(nodeCrypto.sha256(Buffer.from(message))), digest);
  }
});

test('SHA-256 agrees with OpenSSL at every length up to four blocks and for any bytes', () => {
  for (let length = 0; length <= 256; length += 1) check(new Uint8Array(length).fill(length));
  fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), check));
});

function check(bytes: Uint8Array): void {
  const expected = createHash('sha256').update(bytes).digest('hex');
  assert.equal(encodeHex(sha256(bytes)), expected);
  assert.equal(encodeHex(nodeCrypto.sha256(bytes)), expected);
}

test('the fast ways of a hasher write what the plain way writes, and leave all other bytes as they were', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 90 }), { minLength: 1, maxLength: 8 }),
      fc.uint8Array({ minLength: 64 * 4, maxLength: 64 * 4 }),
      (entries, nodes) => {
        const bundle = Buffer.concat(entries.flatMap((entry) => [Buffer.of(7, 7), entry]));
        const ends = Uint32Array.from(entries, (_, index) =>
          entries.slice(0, index + 1).reduce((end, entry) => end + 2 + entry.length, 0),
        );
        const starts = ends.map((end, index) => end - (entries[index]?.length ?? 0));
        const before = Buffer.from(bundle);
        const results = [plainHasher, nodeCrypto].map((hasher) => {
          const target = new Uint8Array(32 * entries.length + 5);
          hashEntries(hasher, bundle, starts, ends, entries.length, target, 5);
          const tree = new Uint8Array(64 * 4 + 32 * 4);
          tree.set(nodes);
          hashPairs(hasher, tree, 0, 64 * 4, 4);
          return [target, tree];
        });
        assert.deepEqual(results[0], results[1]);
        assert.deepEqual(bundle, before);
        const first = createHash('sha256')
          .update(Buffer.of(0))
          .update(entries[0] ?? Buffer.of())
          .digest();
        assert.deepEqual(Buffer.from(results[1]?.[0]?.subarray(5, 37) ?? []), first);
        const pair = createHash('sha256').update(Buffer.of(1)).update(nodes.subarray(64, 128)).digest();
        assert.deepEqual(Buffer.from(results[1]?.[1]?.subarray(256 + 32, 256 + 64) ?? []), pair);
      },
    ),
  );
});
