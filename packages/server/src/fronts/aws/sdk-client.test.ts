import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DecapsulateCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DeriveSharedSecretCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EnableKeyCommand,
  EncapsulateCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyPairCommand,
  GenerateDataKeyPairWithoutPlaintextCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateMacCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  GetPublicKeyCommand,
  InvalidCiphertextException,
  InvalidGrantIdException,
  InvalidGrantTokenException,
  type KeySpec,
  type KeyUsageType,
  KMSClient,
  KMSInvalidMacException,
  KMSInvalidSignatureException,
  ListAliasesCommand,
  ListGrantsCommand,
  ListKeyPoliciesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  ListRetirableGrantsCommand,
  NotFoundException,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  RetireGrantCommand,
  RevokeGrantCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
  VerifyCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms';
import type { Caller } from '../../core/operations/index.ts';
import { arnOf, place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { Route } from '../http/index.ts';
import { awsRoute } from './index.ts';
import { serve } from './sdk-server.test-fixture.ts';

/** The SDK as it is, against the route behind a bare HTTP server. Signatures have a suite of their own. */
async function connect(t: TestContext): Promise<{ readonly client: KMSClient; readonly bench: TestBench }> {
  const bench = new TestBench(openMemoryStore());
  const caller = bench.addUser('ann');
  const port = await serve(t, bench, routeFor(bench, caller).handle);
  const client = new KMSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: place.region,
    credentials: { accessKeyId: caller.credentialId, secretAccessKey: 'unchecked here' },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  return { client, bench };
}

function routeFor(bench: TestBench, caller: Caller): Route {
  const scope = { date: '20270115', region: place.region, service: 'kms' };
  return awsRoute({
    service: bench.service,
    verifySignature: () => ({ kind: 'verified', caller, scope }),
  });
}

test('an unmodified SDK client uses, administers and destroys a key', async (t) => {
  const { client, bench } = await connect(t);
  const created = await client.send(
    new CreateKeyCommand({ Description: 'für Kunden', Tags: [{ TagKey: 'team', TagValue: 'a' }] }),
  );
  const KeyId = created.KeyMetadata?.KeyId ?? '';
  assert.equal(created.KeyMetadata?.Arn, arnOf(`key/${KeyId}`));
  assert.equal(created.KeyMetadata.CreationDate?.getTime(), bench.nowMs);
  assert.equal(created.KeyMetadata.AWSAccountId, place.account);

  const Plaintext = Buffer.from('attack at dawn');
  const EncryptionContext = { customer: '4711', ключ: '"значение"' };
  const encrypted = await client.send(new EncryptCommand({ KeyId, Plaintext, EncryptionContext }));
  const { CiphertextBlob } = encrypted;
  const decrypted = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  assert.deepEqual(Buffer.from(decrypted.Plaintext ?? []), Plaintext);
  assert.equal(decrypted.KeyId, arnOf(`key/${KeyId}`));

  const moved = await client.send(
    new ReEncryptCommand({
      CiphertextBlob,
      SourceEncryptionContext: EncryptionContext,
      DestinationKeyId: KeyId,
    }),
  );
  const again = await client.send(new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, KeyId }));
  assert.deepEqual(Buffer.from(again.Plaintext ?? []), Plaintext);

  const dataKey = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: 'AES_256' }));
  assert.equal(dataKey.Plaintext?.length, 32);
  const sealed = await client.send(new GenerateDataKeyWithoutPlaintextCommand({ KeyId, NumberOfBytes: 48 }));
  const opened = await client.send(new DecryptCommand({ CiphertextBlob: sealed.CiphertextBlob }));
  assert.equal(opened.Plaintext?.length, 48);
  assert.equal((await client.send(new GenerateRandomCommand({ NumberOfBytes: 9 }))).Plaintext?.length, 9);

  await client.send(new CreateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: KeyId }));
  await client.send(new UpdateAliasCommand({ AliasName: 'alias/orders', TargetKeyId: KeyId }));
  const { Aliases } = await client.send(new ListAliasesCommand({}));
  assert.deepEqual(
    Aliases?.map(({ AliasArn, TargetKeyId }) => [AliasArn, TargetKeyId]),
    [[arnOf('alias/orders'), KeyId]],
  );
  await client.send(new DeleteAliasCommand({ AliasName: 'alias/orders' }));
  const { Keys, Truncated } = await client.send(new ListKeysCommand({ Limit: 5 }));
  assert.deepEqual(Keys, [{ KeyArn: arnOf(`key/${KeyId}`), KeyId }]);
  assert.equal(Truncated, false);

  await client.send(new TagResourceCommand({ KeyId, Tags: [{ TagKey: 'tier', TagValue: '' }] }));
  await client.send(new UntagResourceCommand({ KeyId, TagKeys: ['team'] }));
  const { Tags } = await client.send(new ListResourceTagsCommand({ KeyId }));
  assert.deepEqual(Tags, [{ TagKey: 'tier', TagValue: '' }]);
  const { Policy } = await client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
  await client.send(new PutKeyPolicyCommand({ KeyId, Policy }));

  await client.send(new DisableKeyCommand({ KeyId }));
  await client.send(new EnableKeyCommand({ KeyId }));
  const scheduled = await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  assert.equal(scheduled.DeletionDate?.getTime(), bench.nowMs + 7 * 86_400_000);
  await client.send(new CancelKeyDeletionCommand({ KeyId }));
  const described = await client.send(new DescribeKeyCommand({ KeyId }));
  assert.equal(described.KeyMetadata?.KeyState, 'Disabled');
  assert.equal(described.KeyMetadata.Description, 'für Kunden');
});

