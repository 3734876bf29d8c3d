import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { KEY_SPECS, keyAlgorithm, type KeySpec, type NewMaterial, takeSecretKey } from '../index.ts';
import { entropy, flipped, freshMaterial, present } from './algorithms.test-fixture.ts';
import { der, DER_OCTET_STRING, DER_SEQUENCE } from './der.ts';

/** RSA pairs of more bits take seconds to find. */
const specs = KEY_SPECS.filter((spec) => spec !== 'RSA_3072' && spec !== 'RSA_4096');

function pkcs8(key: KeyObject): Buffer {
  return key.export({ format: 'der', type: 'pkcs8' });
}

/** What would be imported of fresh material. */
async function exported(spec: KeySpec): Promise<Uint8Array> {
  const { secret } = await freshMaterial(spec);
  return keyAlgorithm(spec).exportPrivateKey?.(takeSecretKey(Uint8Array.from(secret))) ?? secret;
}

test('imports what it exports, and arrives at the same material', async () => {
  for (const spec of specs) {
    const material = await freshMaterial(spec);
    const secret = takeSecretKey(Uint8Array.from(material.secret));
    const again = keyAlgorithm(spec).importMaterial(
      keyAlgorithm(spec).exportPrivateKey?.(secret) ?? material.secret,
    );
    assert.deepEqual(Buffer.from(again.secret), Buffer.from(material.secret), spec);
    assert.deepEqual(again.publicKey, material.publicKey, spec);
  }
});

test('the stored public key is the one of the private key, and every exported key is PKCS #8', async () => {
  for (const spec of specs.filter((one) => keyAlgorithm(one).exportPrivateKey !== undefined)) {
    const material = await freshMaterial(spec);
    const bytes = present(
      keyAlgorithm(spec).exportPrivateKey?.(takeSecretKey(Uint8Array.from(material.secret))),
    );
    const key = createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' });
    assert.deepEqual(publicKey, Buffer.from(present(material.publicKey)), spec);
    assert.deepEqual(
      keyAlgorithm(spec).open(takeSecretKey(material.secret)).publicKey,
      material.publicKey,
      spec,
    );
  }
});

test('refuses material of every other spec', async () => {
  const materials = new Map<KeySpec, Uint8Array>();
  for (const spec of specs) materials.set(spec, await exported(spec));
  for (const [from, bytes] of materials) {
    for (const spec of specs.filter((one) => one !== from)) {
      const isRaw = keyAlgorithm(spec).exportPrivateKey === undefined;
      // Of raw keys the length is all that can be told.
      if (isRaw && materials.get(spec)?.length === bytes.length) continue;
      assert.throws(
        () => keyAlgorithm(spec).importMaterial(bytes),
        { code: 'InvalidKeyMaterial' },
        `${from} as ${spec}`,
      );
    }
  }
});

test('refuses arbitrary bytes, cut bytes, and bytes behind the key, with the one typed error', async () => {
  for (const spec of specs.filter((one) => keyAlgorithm(one).exportPrivateKey !== undefined)) {
    const bytes = await exported(spec);
    const wrong = [
      new Uint8Array(),
      entropy.bytes(32),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Uint8Array.of(0)]),
    ];
    for (const one of wrong) {
      assert.throws(() => keyAlgorithm(spec).importMaterial(one), { code: 'InvalidKeyMaterial' }, spec);
    }
  }
});

test('refuses a pair whose public half is not its own', async () => {
  for (const spec of ['ECC_NIST_P256', 'ECC_NIST_P521', 'ECC_SECG_P256K1', 'SM2'] as const) {
    const [bytes, other] = [await exported(spec), await exported(spec)];
    const half = bytes.length - 60;
    const mixed = Buffer.concat([bytes.subarray(0, half), other.subarray(half)]);
    assert.throws(() => keyAlgorithm(spec).importMaterial(mixed), { code: 'InvalidKeyMaterial' }, spec);
  }
});

test('refuses scalars out of range', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const bytes = pkcs8(pair.privateKey);
  const at = bytes.indexOf(Buffer.from('0420', 'hex')) + 2;
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  for (const scalar of [Buffer.alloc(32), order, Buffer.alloc(32, 0xff)]) {
    const changed = Buffer.from(bytes);
    scalar.copy(changed, at);
    assert.throws(() => keyAlgorithm('ECC_NIST_P256').importMaterial(changed), {
      code: 'InvalidKeyMaterial',
    });
  }
});

