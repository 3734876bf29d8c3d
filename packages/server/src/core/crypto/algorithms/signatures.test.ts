import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { KEY_SPECS, keyAlgorithm, type KeySpec, type MessageType, type SigningAlgorithm } from '../index.ts';
import { entropy, flipped, freshMaterial, openMaterial, present } from './algorithms.test-fixture.ts';

/** RSA pairs of 4096 bits take seconds to find, and do what smaller ones do. */
const specs = KEY_SPECS.filter(
  (spec) => keyAlgorithm(spec).usages.includes('SIGN_VERIFY') && spec !== 'RSA_4096' && spec !== 'RSA_3072',
);

const hashes: Readonly<Record<string, string>> = { '256': 'sha256', '384': 'sha384', '512': 'sha512' };

/** What is signed of a message under each type that the algorithm takes. */
function typesOf(algorithm: SigningAlgorithm): readonly MessageType[] {
  if (algorithm === 'ML_DSA_SHAKE_256') return ['RAW', 'EXTERNAL_MU'];
  if (algorithm === 'ED25519_SHA_512') return ['RAW'];
  return algorithm === 'ED25519_PH_SHA_512' ? ['DIGEST'] : ['RAW', 'DIGEST'];
}

function digestBytes(algorithm: SigningAlgorithm, type: MessageType): number {
  if (type === 'EXTERNAL_MU') return 64;
  return algorithm === 'SM2DSA' ? 32 : Number(algorithm.slice(-3)) / 8;
}

for (const spec of specs) {
  test(`${spec}: verifies what it signed, and nothing that differs by a bit`, async () => {
    const material = await freshMaterial(spec);
    const signatures = present(openMaterial(spec, material).signatures);
    const verifier = present(keyAlgorithm(spec).openVerifier?.(present(material.publicKey)));
    for (const algorithm of keyAlgorithm(spec).signingAlgorithms) {
      for (const type of typesOf(algorithm)) {
        const bytes = digestBytes(algorithm, type);
        const length = type === 'RAW' ? { maxLength: 4096 } : { minLength: bytes, maxLength: bytes };
        fc.assert(
          fc.property(fc.uint8Array(length), fc.nat(), (message, flip) => {
            const signature = signatures.sign(algorithm, { type, bytes: message }, entropy);
            assert.equal(signatures.verify(algorithm, { type, bytes: message }, signature), true);
            assert.equal(verifier.verify(algorithm, { type, bytes: message }, signature), true);
            assert.equal(
              verifier.verify(algorithm, { type, bytes: message }, flipped(signature, flip)),
              false,
            );
            assert.equal(verifier.verify(algorithm, { type, bytes: message }, signature.subarray(1)), false);
            const longer = Buffer.concat([signature, Uint8Array.of(0)]);
            assert.equal(verifier.verify(algorithm, { type, bytes: message }, longer), false);
            if (message.length === 0) return;
            assert.equal(
              verifier.verify(algorithm, { type, bytes: flipped(message, flip) }, signature),
              false,
            );
          }),
          { numRuns: 8 },
        );
      }
    }
  });
}

test('an RSA signature that begins with a zero is none without it', async () => {
  const { signatures } = openMaterial('RSA_2048', await freshMaterial('RSA_2048'));
  for (const algorithm of keyAlgorithm('RSA_2048').signingAlgorithms) {
    for (let n = 0; ; n += 1) {
      const message = { type: 'RAW', bytes: Buffer.from(String(n)) } as const;
      const signature = present(signatures).sign(algorithm, message, entropy);
      if (signature[0] !== 0) continue;
      assert.equal(present(signatures).verify(algorithm, message, signature), true, algorithm);
      assert.equal(present(signatures).verify(algorithm, message, signature.subarray(1)), false, algorithm);
      break;
    }
  }
});

test('a signature over the digest is one over the message', async () => {
  const message = Buffer.from('who accessed the key for customer 4711');
  for (const spec of [
    'RSA_2048',
    'ECC_NIST_P256',
    'ECC_NIST_P384',
    'ECC_NIST_P521',
    'ECC_SECG_P256K1',
  ] as const) {
    const opened = openMaterial(spec, await freshMaterial(spec));
    const signatures = present(opened.signatures);
    for (const algorithm of keyAlgorithm(spec).signingAlgorithms) {
      const hash = present(hashes[algorithm.slice(-3)]);
      const digest = { type: 'DIGEST', bytes: createHash(hash).update(message).digest() } as const;
      const raw = { type: 'RAW', bytes: message } as const;
      assert.ok(signatures.verify(algorithm, raw, signatures.sign(algorithm, digest, entropy)), algorithm);
      assert.ok(signatures.verify(algorithm, digest, signatures.sign(algorithm, raw, entropy)), algorithm);
    }
  }
});

