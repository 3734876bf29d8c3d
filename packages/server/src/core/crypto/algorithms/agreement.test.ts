import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { KEY_SPECS, keyAlgorithm } from '../index.ts';
import { decodePublicKey, encodePublicKey, P256, P384, P521 } from './curves.ts';
import { flipped, freshMaterial, openMaterial, present } from './algorithms.test-fixture.ts';

const specs = KEY_SPECS.filter((spec) => keyAlgorithm(spec).usages.includes('KEY_AGREEMENT'));
const sizes: Readonly<Record<string, number>> = {
  ECC_NIST_P256: 32,
  ECC_NIST_P384: 48,
  ECC_NIST_P521: 66,
  SM2: 32,
};

test('both sides arrive at one secret, as long as a coordinate', async () => {
  assert.deepEqual(specs, Object.keys(sizes));
  for (const spec of specs) {
    const [left, right] = [await freshMaterial(spec), await freshMaterial(spec)];
    const secret = present(openMaterial(spec, left).agreement).agree(present(right.publicKey));
    const other = present(openMaterial(spec, right).agreement).agree(present(left.publicKey));
    assert.equal(secret.length, sizes[spec]);
    assert.deepEqual(secret, other);
  }
});

test('arrives at what noble arrives at', async () => {
  const curves = [
    { spec: 'ECC_NIST_P256', noble: p256, curve: P256 },
    { spec: 'ECC_NIST_P384', noble: p384, curve: P384 },
    { spec: 'ECC_NIST_P521', noble: p521, curve: P521 },
  ] as const;
  for (const { spec, noble, curve } of curves) {
    const material = await freshMaterial(spec);
    const { secretKey } = noble.keygen();
    const peer = encodePublicKey(curve, noble.getPublicKey(secretKey, false));
    const ours = present(openMaterial(spec, material).agreement).agree(peer);
    const point = present(decodePublicKey(curve, present(material.publicKey)));
    const theirs = noble.getSharedSecret(secretKey, point).subarray(1);
    assert.deepEqual(Buffer.from(ours), Buffer.from(theirs));
  }
});

test('refuses keys of other curves, points beside the curve, and what is no key', async () => {
  for (const spec of specs) {
    const material = await freshMaterial(spec);
    const agreement = present(openMaterial(spec, material).agreement);
    const own = present(material.publicKey);
    const other = present((await freshMaterial(spec === 'SM2' ? 'ECC_NIST_P256' : 'SM2')).publicKey);
    const x25519 = generateKeyPairSync('x25519').publicKey.export({ format: 'der', type: 'spki' });
    const zero = Uint8Array.from(own).fill(0, own.length - 2 * present(sizes[spec]));
    // The last bit belongs to the y coordinate.
    const beside = flipped(own, (own.length - 1) * 8 * own.length + own.length - 1);
    const short = own.subarray(0, -1);
    for (const peer of [other, x25519, zero, beside, short, Buffer.concat([own, short]), new Uint8Array()]) {
      assert.throws(() => agreement.agree(peer), { code: 'InvalidPublicKey' });
    }
  }
});
