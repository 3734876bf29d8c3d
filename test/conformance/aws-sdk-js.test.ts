import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  paginateListKeys,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  SignCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const PLAINTEXT = Buffer.from('the file of customer 4711');
const CONTEXT = { customer: '4711', purpose: 'files' };

suite('the AWS SDK for JavaScript, unmodified', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let kms: KMSClient;
  let keyId: string;

  before(async () => {
    server = await startServer(folder.path);
    assert.ok(server.administrator !== undefined);
    kms = clientOf(server, server.administrator);
    const { KeyMetadata } = await kms.send(
      new CreateKeyCommand({ Description: 'files', Tags: [{ TagKey: 'team', TagValue: 'a' }] }),
    );
    keyId = KeyMetadata?.KeyId ?? '';
  });

  after(async () => {
    kms.destroy();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  test('describes and lists keys, page by page', async () => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: keyId }));
    assert.equal(KeyMetadata?.KeyState, 'Enabled');
    assert.equal(KeyMetadata.Description, 'files');
    assert.ok(KeyMetadata.CreationDate instanceof Date);
    assert.match(KeyMetadata.CurrentKeyMaterialId ?? '', /^[0-9a-f]{64}$/);
    for (let more = 0; more < 4; more += 1) await kms.send(new CreateKeyCommand({}));
    const ids: (string | undefined)[] = [];
    for await (const page of paginateListKeys({ client: kms, pageSize: 2 }, {})) {
      ids.push(...(page.Keys ?? []).map((key) => key.KeyId));
    }
    assert.equal(new Set(ids).size, 5);
    const whole = await kms.send(new ListKeysCommand({}));
    assert.equal(whole.Truncated, false);
    assert.deepEqual(
      whole.Keys?.map((key) => key.KeyId),
      ids,
    );
  });

  test('encrypts, decrypts and re-encrypts, bound to the encryption context', async () => {
    const encrypted = await kms.send(
      new EncryptCommand({ KeyId: keyId, Plaintext: PLAINTEXT, EncryptionContext: CONTEXT }),
    );
    const decrypted = await kms.send(
      new DecryptCommand({ CiphertextBlob: encrypted.CiphertextBlob, EncryptionContext: CONTEXT }),
    );
    assert.deepEqual(Buffer.from(decrypted.Plaintext ?? []), PLAINTEXT);
    assert.match(decrypted.KeyId ?? '', /^arn:aws:kms:us-east-1:[0-9]{12}:key\//);
    await assert.rejects(
      kms.send(
        new DecryptCommand({
          CiphertextBlob: encrypted.CiphertextBlob,
          EncryptionContext: { customer: '4712' },
        }),
      ),
      { name: 'InvalidCiphertextException' },
    );
    const moved = await kms.send(
      new ReEncryptCommand({
        CiphertextBlob: encrypted.CiphertextBlob,
        SourceEncryptionContext: CONTEXT,
        DestinationKeyId: keyId,
        DestinationEncryptionContext: { customer: '4712' },
      }),
    );
    const again = await kms.send(
      new DecryptCommand({ CiphertextBlob: moved.CiphertextBlob, EncryptionContext: { customer: '4712' } }),
    );
    assert.deepEqual(Buffer.from(again.Plaintext ?? []), PLAINTEXT);
  });

  test('generates data keys and random bytes', async () => {
    const whole = await kms.send(
      new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: CONTEXT }),
    );
    assert.equal(whole.Plaintext?.length, 32);
    const opened = await kms.send(
      new DecryptCommand({ CiphertextBlob: whole.CiphertextBlob, EncryptionContext: CONTEXT }),
    );
    assert.deepEqual(opened.Plaintext, whole.Plaintext);
    const closed = await kms.send(
      new GenerateDataKeyWithoutPlaintextCommand({ KeyId: keyId, NumberOfBytes: 64 }),
    );
    assert.equal('Plaintext' in closed, false);
    const later = await kms.send(new DecryptCommand({ CiphertextBlob: closed.CiphertextBlob }));
    assert.equal(later.Plaintext?.length, 64);
    const random = await kms.send(new GenerateRandomCommand({ NumberOfBytes: 17 }));
    assert.equal(random.Plaintext?.length, 17);
  });

  test('creates, moves and deletes aliases', async () => {
    const other = await kms.send(new CreateKeyCommand({}));
    await kms.send(new CreateAliasCommand({ AliasName: 'alias/files', TargetKeyId: keyId }));
    await assert.rejects(kms.send(new CreateAliasCommand({ AliasName: 'alias/files', TargetKeyId: keyId })), {
      name: 'AlreadyExistsException',
    });
    const { KeyId } = await kms.send(new EncryptCommand({ KeyId: 'alias/files', Plaintext: PLAINTEXT }));
    assert.ok(KeyId?.endsWith(keyId));
    await kms.send(
      new UpdateAliasCommand({ AliasName: 'alias/files', TargetKeyId: other.KeyMetadata?.KeyId }),
    );
    const { Aliases } = await kms.send(new ListAliasesCommand({}));
    assert.deepEqual(
      Aliases?.map((alias) => [alias.AliasName, alias.TargetKeyId]),
      [['alias/files', other.KeyMetadata?.KeyId]],
    );
    await kms.send(new DeleteAliasCommand({ AliasName: 'alias/files' }));
    await assert.rejects(kms.send(new EncryptCommand({ KeyId: 'alias/files', Plaintext: PLAINTEXT })), {
      name: 'NotFoundException',
    });
  });

  test('tags and untags', async () => {
    await kms.send(new TagResourceCommand({ KeyId: keyId, Tags: [{ TagKey: 'stage', TagValue: 'test' }] }));
    await kms.send(new UntagResourceCommand({ KeyId: keyId, TagKeys: ['team'] }));
    const { Tags } = await kms.send(new ListResourceTagsCommand({ KeyId: keyId }));
    assert.deepEqual(Tags, [{ TagKey: 'stage', TagValue: 'test' }]);
  });

  test('disables, enables, schedules the deletion of a key and takes it back', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    await kms.send(new DisableKeyCommand({ KeyId }));
    await assert.rejects(kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT })), {
      name: 'DisabledException',
      message: `${KeyMetadata?.Arn ?? ''} is disabled.`,
    });
    await kms.send(new EnableKeyCommand({ KeyId }));
    await kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT }));
    const scheduled = await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    assert.equal(scheduled.KeyState, 'PendingDeletion');
    assert.ok(scheduled.DeletionDate instanceof Date);
    await assert.rejects(kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT })), {
      name: 'KMSInvalidStateException',
    });
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    const described = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.equal(described.KeyMetadata?.KeyState, 'Disabled');
  });

  test('reads and changes key policies, and is denied by them at once, in the words of AWS', async () => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.KeyId;
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
    const deny = { Sid: 'NoEncrypt', Effect: 'Deny', Principal: '*', Action: 'kms:Encrypt', Resource: '*' };
    const changed = (Policy ?? '').replace('"Statement":[', `"Statement":[${JSON.stringify(deny)},`);
    await kms.send(new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: changed }));
    await assert.rejects(kms.send(new EncryptCommand({ KeyId, Plaintext: PLAINTEXT })), {
      name: 'AccessDeniedException',
      message: `User: arn:aws:iam::${server.account}:user/admin is not authorized to perform: kms:Encrypt on resource: ${KeyMetadata?.Arn ?? ''} with an explicit deny in a resource-based policy`,
    });
  });

  test('refuses what is wrong in the words of AWS', async () => {
    await assert.rejects(kms.send(new GenerateRandomCommand({ NumberOfBytes: 0 })), {
      name: 'ValidationException',
      message:
        "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value greater than or equal to 1",
    });
    await assert.rejects(kms.send(new DescribeKeyCommand({ KeyId: 'fake-key-id' })), {
      name: 'NotFoundException',
      message: "Invalid keyId 'fake-key-id'",
    });
    await assert.rejects(
      kms.send(new SignCommand({ KeyId: keyId, Message: PLAINTEXT, SigningAlgorithm: 'ECDSA_SHA_256' })),
      { name: 'InvalidKeyUsageException' },
    );
  });

  test('refuses a wrong secret, an unknown access key and another region', async () => {
    assert.ok(server.administrator !== undefined);
    const wrongSecret = clientOf(server, { ...server.administrator, secretAccessKey: 'x'.repeat(40) });
    await assert.rejects(wrongSecret.send(new ListKeysCommand({})), { name: 'InvalidSignatureException' });
    const unknown = clientOf(server, { ...server.administrator, accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' });
    await assert.rejects(unknown.send(new ListKeysCommand({})), { name: 'UnrecognizedClientException' });
    const elsewhere = clientOf(server, server.administrator, 'eu-west-3');
    await assert.rejects(elsewhere.send(new ListKeysCommand({})), { name: 'InvalidSignatureException' });
  });

  test('every answer says where it is on the record', async () => {
    const seen: Record<string, string>[] = [];
    kms.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        const { response } = result;
        if (isResponse(response)) seen.push(response.headers);
        return result;
      },
      { step: 'deserialize', name: 'headers', priority: 'low' },
    );
    await kms.send(new ListKeysCommand({}));
    kms.middlewareStack.remove('headers');
    const [headers] = seen;
    assert.match(headers?.['x-keywitness-event-id'] ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.match(headers?.['x-keywitness-log-index'] ?? '', /^[0-9]+$/);
    assert.match(headers?.['x-amzn-requestid'] ?? '', /^[0-9a-f-]{36}$/);
  });
});

function clientOf(
  server: RunningServer,
  credentials: { readonly accessKeyId: string; readonly secretAccessKey: string },
  region = 'us-east-1',
): KMSClient {
  return new KMSClient({ endpoint: server.endpoint, region, credentials, maxAttempts: 1 });
}

function isResponse(value: unknown): value is { readonly headers: Record<string, string> } {
  return typeof value === 'object' && value !== null && 'headers' in value;
}
