import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { nodeCrypto } from './index.ts';

const MESSAGE = Buffer.from('a message');

const algorithms = [
  ['ed25519', 32],
  ['ml-dsa-44', 1312],
] as const;

for (const [name, keyBytes] of algorithms) {
  const verify = (key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean =>
    name === 'ed25519'
      ? nodeCrypto.verifyEd25519(key, message, signature)
      : nodeCrypto.verifyMlDsa44(key, message, signature);

  test(`${name}: a signature verifies under its own key, to the last byte of it`, () => {
    const { publicKey, privateKey } =
      name === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ml-dsa-44');
    const key = publicKey.export({ format: 'der', type: 'spki' }).subarray(-keyBytes);
    const signature = sign(null, MESSAGE, privateKey);
    assert.equal(verify(key, MESSAGE, signature), true);
    assert.equal(verify(key, Buffer.from('another'), signature), false);
    assert.equal(verify(key, MESSAGE, signature.subarray(1)), false);
    for (const wrong of [Buffer.concat([key, new Uint8Array(1)]), key.subarray(0, -1), new Uint8Array(0)]) {
      assert.equal(verify(wrong, MESSAGE, signature), false, `a key of ${wrong.length} bytes`);
    }
  });
}
