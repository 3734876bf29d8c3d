import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { openXaes, sealXaes, takeSecretKey, XAES_NONCE_BYTES } from './index.ts';

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('seals the vectors of the C2SP specification, with and without the carry of the subkey', () => {
  const nonce = utf8('ABCDEFGHIJKLMNOPQRSTUVWX');
  const first = sealXaes(takeSecretKey(new Uint8Array(32).fill(1)), nonce, utf8('XAES-256-GCM'), utf8(''));
  assert.equal(hex(first), 'ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271');
  const key = takeSecretKey(new Uint8Array(32).fill(3));
  const second = sealXaes(key, nonce, utf8('XAES-256-GCM'), utf8('c2sp.org/XAES-256-GCM'));
  assert.equal(hex(second), '986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d');
});

/** The specification's derivation written down step by step, with CMAC spelled out. */
function referenceSeal(
  keyBytes: Uint8Array,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  data: Uint8Array,
): string {
  const block = (input: Uint8Array): Buffer => {
    const cipher = createCipheriv('aes-256-ecb', keyBytes, null).setAutoPadding(false);
    return cipher.update(input);
  };
  const zero = BigInt(`0x${block(new Uint8Array(16)).toString('hex')}`);
  const doubled = (zero << 1n) & ((1n << 128n) - 1n);
  const subkey = zero >> 127n === 1n ? doubled ^ 0x87n : doubled;
  const half = (counter: number): Buffer => {
    const message = Buffer.concat([Buffer.from([0, counter, 0x58, 0]), nonce.subarray(0, 12)]);
    const mixed = BigInt(`0x${message.toString('hex')}`) ^ subkey;
    return block(Buffer.from(mixed.toString(16).padStart(32, '0'), 'hex'));
  };
  const derived = Buffer.concat([half(1), half(2)]);
  const cipher = createCipheriv('aes-256-gcm', derived, nonce.subarray(12)).setAAD(data);
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return Buffer.concat([body, cipher.getAuthTag()]).toString('hex');
}

const bytes = (length: { minLength?: number; maxLength?: number }): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array(length);

test('agrees with a slow reference, opens what it sealed, and refuses any changed bit', () => {
  const key = bytes({ minLength: 32, maxLength: 32 });
  const nonce = bytes({ minLength: XAES_NONCE_BYTES, maxLength: XAES_NONCE_BYTES });
  const text = bytes({ maxLength: 200 });
  fc.assert(
    fc.property(key, nonce, text, text, fc.nat(), (keyBytes, nonceBytes, plaintext, data, flip) => {
      const secret = takeSecretKey(Uint8Array.from(keyBytes));
      const sealed = sealXaes(secret, nonceBytes, plaintext, data);
      assert.equal(hex(sealed), referenceSeal(keyBytes, nonceBytes, plaintext, data));
      assert.deepEqual(openXaes(secret, nonceBytes, sealed, data), Buffer.from(plaintext));
      const position = flip % sealed.length;
      sealed[position] = (sealed[position] ?? 0) ^ (1 << (flip % 8));
      assert.equal(openXaes(secret, nonceBytes, sealed, data), undefined);
    }),
  );
});

test('refuses a nonce or a sealed text that is too short', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(1));
  assert.equal(openXaes(key, new Uint8Array(12), new Uint8Array(16), new Uint8Array()), undefined);
  assert.equal(openXaes(key, new Uint8Array(24), new Uint8Array(15), new Uint8Array()), undefined);
});

test('seals under a nonce of 24 bytes only', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(1));
  for (const length of [0, 12, 23, 25]) {
    assert.throws(() => sealXaes(key, new Uint8Array(length), utf8('a'), utf8('')), /a nonce has 24 bytes/);
  }
});

/** The hash of the specification's accumulated randomized tests after `iterations`. */
function accumulate(iterations: number): string {
  // A test reads at most 32 + 24 + 2 * 256 bytes, and 313 on the average.
  const stream = createHash('shake128', { outputLength: iterations * 320 + 100_000 }).digest();
  const accumulated = createHash('shake128', { outputLength: 32 });
  let position = 0;
  const read = (count: number): Buffer => {
    position += count;
    assert.ok(position <= stream.length);
    return stream.subarray(position - count, position);
  };
  for (let iteration = 0; iteration < iterations; iteration += 1) {
    // Taking a key overwrites its bytes, here those of the stream that have been read already.
    const key = takeSecretKey(read(32));
    const nonce = read(24);
    const plaintext = read(read(1)[0] ?? 0);
    const data = read(read(1)[0] ?? 0);
    const sealed = sealXaes(key, nonce, plaintext, data);
    assert.deepEqual(openXaes(key, nonce, sealed, data), plaintext);
    accumulated.update(sealed);
  }
  return accumulated.digest('hex');
}

test('passes the accumulated tests of the C2SP specification, 10,000 iterations', () => {
  assert.equal(accumulate(10_000), 'e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939');
});

const isLongRun = process.env['LONG_TESTS'] === '1';
const skip = isLongRun ? false : 'takes a minute: set LONG_TESTS=1 to run it';

test('passes the accumulated tests of the C2SP specification, 1,000,000 iterations', { skip }, () => {
  assert.equal(accumulate(1_000_000), '2163ae1445985a30b60585ee67daa55674df06901b890593e824b8a7c885ab15');
});

test('opening arbitrary bytes under arbitrary nonces fails and never throws', () => {
  const key = takeSecretKey(new Uint8Array(32).fill(1));
  fc.assert(
    fc.property(
      bytes({ maxLength: 30 }),
      bytes({ maxLength: 60 }),
      bytes({ maxLength: 20 }),
      (nonce, box, data) => {
        assert.equal(openXaes(key, nonce, box, data), undefined);
      },
    ),
  );
});
