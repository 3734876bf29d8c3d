import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { type Algorithm, type Signature, verifyByBrowser, verifyByLibrary } from '@keywitness/console';
import fc from 'fast-check';

const message = Buffer.from('a checkpoint');

function signedWith(
  algorithm: Algorithm,
  keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Signature {
  const publicKey = keys.publicKey.export({ format: 'raw-public' });
  return { algorithm, publicKey, message, signature: sign(null, message, keys.privateKey) };
}

const samples: readonly Signature[] = [
  signedWith('Ed25519', generateKeyPairSync('ed25519')),
  signedWith('ML-DSA-44', generateKeyPairSync('ml-dsa-44')),
];

function changed(bytes: Uint8Array, spot: number, bits: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = spot % copy.length;
  copy[at] = (copy[at] ?? 0) ^ bits;
  return copy;
}

test('the browser and the libraries of the page hold the signatures of Node to be good', async () => {
  for (const sample of samples) {
    assert.equal(verifyByLibrary(sample), true, sample.algorithm);
    assert.equal(await verifyByBrowser(sample), true, sample.algorithm);
  }
});

test('a signature with any change in it, its key or its message is good for neither', async () => {
  const members = fc.constantFrom('publicKey' as const, 'message' as const, 'signature' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...samples),
      members,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      async (sample, member, spot, bits) => {
        const forged = { ...sample, [member]: changed(sample[member], spot, bits) };
        assert.deepEqual([verifyByLibrary(forged), await verifyByBrowser(forged)], [false, false]);
      },
    ),
    { numRuns: 100 },
  );
});

test('what is no key and no signature is good for neither, whatever its length', async () => {
  for (const sample of samples) {
    for (const length of [0, 1, 31, 32, 33, 64, 1312, 2420, 5000]) {
      const bytes = new Uint8Array(length).fill(255);
      for (const forged of [
        { ...sample, publicKey: bytes },
        { ...sample, signature: bytes },
      ]) {
        assert.deepEqual([verifyByLibrary(forged), await verifyByBrowser(forged)], [false, false]);
      }
    }
  }
});