test('the SDK makes its own typed errors of ours, with and without a message', async (t) => {
  const { client } = await connect(t);
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId ?? '';
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }));
  const wrong = { CiphertextBlob, EncryptionContext: { a: 'b' } };
  await assert.rejects(client.send(new DecryptCommand(wrong)), InvalidCiphertextException);
  await client.send(new DisableKeyCommand({ KeyId }));
  await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob })), (error) => {
    assert.ok(error instanceof DisabledException);
    assert.equal(error.message, `${arnOf(`key/${KeyId}`)} is disabled.`);
    assert.match(error.$metadata.requestId ?? '', /^request-/);
    return true;
  });
});

test('an unmodified SDK client uses keys of every kind', async (t) => {
  const { client } = await connect(t);
  const makeKey = async (KeySpec: KeySpec, KeyUsage: KeyUsageType): Promise<string> => {
    const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
    return KeyMetadata?.KeyId ?? '';
  };
  const Message = Buffer.from('attack at dawn');
  const signing = {
    KeyId: await makeKey('RSA_2048', 'SIGN_VERIFY'),
    Message,
    SigningAlgorithm: 'RSASSA_PSS_SHA_256',
  } as const;
  const { Signature } = await client.send(new SignCommand(signing));
  assert.equal((await client.send(new VerifyCommand({ ...signing, Signature }))).SignatureValid, true);
  const forged = new VerifyCommand({ ...signing, Message: Buffer.from('x'), Signature });
  await assert.rejects(client.send(forged), KMSInvalidSignatureException);
  const mac = {
    KeyId: await makeKey('HMAC_256', 'GENERATE_VERIFY_MAC'),
    Message,
    MacAlgorithm: 'HMAC_SHA_256',
  } as const;
  const { Mac } = await client.send(new GenerateMacCommand(mac));
  assert.equal((await client.send(new VerifyMacCommand({ ...mac, Mac }))).MacValid, true);
  await assert.rejects(client.send(new VerifyMacCommand({ ...mac, Mac: Signature })), KMSInvalidMacException);
  const agreeing = {
    KeyId: await makeKey('ECC_NIST_P256', 'KEY_AGREEMENT'),
    KeyAgreementAlgorithm: 'ECDH',
  } as const;
  const { PublicKey, KeyAgreementAlgorithms } = await client.send(new GetPublicKeyCommand(agreeing));
  assert.deepEqual(KeyAgreementAlgorithms, ['ECDH']);
  const derived = await client.send(new DeriveSharedSecretCommand({ ...agreeing, PublicKey }));
  assert.deepEqual([derived.SharedSecret?.length, derived.KeyOrigin], [32, 'AWS_KMS']);
  const lattice = {
    KeyId: await makeKey('ML_KEM_768', 'ENCAPSULATE_DECAPSULATE'),
    EncapsulationAlgorithm: 'ML_KEM',
  } as const;
  const { SharedSecret, SharedSecretCiphertextBlob } = await client.send(new EncapsulateCommand(lattice));
  const opened = await client.send(new DecapsulateCommand({ ...lattice, SharedSecretCiphertextBlob }));
  assert.deepEqual(opened.SharedSecret, SharedSecret);
  const pair = {
    KeyId: await makeKey('SYMMETRIC_DEFAULT', 'ENCRYPT_DECRYPT'),
    KeyPairSpec: 'ECC_NIST_P384',
  } as const;
  const made = await client.send(new GenerateDataKeyPairCommand(pair));
  const bare = await client.send(new GenerateDataKeyPairWithoutPlaintextCommand(pair));
  assert.equal(bare.PublicKey?.length, made.PublicKey?.length);
  const CiphertextBlob = made.PrivateKeyCiphertextBlob;
  const { Plaintext } = await client.send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual(Plaintext, made.PrivateKeyPlaintext);
  await client.send(new UpdateKeyDescriptionCommand({ KeyId: pair.KeyId, Description: '' }));
  const { PolicyNames } = await client.send(new ListKeyPoliciesCommand({ KeyId: pair.KeyId }));
  assert.deepEqual(PolicyNames, ['default']);
});

