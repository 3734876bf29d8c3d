import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import fc from 'fast-check';
import { keyAlgorithm, KEY_SPECS, type KeySpec } from '../../crypto/index.ts';
import { bytesOf, keyArnOf, KindBench, QUICK_KINDS } from './key-kinds.test-fixture.ts';

const MESSAGE = Buffer.from('attack at dawn', 'utf8');

/** How a message is given to an algorithm: Ed25519ph signs digests alone. */
function asAsked(signingAlgorithm: string, message: Uint8Array): object {
  return signingAlgorithm === 'ED25519_PH_SHA_512'
    ? { signingAlgorithm, message: new Uint8Array(64).fill(message.length), messageType: 'DIGEST' }
    : { signingAlgorithm, message };
}

const SIGNING = QUICK_KINDS.filter(({ keyUsage }) => keyUsage === 'SIGN_VERIFY');

test('what is signed verifies, with every algorithm of every key, and nothing else does', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const kind of SIGNING) {
    const keyId = await kinds.key(kind);
    for (const signingAlgorithm of keyAlgorithm(kind.keySpec).signingAlgorithms) {
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 4096 }), fc.nat(), async (message, at) => {
          const asked = { keyId, ...asAsked(signingAlgorithm, message) };
          const result = await kinds.run('Sign', asked);
          const signature = bytesOf(result, 'signature');
          assert.deepEqual(
            [result['keyId'], result['signingAlgorithm']],
            [keyArnOf(keyId), signingAlgorithm],
          );
          assert.deepEqual(await kinds.run('Verify', { ...asked, signature }), {
            keyId: keyArnOf(keyId),
            signatureValid: true,
            signingAlgorithm,
          });
          signature[at % signature.length] = (signature[at % signature.length] ?? 0) ^ 1;
          assert.deepEqual(await kinds.refused('Verify', { ...asked, signature }), ['InvalidSignature', '']);
        }),
        { numRuns: 3 },
      );
    }
  }
});

test('a message is signed as the request says that it is to be, or refused', async () => {
  const kinds = new KindBench(openMemoryStore());
  const [rsa, ec, edwards, lattice] = await Promise.all(
    (['RSA_2048', 'ECC_NIST_P384', 'ECC_NIST_EDWARDS25519', 'ML_DSA_44'] as const).map((keySpec) =>
      kinds.key({ keySpec, keyUsage: 'SIGN_VERIFY' }),
    ),
  );
  const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(1);
  const cases: readonly (readonly [string | undefined, string, string, number, string])[] = [
    [
      rsa,
      'RSASSA_PSS_SHA_256',
      'DIGEST',
      33,
      'Validation Digest is invalid length for algorithm RSASSA_PSS_SHA_256.',
    ],
    [
      rsa,
      'RSASSA_PKCS1_V1_5_SHA_512',
      'EXTERNAL_MU',
      64,
      'Validation Message type EXTERNAL_MU is incompatible with algorithm RSASSA_PKCS1_V1_5_SHA_512.',
    ],
    [
      ec,
      'ECDSA_SHA_256',
      'RAW',
      5,
      'InvalidKeyUsage Algorithm ECDSA_SHA_256 is incompatible with key spec ECC_NIST_P384.',
    ],
    [ec, 'ECDSA_SHA_384', 'DIGEST', 48, 'ok'],
    [
      edwards,
      'ED25519_SHA_512',
      'DIGEST',
      64,
      'Validation Message type DIGEST is incompatible with algorithm ED25519_SHA_512.',
    ],
    [
      edwards,
      'ED25519_PH_SHA_512',
      'RAW',
      64,
      'Validation Message type RAW is incompatible with algorithm ED25519_PH_SHA_512.',
    ],
    [lattice, 'ML_DSA_SHAKE_256', 'EXTERNAL_MU', 64, 'ok'],
    [
      lattice,
      'ML_DSA_SHAKE_256',
      'DIGEST',
      64,
      'Validation Message type DIGEST is incompatible with key spec ML_DSA_44.',
    ],
  ];
  for (const [keyId, signingAlgorithm, messageType, length, told] of cases) {
    const params = { keyId, signingAlgorithm, messageType, message: bytes(length) };
    const performed = await kinds.bench.perform(kinds.ann, 'Sign', params);
    const answer =
      performed.kind === 'released' ? 'ok' : `${performed.error.code} ${performed.error.message}`;
    assert.equal(answer, told);
    const { algorithm, parameters } = kinds.bench.lastEvent();
    assert.deepEqual([algorithm, parameters], [signingAlgorithm, { messageType }]);
  }
});

