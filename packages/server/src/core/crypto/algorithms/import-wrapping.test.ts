import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { takeSecretKey, unwrapMaterial, type WrappingAlgorithm } from '../index.ts';
import { entropy, flipped, freshMaterial, openMaterial, present } from './algorithms.test-fixture.ts';
import { unwrapKey } from './aes-key-wrap.ts';
import { wrapMaterial } from './wrapping.test-fixture.ts';

const rsaAlgorithms = [
  'RSAES_PKCS1_V1_5',
  'RSAES_OAEP_SHA_1',
  'RSAES_OAEP_SHA_256',
  'RSA_AES_KEY_WRAP_SHA_1',
  'RSA_AES_KEY_WRAP_SHA_256',
] as const;

test('unwraps what clients wrap under RSA, and refuses a changed bit', async () => {
  const { secret, publicKey } = await freshMaterial('RSA_2048');
  for (const algorithm of rsaAlgorithms) {
    const maxLength = algorithm.startsWith('RSA_AES') ? 2_400 : 190;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength }), fc.nat(), (material, flip) => {
        const unwrap = (wrapped: Uint8Array): Uint8Array | undefined =>
          unwrapMaterial('RSA_2048', algorithm, takeSecretKey(Uint8Array.from(secret)), wrapped);
        const wrapped = wrapMaterial(algorithm, present(publicKey), material);
        assert.deepEqual(Buffer.from(present(unwrap(wrapped))), Buffer.from(material));
        const changed = unwrap(flipped(wrapped, flip));
        // Under PKCS #1 v1.5 random bytes come out, which no check of ours can tell from material.
        if (algorithm === 'RSAES_PKCS1_V1_5') assert.notDeepEqual(changed, Buffer.from(material));
        else assert.equal(changed, undefined);
        assert.equal(unwrap(wrapped.subarray(1)), undefined);
      }),
      { numRuns: 12 },
    );
  }
});

test('unwraps what clients wrap under SM2, and nothing under another algorithm', async () => {
  const { secret } = await freshMaterial('SM2');
  const material = entropy.bytes(32);
  const wrapped = present(openMaterial('SM2', { secret }).encryption).encrypt('SM2PKE', material, entropy);
  const unwrap = (algorithm: WrappingAlgorithm): Uint8Array | undefined =>
    unwrapMaterial('SM2', algorithm, takeSecretKey(Uint8Array.from(secret)), wrapped);
  assert.deepEqual(unwrap('SM2PKE'), material);
  assert.equal(unwrap('RSAES_OAEP_SHA_256'), undefined);
  const rsa = await freshMaterial('RSA_2048');
  assert.equal(unwrapMaterial('RSA_2048', 'SM2PKE', takeSecretKey(rsa.secret), wrapped), undefined);
});

test('unwraps under no key of another length', () => {
  for (const length of [0, 15, 17, 33]) {
    assert.equal(unwrapKey(new Uint8Array(length), new Uint8Array(24)), undefined);
  }
});