test('the SDK makes, lists, uses and ends grants', async (t) => {
  const { client, bench } = await connect(t);
  const { principalArn } = bench.addUser('bob', []);
  const { KeyMetadata } = await client.send(new CreateKeyCommand({}));
  const KeyId = KeyMetadata?.KeyId ?? '';
  const EncryptionContextSubset = { tenant: '4711' };
  const terms = {
    KeyId,
    GranteePrincipal: principalArn,
    RetiringPrincipal: principalArn,
    Operations: ['Decrypt' as const, 'DescribeKey' as const],
    Constraints: { EncryptionContextSubset },
  };
  const made = await client.send(new CreateGrantCommand({ ...terms, Name: 'orders' }));
  const { Grants } = await client.send(new ListGrantsCommand({ KeyId, Limit: 100 }));
  assert.deepEqual(Grants, [
    {
      ...terms,
      KeyId: arnOf(`key/${KeyId}`),
      Name: 'orders',
      GrantId: made.GrantId,
      CreationDate: new Date(bench.nowMs),
      IssuingAccount: `arn:aws:iam::${place.account}:root`,
    },
  ]);
  const retirable = await client.send(new ListRetirableGrantsCommand({ RetiringPrincipal: principalArn }));
  assert.deepEqual(retirable.Grants, Grants);
  const GrantTokens = [made.GrantToken ?? ''];
  await client.send(new DescribeKeyCommand({ KeyId, GrantTokens }));
  const wrongToken = new DescribeKeyCommand({ KeyId, GrantTokens: ['x'] });
  await assert.rejects(client.send(wrongToken), InvalidGrantTokenException);
  await client.send(new RetireGrantCommand({ GrantToken: made.GrantToken }));
  const again = await client.send(new CreateGrantCommand(terms));
  await client.send(new RevokeGrantCommand({ KeyId, GrantId: again.GrantId }));
  await assert.rejects(
    client.send(new RevokeGrantCommand({ KeyId, GrantId: again.GrantId })),
    NotFoundException,
  );
  await assert.rejects(client.send(new RevokeGrantCommand({ KeyId, GrantId: 'x' })), InvalidGrantIdException);
  assert.deepEqual((await client.send(new ListGrantsCommand({ KeyId }))).Grants, []);
});
