import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ml_kem1024, ml_kem512, ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { flipped, freshMaterial, openMaterial, present } from './algorithms.test-fixture.ts';

const kinds = [
  { spec: 'ML_KEM_512', noble: ml_kem512, ciphertextBytes: 768 },
  { spec: 'ML_KEM_768', noble: ml_kem768, ciphertextBytes: 1088 },
  { spec: 'ML_KEM_1024', noble: ml_kem1024, ciphertextBytes: 1568 },
] as const;

test('decapsulates what was encapsulated, by us and by noble, in both directions', async () => {
  for (const { spec, noble, ciphertextBytes } of kinds) {
    const material = await freshMaterial(spec);
    const encapsulation = present(openMaterial(spec, material).encapsulation);
    const theirs = noble.keygen(Uint8Array.from(material.secret));
    const { ciphertext, sharedSecret } = encapsulation.encapsulate();
    assert.equal(ciphertext.length, ciphertextBytes);
    assert.equal(sharedSecret.length, 32);
    assert.deepEqual(Buffer.from(present(encapsulation.decapsulate(ciphertext))), Buffer.from(sharedSecret));
    const opened = noble.decapsulate(Uint8Array.from(ciphertext), theirs.secretKey);
    assert.deepEqual(Buffer.from(opened), Buffer.from(sharedSecret));
    const made = noble.encapsulate(theirs.publicKey);
    assert.deepEqual(
      Buffer.from(present(encapsulation.decapsulate(made.cipherText))),
      Buffer.from(made.sharedSecret),
    );
  }
});

test('a changed ciphertext gives another secret, always the same one; a wrong length gives none', async () => {
  for (const { spec } of kinds) {
    const encapsulation = present(openMaterial(spec, await freshMaterial(spec)).encapsulation);
    const { ciphertext, sharedSecret } = encapsulation.encapsulate();
    for (const position of [0, 1001, ciphertext.length * 8 - 1]) {
      const changed = flipped(ciphertext, position);
      const rejected = present(encapsulation.decapsulate(changed));
      assert.equal(rejected.length, 32);
      assert.notDeepEqual(Buffer.from(rejected), Buffer.from(sharedSecret));
      assert.deepEqual(encapsulation.decapsulate(changed), rejected);
    }
    assert.equal(encapsulation.decapsulate(ciphertext.subarray(1)), undefined);
    assert.equal(encapsulation.decapsulate(new Uint8Array()), undefined);
  }
});