test('takes elliptic keys with and without the public half', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
  const bytes = pkcs8(pair.privateKey);
  const publicKey = pair.publicKey.export({ format: 'der', type: 'spki' });
  assert.deepEqual(
    Buffer.from(present(keyAlgorithm('ECC_NIST_P384').importMaterial(bytes).publicKey)),
    publicKey,
  );
  const scalar = Buffer.from(bytes.subarray(bytes.indexOf(Buffer.from('0430', 'hex')) + 2)).subarray(0, 48);
  const inner = der(DER_SEQUENCE, Buffer.from('020101', 'hex'), der(DER_OCTET_STRING, scalar));
  const algorithm = Buffer.from('301006072a8648ce3d020106052b81040022', 'hex');
  const bare = der(DER_SEQUENCE, Buffer.from('020100', 'hex'), algorithm, der(DER_OCTET_STRING, inner));
  assert.deepEqual(
    Buffer.from(present(keyAlgorithm('ECC_NIST_P384').importMaterial(bare).publicKey)),
    publicKey,
  );
});

test('refuses RSA keys whose parts do not belong together, of a small exponent, or for PSS alone', async () => {
  const algorithm = keyAlgorithm('RSA_2048');
  const bytes = await exported('RSA_2048');
  // One bit of each part: they fill the key from behind its first fifty bytes.
  for (let position = 60; position < bytes.length; position += 97) {
    const changed = flipped(bytes, position + bytes.length * (position % 8) * 8);
    assert.throws(() => algorithm.importMaterial(changed), { code: 'InvalidKeyMaterial' });
  }
  const small = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 });
  assert.throws(() => algorithm.importMaterial(pkcs8(small.privateKey)), { code: 'InvalidKeyMaterial' });
  const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
  assert.throws(() => algorithm.importMaterial(pkcs8(pss.privateKey)), { code: 'InvalidKeyMaterial' });
  const pkcs1 = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  assert.throws(() => algorithm.importMaterial(pkcs1.export({ format: 'der', type: 'pkcs1' })), {
    code: 'InvalidKeyMaterial',
  });
});

test('fresh scalars come from the given entropy alone', () => {
  for (const spec of [
    'ECC_NIST_P256',
    'ECC_NIST_P521',
    'ECC_NIST_EDWARDS25519',
    'ML_DSA_44',
    'ML_KEM_768',
    'SM2',
  ] as const) {
    const repeated = { bytes: (count: number) => new Uint8Array(count).fill(7) };
    const [first, second] = [
      keyAlgorithm(spec).newMaterial(repeated),
      keyAlgorithm(spec).newMaterial(repeated),
    ];
    assert.deepEqual(first, second, spec);
  }
});

test('takes lattice keys with their seed, alone or beside the expanded key, and none without it', () => {
  const seed = entropy.bytes(32);
  const { secretKey } = ml_dsa65.keygen(seed);
  const wrap = (choice: Uint8Array): Uint8Array => {
    const algorithm = Buffer.from('300b0609608648016503040312', 'hex');
    return der(DER_SEQUENCE, Buffer.from('020100', 'hex'), algorithm, der(DER_OCTET_STRING, choice));
  };
  const expanded = der(DER_OCTET_STRING, secretKey);
  const both = wrap(der(DER_SEQUENCE, der(DER_OCTET_STRING, seed), expanded));
  const importMaterial = (bytes: Uint8Array): NewMaterial => keyAlgorithm('ML_DSA_65').importMaterial(bytes);
  assert.deepEqual(Buffer.from(importMaterial(wrap(der(0x80, seed))).secret), Buffer.from(seed));
  assert.deepEqual(Buffer.from(importMaterial(both).secret), Buffer.from(seed));
  assert.throws(() => importMaterial(wrap(expanded)), { code: 'InvalidKeyMaterial' });
  const mixed = wrap(der(DER_SEQUENCE, der(DER_OCTET_STRING, entropy.bytes(32)), expanded));
  assert.throws(() => importMaterial(mixed), { code: 'InvalidKeyMaterial' });
});