test('what is encrypted under a pair opens with its private half, by the key that the request names', async () => {
  const kinds = new KindBench(openMemoryStore());
  const pairs = QUICK_KINDS.filter(
    ({ keySpec, keyUsage }) => keyUsage === 'ENCRYPT_DECRYPT' && keySpec !== 'SYMMETRIC_DEFAULT',
  );
  for (const kind of pairs) {
    const keyId = await kinds.key(kind);
    for (const encryptionAlgorithm of keyAlgorithm(kind.keySpec).encryptionAlgorithms) {
      const asked = { keyId, encryptionAlgorithm };
      const encrypted = await kinds.run('Encrypt', { ...asked, plaintext: MESSAGE });
      const ciphertextBlob = bytesOf(encrypted, 'ciphertextBlob');
      const opened = await kinds.run('Decrypt', { ...asked, ciphertextBlob });
      assert.deepEqual(bytesOf(opened, 'plaintext'), MESSAGE);
      assert.deepEqual([opened['keyId'], opened['keyMaterialId']], [keyArnOf(keyId), undefined]);
      const unnamed = await kinds.refused('Decrypt', { encryptionAlgorithm, ciphertextBlob });
      assert.equal(unnamed[0], 'Validation');
      ciphertextBlob[ciphertextBlob.length - 1] = (ciphertextBlob.at(-1) ?? 0) ^ 1;
      assert.deepEqual(await kinds.refused('Decrypt', { ...asked, ciphertextBlob }), [
        'InvalidCiphertext',
        '',
      ]);
      const bound = { ...asked, plaintext: MESSAGE, encryptionContext: { a: 'b' } };
      assert.equal((await kinds.refused('Encrypt', bound))[0], 'Validation');
      const other = { keyId, plaintext: MESSAGE };
      assert.deepEqual(await kinds.refused('Encrypt', other), [
        'InvalidKeyUsage',
        `Algorithm SYMMETRIC_DEFAULT is incompatible with key spec ${kind.keySpec}.`,
      ]);
    }
  }
  const rsa = await kinds.key({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' });
  const long = { keyId: rsa, encryptionAlgorithm: 'RSAES_OAEP_SHA_256', plaintext: new Uint8Array(191) };
  const told =
    'Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048 cannot encrypt data larger than 190 bytes.';
  assert.deepEqual(await kinds.refused('Encrypt', long), ['Validation', told]);
  assert.deepEqual(await kinds.refused('Encrypt', { ...long, dryRun: true }), ['Validation', told]);
});

test('a plaintext goes from a symmetric key to a pair and back, and the event has both algorithms', async () => {
  const kinds = new KindBench(openMemoryStore());
  const { bench } = kinds;
  const symmetric = await bench.createKey(kinds.ann);
  const pair = await kinds.key({ keySpec: 'SM2', keyUsage: 'ENCRYPT_DECRYPT' });
  const encryptionContext = { customer: '4711' };
  const sealed = await kinds.run('Encrypt', { keyId: symmetric, plaintext: MESSAGE, encryptionContext });
  const there = await kinds.run('ReEncrypt', {
    ciphertextBlob: sealed['ciphertextBlob'],
    sourceEncryptionContext: encryptionContext,
    destinationKeyId: pair,
    destinationEncryptionAlgorithm: 'SM2PKE',
  });
  assert.equal(there['destinationKeyMaterialId'], undefined);
  const { algorithm, parameters } = bench.lastEvent();
  assert.deepEqual([algorithm, parameters], ['SM2PKE', { sourceEncryptionAlgorithm: 'SYMMETRIC_DEFAULT' }]);
  const back = await kinds.run('ReEncrypt', {
    ciphertextBlob: there['ciphertextBlob'],
    sourceKeyId: pair,
    sourceEncryptionAlgorithm: 'SM2PKE',
    destinationKeyId: symmetric,
  });
  assert.equal(back['sourceKeyMaterialId'], undefined);
  const opened = await kinds.run('Decrypt', { ciphertextBlob: back['ciphertextBlob'] });
  assert.deepEqual(bytesOf(opened, 'plaintext'), MESSAGE);
});

test('a code verifies under its key, algorithm and message, and under no other', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const kind of QUICK_KINDS.filter(({ keyUsage }) => keyUsage === 'GENERATE_VERIFY_MAC')) {
    const keyId = await kinds.key(kind);
    const [macAlgorithm] = keyAlgorithm(kind.keySpec).macAlgorithms;
    const asked = { keyId, macAlgorithm, message: MESSAGE };
    const mac = bytesOf(await kinds.run('GenerateMac', asked), 'mac');
    assert.deepEqual(await kinds.run('VerifyMac', { ...asked, mac }), {
      keyId: keyArnOf(keyId),
      macAlgorithm,
      macValid: true,
    });
    for (const wrong of [mac.subarray(1), Buffer.alloc(mac.length), Buffer.concat([mac, mac])]) {
      assert.deepEqual(await kinds.refused('VerifyMac', { ...asked, mac: wrong }), ['InvalidMac', '']);
    }
  }
  const small = await kinds.key({ keySpec: 'HMAC_224', keyUsage: 'GENERATE_VERIFY_MAC' });
  const alien = { keyId: small, macAlgorithm: 'HMAC_SHA_256', message: MESSAGE };
  assert.deepEqual(await kinds.refused('GenerateMac', alien), [
    'InvalidKeyUsage',
    'Algorithm HMAC_SHA_256 is incompatible with key spec HMAC_224.',
  ]);
});

