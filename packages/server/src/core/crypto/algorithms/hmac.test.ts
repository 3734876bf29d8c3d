import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AlgorithmError, keyAlgorithm, type MacAlgorithm, systemEntropy, takeSecretKey } from '../index.ts';

const specs = ['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'] as const;

/** RFC 4231, test case 6: a key that is longer than a block. */
const longKey = (): Uint8Array => new Uint8Array(131).fill(0xaa);
const longKeyText = 'Test Using Larger Than Block-Size Key - Hash Key First';
const longKeyMacs = {
  HMAC_224: '95e9a0db962095adaebe9b2d6f0dbce2d499f112f2d2b7273fa6870e',
  HMAC_256: '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
  HMAC_384:
    '4ece084485813e9088d2c63a041bc5b44f9ef1012a2b588f3cd11f05033ac4c60c2ef6ab4030fe8296248df163f44952',
  HMAC_512:
    '80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f3526b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598',
} as const;

function algorithmOf(spec: (typeof specs)[number]): MacAlgorithm {
  const [algorithm] = keyAlgorithm(spec).macAlgorithms;
  assert.ok(algorithm !== undefined);
  return algorithm;
}

test('authenticates as RFC 4231 does', () => {
  for (const spec of specs) {
    const { macs } = keyAlgorithm(spec).open(takeSecretKey(longKey()));
    assert.ok(macs !== undefined);
    const mac = macs.generateMac(algorithmOf(spec), Buffer.from(longKeyText));
    assert.equal(Buffer.from(mac).toString('hex'), longKeyMacs[spec]);
  }
});

test('verifies what it authenticated, and no other message, code or part of one', () => {
  const entropy = systemEntropy();
  fc.assert(
    fc.property(
      fc.constantFrom(...specs),
      fc.uint8Array({ maxLength: 4096 }),
      fc.nat(),
      (spec, message, flip) => {
        const material = keyAlgorithm(spec).newMaterial(entropy);
        assert.ok(material !== 'asynchronous');
        const { macs } = keyAlgorithm(spec).open(takeSecretKey(material.secret));
        assert.ok(macs !== undefined);
        const algorithm = algorithmOf(spec);
        const mac = macs.generateMac(algorithm, message);
        assert.equal(macs.verifyMac(algorithm, message, mac), true);
        assert.equal(macs.verifyMac(algorithm, message, mac.subarray(1)), false);
        assert.equal(macs.verifyMac(algorithm, Buffer.concat([message, mac]), mac), false);
        const at = flip % mac.length;
        mac[at] = (mac[at] ?? 0) ^ (1 << (flip % 8));
        assert.equal(macs.verifyMac(algorithm, message, mac), false);
      },
    ),
  );
});

test('refuses the algorithm of another spec, and keys of another length', () => {
  const { macs } = keyAlgorithm('HMAC_224').open(takeSecretKey(new Uint8Array(28)));
  assert.throws(
    () => macs?.generateMac('HMAC_SHA_256', new Uint8Array()),
    new AlgorithmError(
      'IncompatibleAlgorithm',
      'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
    ),
  );
  for (const spec of specs) {
    const bytes = Number(spec.slice('HMAC_'.length)) / 8;
    assert.equal(keyAlgorithm(spec).importMaterial(new Uint8Array(bytes)).secret.length, bytes);
    for (const length of [0, bytes - 1, bytes + 1, 1024]) {
      assert.throws(() => keyAlgorithm(spec).importMaterial(new Uint8Array(length)), {
        code: 'InvalidKeyMaterial',
      });
    }
  }
});
