import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { keyAlgorithm } from '../index.ts';
import { entropy, flipped, freshMaterial, openMaterial, present } from './algorithms.test-fixture.ts';

/** AWS's limits, in bytes. */
const limits = {
  RSA_2048: { RSAES_OAEP_SHA_1: 214, RSAES_OAEP_SHA_256: 190 },
  RSA_3072: { RSAES_OAEP_SHA_1: 342, RSAES_OAEP_SHA_256: 318 },
  SM2: { SM2PKE: 1024 },
} as const;

for (const spec of ['RSA_2048', 'RSA_3072', 'SM2'] as const) {
  test(`${spec}: decrypts what it encrypted up to AWS's limit, and refuses a changed bit`, async () => {
    const encryption = present(openMaterial(spec, await freshMaterial(spec)).encryption);
    const bytesMax: Readonly<Record<string, number>> = limits[spec];
    for (const algorithm of keyAlgorithm(spec).encryptionAlgorithms) {
      assert.ok(algorithm !== 'SYMMETRIC_DEFAULT');
      const maxLength = present(bytesMax[algorithm]);
      const whole = encryption.encrypt(algorithm, new Uint8Array(maxLength), entropy);
      assert.equal(encryption.decrypt(algorithm, whole)?.length, maxLength);
      assert.throws(() => encryption.encrypt(algorithm, new Uint8Array(maxLength + 1), entropy), {
        code: 'PlaintextTooLong',
      });
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 1, maxLength }), fc.nat(), (plaintext, flip) => {
          const ciphertext = encryption.encrypt(algorithm, plaintext, entropy);
          assert.deepEqual(
            Buffer.from(present(encryption.decrypt(algorithm, ciphertext))),
            Buffer.from(plaintext),
          );
          assert.equal(encryption.decrypt(algorithm, flipped(ciphertext, flip)), undefined);
          assert.equal(encryption.decrypt(algorithm, ciphertext.subarray(1)), undefined);
          assert.equal(
            encryption.decrypt(algorithm, Buffer.concat([ciphertext, Uint8Array.of(0)])),
            undefined,
          );
        }),
        { numRuns: 20 },
      );
    }
  });
}

test('decrypting arbitrary bytes gives nothing and never throws', async () => {
  for (const spec of ['RSA_2048', 'SM2'] as const) {
    const encryption = present(openMaterial(spec, await freshMaterial(spec)).encryption);
    const [algorithm] = keyAlgorithm(spec).encryptionAlgorithms;
    assert.ok(algorithm !== undefined && algorithm !== 'SYMMETRIC_DEFAULT');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (bytes) => {
        assert.equal(encryption.decrypt(algorithm, bytes), undefined);
      }),
      { numRuns: 30 },
    );
  }
});

test('refuses the algorithm of the other family, and an algorithm that was not used', async () => {
  const rsa = present(openMaterial('RSA_2048', await freshMaterial('RSA_2048')).encryption);
  const sm2 = present(openMaterial('SM2', await freshMaterial('SM2')).encryption);
  const bytes = new Uint8Array(16);
  assert.throws(() => rsa.encrypt('SM2PKE', bytes, entropy), { code: 'IncompatibleAlgorithm' });
  assert.throws(() => rsa.decrypt('SM2PKE', bytes), { code: 'IncompatibleAlgorithm' });
  assert.throws(() => sm2.encrypt('RSAES_OAEP_SHA_256', bytes, entropy), { code: 'IncompatibleAlgorithm' });
  assert.throws(() => sm2.decrypt('RSAES_OAEP_SHA_256', bytes), { code: 'IncompatibleAlgorithm' });
  const ciphertext = rsa.encrypt('RSAES_OAEP_SHA_256', bytes, entropy);
  assert.equal(rsa.decrypt('RSAES_OAEP_SHA_1', ciphertext), undefined);
});