test('two keys of a curve arrive at the same secret, and a key of another curve at none', async () => {
  const kinds = new KindBench(openMemoryStore());
  const agreeing = QUICK_KINDS.filter(({ keyUsage }) => keyUsage === 'KEY_AGREEMENT');
  for (const kind of agreeing) {
    const [left, right] = [await kinds.key(kind), await kinds.key(kind)];
    const derive = async (keyId: string, peer: string): Promise<object> => {
      const { publicKey } = await kinds.run('GetPublicKey', { keyId: peer });
      return { keyId, keyAgreementAlgorithm: 'ECDH', publicKey };
    };
    const ours = await kinds.run('DeriveSharedSecret', await derive(left, right));
    const theirs = await kinds.run('DeriveSharedSecret', await derive(right, left));
    assert.deepEqual(bytesOf(ours, 'sharedSecret'), bytesOf(theirs, 'sharedSecret'));
    assert.deepEqual(
      [ours['keyId'], ours['keyAgreementAlgorithm'], ours['keyOrigin']],
      [keyArnOf(left), 'ECDH', 'AWS_KMS'],
    );
    const alien = agreeing.find(({ keySpec }) => keySpec !== kind.keySpec);
    assert.ok(alien !== undefined);
    const wrong = await derive(left, await kinds.key(alien));
    assert.equal((await kinds.refused('DeriveSharedSecret', wrong))[0], 'Validation');
  }
});

test('an encapsulated secret comes out again, another ciphertext gives another, and a wrong length none', async () => {
  const kinds = new KindBench(openMemoryStore());
  for (const kind of QUICK_KINDS.filter(({ keyUsage }) => keyUsage === 'ENCAPSULATE_DECAPSULATE')) {
    const keyId = await kinds.key(kind);
    const asked = { keyId, encapsulationAlgorithm: 'ML_KEM' };
    const made = await kinds.run('Encapsulate', asked);
    const sharedSecretCiphertextBlob = bytesOf(made, 'sharedSecretCiphertextBlob');
    const secret = bytesOf(made, 'sharedSecret');
    assert.equal(secret.length, 32);
    const again = await kinds.run('Decapsulate', { ...asked, sharedSecretCiphertextBlob });
    assert.deepEqual(bytesOf(again, 'sharedSecret'), secret);
    sharedSecretCiphertextBlob[0] = (sharedSecretCiphertextBlob[0] ?? 0) ^ 1;
    const other = await kinds.run('Decapsulate', { ...asked, sharedSecretCiphertextBlob });
    assert.notDeepEqual(bytesOf(other, 'sharedSecret'), secret);
    const short = { ...asked, sharedSecretCiphertextBlob: sharedSecretCiphertextBlob.subarray(1) };
    assert.deepEqual(await kinds.refused('Decapsulate', short), ['InvalidCiphertext', '']);
  }
});

/** The specs that data key pairs can have. */
const PAIR_SPECS: readonly KeySpec[] = KEY_SPECS.filter(
  (spec) => keyAlgorithm(spec).exportPrivateKey !== undefined && !/^(RSA_[34]|ML_DSA)/.test(spec),
);

test('a data key pair opens to the private half that was handed out, which is that of its public half', async () => {
  const kinds = new KindBench(openMemoryStore());
  const keyId = await kinds.bench.createKey(kinds.ann);
  for (const keyPairSpec of PAIR_SPECS) {
    const encryptionContext = { customer: '4711' };
    const asked = { keyId, keyPairSpec, encryptionContext };
    const made = await kinds.run('GenerateDataKeyPair', asked);
    const ciphertextBlob = made['privateKeyCiphertextBlob'];
    const opened = await kinds.run('Decrypt', { ciphertextBlob, encryptionContext });
    const privateKey = bytesOf(made, 'privateKeyPlaintext');
    assert.deepEqual(bytesOf(opened, 'plaintext'), privateKey);
    const imported = keyAlgorithm(keyPairSpec).importMaterial(privateKey);
    assert.deepEqual(Buffer.from(imported.publicKey ?? []), bytesOf(made, 'publicKey'), keyPairSpec);
    assert.equal(made['keyPairSpec'], keyPairSpec);
    const bare = await kinds.run('GenerateDataKeyPairWithoutPlaintext', asked);
    assert.equal('privateKeyPlaintext' in bare, false);
    assert.deepEqual(kinds.bench.lastEvent().parameters, { keyPairSpec });
  }
  const pair = await kinds.key({ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' });
  assert.deepEqual(await kinds.refused('GenerateDataKeyPair', { keyId: pair, keyPairSpec: 'SM2' }), [
    'InvalidKeyUsage',
    'You cannot generate a data key with an asymmetric CMK',
  ]);
});
