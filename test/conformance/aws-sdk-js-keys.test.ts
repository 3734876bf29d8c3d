import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DataKeyPairSpec,
  DecapsulateCommand,
  DecryptCommand,
  DeriveSharedSecretCommand,
  DescribeKeyCommand,
  DryRunOperationException,
  EncapsulateCommand,
  EncryptCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  InvalidKeyUsageException,
  KeyAgreementAlgorithmSpec,
  KMSClient,
  KMSInvalidMacException,
  KMSInvalidSignatureException,
  KMSInvalidStateException,
  ListKeyPoliciesCommand,
  ReEncryptCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  UnsupportedOperationException,
  CreateCustomKeyStoreCommand,
  UpdateKeyDescriptionCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const MESSAGE = Buffer.from('the order of customer 4711');
const SIGNING = 'SIGN_VERIFY';

/** Signatures that openssl can check, and how. */
const CHECKED_BY_OPENSSL: readonly (readonly [
  CreateKeyCommandInput['KeySpec'],
  SigningAlgorithmSpec,
  readonly string[],
])[] = [
  ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256', ['-sha256']],
  ['RSA_3072', 'RSASSA_PKCS1_V1_5_SHA_512', ['-sha512']],
  [
    'RSA_4096',
    'RSASSA_PSS_SHA_384',
    ['-sha384', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest'],
  ],
  ['ECC_NIST_P256', 'ECDSA_SHA_256', ['-sha256']],
  ['ECC_NIST_P384', 'ECDSA_SHA_384', ['-sha384']],
  ['ECC_NIST_P521', 'ECDSA_SHA_512', ['-sha512']],
  ['ECC_SECG_P256K1', 'ECDSA_SHA_256', ['-sha256']],
];

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

suite('the AWS SDK for JavaScript, unmodified, with keys of every kind', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let kms: KMSClient;

  before(async () => {
    server = await startServer(folder.path);
    assert.ok(server.administrator !== undefined);
    kms = new KMSClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: server.administrator,
    });
  });

  after(async () => {
    kms.destroy();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  async function makeKey(input: CreateKeyCommandInput): Promise<string> {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand(input));
    assert.equal(KeyMetadata?.KeySpec, input.KeySpec ?? 'SYMMETRIC_DEFAULT');
    return KeyMetadata.KeyId ?? '';
  }

  test(
    'signs and verifies, and openssl agrees',
    { skip: !hasOpenssl && 'not run: there is no openssl' },
    async () => {
      for (const [KeySpec, SigningAlgorithm, options] of CHECKED_BY_OPENSSL) {
        const KeyId = await makeKey({ KeySpec, KeyUsage: SIGNING });
        const asked = { KeyId, Message: MESSAGE, SigningAlgorithm };
        const { Signature } = await kms.send(new SignCommand(asked));
        const { SignatureValid } = await kms.send(new VerifyCommand({ ...asked, Signature }));
        assert.equal(SignatureValid, true);
        const wrong = new VerifyCommand({ ...asked, Message: Buffer.from('x'), Signature });
        await assert.rejects(kms.send(wrong), (error) => {
          assert.ok(error instanceof KMSInvalidSignatureException);
          assert.equal(error.$metadata.httpStatusCode, 400);
          return true;
        });
        const { PublicKey, SigningAlgorithms } = await kms.send(new GetPublicKeyCommand({ KeyId }));
        assert.ok(SigningAlgorithms?.includes(SigningAlgorithm));
        assert.equal(opensslVerifies(KeySpec ?? '', PublicKey, Signature, options), 'Verified OK');
      }
    },
  );

  function opensslVerifies(
    name: string,
    publicKey: Uint8Array | undefined,
    signature: Uint8Array | undefined,
    options: readonly string[],
  ): string {
    const file = (suffix: string, bytes: Uint8Array = new Uint8Array(0)): string => {
      const path = join(folder.path, `${name}.${suffix}`);
      writeFileSync(path, bytes);
      return path;
    };
    const pem = file('pem');
    const spki = ['pkey', '-pubin', '-inform', 'DER', '-in', file('der', publicKey), '-out', pem];
    assert.equal(spawnSync('openssl', spki).status, 0, `openssl does not read the public key of ${name}`);
    const checked = [
      'dgst',
      ...options,
      '-verify',
      pem,
      '-signature',
      file('sig', signature),
      file('txt', MESSAGE),
    ];
    return spawnSync('openssl', checked, { encoding: 'utf8' }).stdout.trim();
  }

  test('signs with Ed25519, ML-DSA and SM2', async () => {
    for (const [KeySpec, SigningAlgorithm] of [
      ['ECC_NIST_EDWARDS25519', 'ED25519_SHA_512'],
      ['ML_DSA_44', 'ML_DSA_SHAKE_256'],
      ['ML_DSA_65', 'ML_DSA_SHAKE_256'],
      ['ML_DSA_87', 'ML_DSA_SHAKE_256'],
      ['SM2', 'SM2DSA'],
    ] as const) {
      const asked = {
        KeyId: await makeKey({ KeySpec, KeyUsage: SIGNING }),
        Message: MESSAGE,
        SigningAlgorithm,
      };
      const { Signature } = await kms.send(new SignCommand(asked));
      assert.equal((await kms.send(new VerifyCommand({ ...asked, Signature }))).SignatureValid, true);
    }
  });

  test('encrypts under pairs, and moves a plaintext from a symmetric key to a pair', async () => {
    const KeyId = await makeKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' });
    for (const EncryptionAlgorithm of ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'] as const) {
      const asked = { KeyId, EncryptionAlgorithm };
      const { CiphertextBlob } = await kms.send(new EncryptCommand({ ...asked, Plaintext: MESSAGE }));
      const { Plaintext } = await kms.send(new DecryptCommand({ ...asked, CiphertextBlob }));
      assert.deepEqual(Buffer.from(Plaintext ?? []), MESSAGE);
    }
    const symmetric = await makeKey({});
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId: symmetric, Plaintext: MESSAGE }));
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob,
        DestinationKeyId: KeyId,
        DestinationEncryptionAlgorithm: 'RSAES_OAEP_SHA_256',
      }),
    );
    assert.equal(moved.SourceEncryptionAlgorithm, 'SYMMETRIC_DEFAULT');
    assert.equal(moved.DestinationEncryptionAlgorithm, 'RSAES_OAEP_SHA_256');
    const again = { KeyId, EncryptionAlgorithm: 'RSAES_OAEP_SHA_256', ...moved } as const;
    const opened = await kms.send(new DecryptCommand({ ...again, KeyId }));
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), MESSAGE);
  });

  test('makes and checks message authentication codes', async () => {
    for (const bits of ['224', '256', '384', '512'] as const) {
      const asked = {
        KeyId: await makeKey({ KeySpec: `HMAC_${bits}`, KeyUsage: 'GENERATE_VERIFY_MAC' }),
        MacAlgorithm: `HMAC_SHA_${bits}`,
        Message: MESSAGE,
      } as const;
      const { Mac } = await kms.send(new GenerateMacCommand(asked));
      assert.equal((await kms.send(new VerifyMacCommand({ ...asked, Mac }))).MacValid, true);
      const wrong = new VerifyMacCommand({ ...asked, Mac: Buffer.from('wrong') });
      await assert.rejects(kms.send(wrong), KMSInvalidMacException);
    }
  });

  test('agrees on secrets, and encapsulates them', async () => {
    const [left, right] = [
      await makeKey({ KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' }),
      await makeKey({ KeySpec: 'ECC_NIST_P384', KeyUsage: 'KEY_AGREEMENT' }),
    ];
    const derive = async (KeyId: string, peer: string): Promise<Uint8Array | undefined> => {
      const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: peer }));
      const KeyAgreementAlgorithm = KeyAgreementAlgorithmSpec.ECDH;
      const asked = new DeriveSharedSecretCommand({ KeyId, KeyAgreementAlgorithm, PublicKey });
      return (await kms.send(asked)).SharedSecret;
    };
    const secret = await derive(left, right);
    assert.equal(secret?.length, 48);
    assert.deepEqual(await derive(right, left), secret);
    for (const [KeySpec, length] of [
      ['ML_KEM_512', 768],
      ['ML_KEM_768', 1088],
      ['ML_KEM_1024', 1568],
    ] as const) {
      const KeyId = await makeKey({ KeySpec, KeyUsage: 'ENCAPSULATE_DECAPSULATE' });
      const asked = { KeyId, EncapsulationAlgorithm: 'ML_KEM' } as const;
      const made = await kms.send(new EncapsulateCommand(asked));
      const { SharedSecretCiphertextBlob } = made;
      assert.equal(SharedSecretCiphertextBlob?.length, length);
      const opened = await kms.send(new DecapsulateCommand({ ...asked, SharedSecretCiphertextBlob }));
      assert.deepEqual(opened.SharedSecret, made.SharedSecret);
    }
  });

  test('makes data key pairs of every spec', async () => {
    const KeyId = await makeKey({});
    for (const KeyPairSpec of Object.values(DataKeyPairSpec)) {
      const asked = { KeyId, KeyPairSpec, EncryptionContext: { customer: '4711' } };
      const made = await kms.send(new GenerateDataKeyPairCommand(asked));
      const { EncryptionContext } = asked;
      const opened = await kms.send(
        new DecryptCommand({ CiphertextBlob: made.PrivateKeyCiphertextBlob, EncryptionContext }),
      );
      assert.deepEqual(opened.Plaintext, made.PrivateKeyPlaintext);
      assert.match(made.KeyMaterialId ?? '', /^[0-9a-f]{64}$/);
    }
    const asked = new GenerateDataKeyPairWithoutPlaintextCommand({ KeyId, KeyPairSpec: 'ECC_NIST_P256' });
    const bare = await kms.send(asked);
    assert.equal('PrivateKeyPlaintext' in bare, false);
    assert.ok((bare.PublicKey?.length ?? 0) > 80);
  });

  test('tells what a key is, and is told what it is not', async () => {
    const KeyId = await makeKey({ KeySpec: 'ECC_NIST_P256', KeyUsage: SIGNING });
    await kms.send(new UpdateKeyDescriptionCommand({ KeyId, Description: 'orders' }));
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(KeyMetadata?.Description, 'orders');
    assert.deepEqual(KeyMetadata.SigningAlgorithms, ['ECDSA_SHA_256']);
    assert.equal('EncryptionAlgorithms' in KeyMetadata, false);
    const { PolicyNames } = await kms.send(new ListKeyPoliciesCommand({ KeyId }));
    assert.deepEqual(PolicyNames, ['default']);
    const mac = { KeyId, Message: MESSAGE, MacAlgorithm: 'HMAC_SHA_256' } as const;
    await assert.rejects(kms.send(new GenerateMacCommand(mac)), (error) => {
      assert.ok(error instanceof InvalidKeyUsageException);
      assert.match(error.message, /key usage is SIGN_VERIFY which is not valid for GenerateMac\.$/);
      return true;
    });
    const sign = { KeyId, Message: MESSAGE, SigningAlgorithm: 'ECDSA_SHA_256', DryRun: true } as const;
    await assert.rejects(kms.send(new SignCommand(sign)), DryRunOperationException);
    const imported = await makeKey({ Origin: 'EXTERNAL' });
    const encrypt = new EncryptCommand({ KeyId: imported, Plaintext: MESSAGE });
    await assert.rejects(kms.send(encrypt), (error) => {
      assert.ok(error instanceof KMSInvalidStateException);
      assert.match(error.message, /is pending import\.$/);
      return true;
    });
    const dry = { KeyId: await makeKey({}), DryRun: true };
    const ignoring = new DecryptCommand({
      ...dry,
      CiphertextBlob: undefined,
      DryRunModifiers: ['IGNORE_CIPHERTEXT'],
    });
    await assert.rejects(kms.send(ignoring), DryRunOperationException);
    const store = new CreateCustomKeyStoreCommand({ CustomKeyStoreName: 'hsm' });
    await assert.rejects(kms.send(store), UnsupportedOperationException);
  });
});
