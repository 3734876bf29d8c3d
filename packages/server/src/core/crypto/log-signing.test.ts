import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { type LogSigningAlgorithm, openLogSigningKey, takeSecretKey } from './index.ts';

const sizes = [
  ['ed25519', 32, 64],
  ['ml-dsa-44', 1312, 2420],
] as const;

function keyOf(algorithm: LogSigningAlgorithm, fill: number): ReturnType<typeof openLogSigningKey> {
  return openLogSigningKey(algorithm, takeSecretKey(new Uint8Array(32).fill(fill)));
}

test('an Ed25519 key and signature are those of RFC 8032 section 7.1, test 1', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex');
  const key = openLogSigningKey('ed25519', takeSecretKey(seed));
  assert.equal(
    Buffer.from(key.publicKey).toString('hex'),
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  );
  assert.equal(
    Buffer.from(key.sign(new Uint8Array(0))).toString('hex'),
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  );
});

for (const [algorithm, publicBytes, signatureBytes] of sizes) {
  test(`${algorithm}: a seed always gives the same key, and its raw public key verifies`, () => {
    const key = keyOf(algorithm, 7);
    const message = Buffer.from('a message');
    const signature = key.sign(message);
    assert.equal(key.publicKey.length, publicBytes);
    assert.equal(signature.length, signatureBytes);
    assert.deepEqual(keyOf(algorithm, 7).publicKey, key.publicKey);
    assert.notDeepEqual(keyOf(algorithm, 8).publicKey, key.publicKey);
    const publicKey = createPublicKey({
      key: Buffer.from(key.publicKey),
      format: 'raw-public',
      asymmetricKeyType: algorithm,
    });
    assert.equal(verify(null, message, publicKey, signature), true);
    assert.equal(verify(null, Buffer.from('another'), publicKey, signature), false);
  });

  test(`${algorithm}: a seed of another length is refused`, () => {
    assert.throws(
      () => openLogSigningKey(algorithm, takeSecretKey(new Uint8Array(31))),
      /a seed has 32 bytes/,
    );
  });
}
