import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import { test, type TestContext } from 'node:test';
import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisabledException,
  DisableKeyCommand,
  EnableKeyCommand,
  EncryptCommand,
  GenerateDataKeyCommand,
  GenerateDataKeyWithoutPlaintextCommand,
  GenerateRandomCommand,
  GetKeyPolicyCommand,
  InvalidCiphertextException,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReEncryptCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-kms';
import type { Caller } from '../../core/operations/index.ts';
import { arnOf, place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { HttpRequest, Route } from '../http/index.ts';
import { awsRoute } from './index.ts';

/** The SDK as it is, against the route behind a bare HTTP server. Signatures have a suite of their own. */
async function connect(t: TestContext): Promise<{ readonly client: KMSClient; readonly bench: TestBench }> {
  const bench = new TestBench(openMemoryStore());
  const caller = bench.addUser('ann');
  const port = await serve(t, routeFor(bench, caller), bench);
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

async function serve(t: TestContext, route: Route, bench: TestBench): Promise<number> {
  const server = createServer((request, response) => {
    readRequest(request, bench)
      .then((whole) => route.handle(whole))
      .then(({ status, headers, body }) => {
        assert.ok(typeof body === 'string');
        response.writeHead(status, headers).end(body);
      })
      .catch(() => response.destroy());
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  return address.port;
}

async function readRequest(request: IncomingMessage, bench: TestBench): Promise<HttpRequest> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) {
    assert.ok(chunk instanceof Uint8Array);
    chunks.push(chunk);
  }
  return {
    method: request.method ?? '',
    target: request.url ?? '',
    rawHeaders: request.rawHeaders,
    body: Buffer.concat(chunks),
    attempt: bench.request('-'),
  };
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