test('anybody can verify with the public key alone', async () => {
  const message = Buffer.from('a message');
  for (const spec of [
    'ECC_NIST_P256',
    'ECC_NIST_EDWARDS25519',
    'ML_DSA_44',
    'ML_DSA_65',
    'ML_DSA_87',
  ] as const) {
    const opened = openMaterial(spec, await freshMaterial(spec));
    const [algorithm] = keyAlgorithm(spec).signingAlgorithms;
    const raw = { type: 'RAW', bytes: message } as const;
    const signature = present(opened.signatures).sign(present(algorithm), raw, entropy);
    const key = createPublicKey({ key: Buffer.from(present(opened.publicKey)), format: 'der', type: 'spki' });
    assert.ok(verify(spec === 'ECC_NIST_P256' ? 'sha256' : null, message, key, signature), spec);
  }
});

test('signs digests that are zero, or zero modulo the order', async () => {
  const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
  const { signatures } = openMaterial('ECC_NIST_P256', await freshMaterial('ECC_NIST_P256'));
  for (const bytes of [new Uint8Array(32), order, new Uint8Array(32).fill(0xff)]) {
    const digest = { type: 'DIGEST', bytes } as const;
    const signature = present(signatures).sign('ECDSA_SHA_256', digest, entropy);
    assert.equal(present(signatures).verify('ECDSA_SHA_256', digest, signature), true);
  }
});

test('a signature over the representative of ML-DSA is one over the message', async () => {
  const message = Buffer.from('who accessed the key for customer 4711');
  const shake = (bytes: Uint8Array): Buffer =>
    createHash('shake256', { outputLength: 64 }).update(bytes).digest();
  for (const spec of ['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'] as const) {
    const opened = openMaterial(spec, await freshMaterial(spec));
    const signatures = present(opened.signatures);
    // The raw key is what follows the 22 bytes that name the algorithm.
    const keyHash = shake(present(opened.publicKey).subarray(22));
    const mu = {
      type: 'EXTERNAL_MU',
      bytes: shake(Buffer.concat([keyHash, Uint8Array.of(0, 0), message])),
    } as const;
    const raw = { type: 'RAW', bytes: message } as const;
    assert.ok(
      signatures.verify('ML_DSA_SHAKE_256', raw, signatures.sign('ML_DSA_SHAKE_256', mu, entropy)),
      spec,
    );
    assert.ok(
      signatures.verify('ML_DSA_SHAKE_256', mu, signatures.sign('ML_DSA_SHAKE_256', raw, entropy)),
      spec,
    );
  }
});

test('refuses algorithms of other specs, other types of messages, and digests of another length', async () => {
  const refused = async (
    spec: KeySpec,
    algorithm: SigningAlgorithm,
    type: MessageType,
    length: number,
  ): Promise<string> => {
    const signatures = present(openMaterial(spec, await freshMaterial(spec)).signatures);
    const message = { type, bytes: new Uint8Array(length) };
    const codeOf = (act: () => unknown): string => {
      try {
        act();
      } catch (error) {
        return error instanceof Error && 'code' in error
          ? `${String(error.code)}: ${error.message}`
          : 'other';
      }
      return 'none';
    };
    const code = codeOf(() => signatures.sign(algorithm, message, entropy));
    assert.equal(
      codeOf(() => signatures.verify(algorithm, message, new Uint8Array(64))),
      code,
    );
    return code;
  };
  assert.equal(
    await refused('ECC_NIST_P256', 'ECDSA_SHA_384', 'RAW', 1),
    'IncompatibleAlgorithm: Algorithm ECDSA_SHA_384 is incompatible with key spec ECC_NIST_P256.',
  );
  assert.equal(
    await refused('ECC_NIST_P256', 'ECDSA_SHA_256', 'DIGEST', 31),
    'InvalidDigestLength: Digest is invalid length for algorithm ECDSA_SHA_256.',
  );
  assert.match(await refused('RSA_2048', 'RSASSA_PSS_SHA_512', 'DIGEST', 32), /^InvalidDigestLength/);
  assert.match(await refused('RSA_2048', 'SM2DSA', 'RAW', 32), /^IncompatibleAlgorithm/);
  assert.match(await refused('SM2', 'SM2DSA', 'DIGEST', 33), /^InvalidDigestLength/);
  assert.match(await refused('ML_DSA_44', 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', 32), /^InvalidDigestLength/);
  assert.match(await refused('ML_DSA_44', 'ML_DSA_SHAKE_256', 'DIGEST', 64), /^IncompatibleMessageType/);
  assert.match(
    await refused('ECC_NIST_EDWARDS25519', 'ED25519_SHA_512', 'DIGEST', 64),
    /^IncompatibleMessageType/,
  );
  assert.match(
    await refused('ECC_NIST_EDWARDS25519', 'ED25519_PH_SHA_512', 'RAW', 64),
    /^IncompatibleMessageType/,
  );
  assert.match(
    await refused('ECC_NIST_EDWARDS25519', 'ED25519_PH_SHA_512', 'DIGEST', 63),
    /^InvalidDigestLength/,
  );
});
