import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  ConflictException,
  CreateKeyCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  DescribeKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  ExpiredImportTokenException,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  IncorrectKeyMaterialException,
  InvalidCiphertextException,
  InvalidImportTokenException,
  KMSClient,
  KMSInvalidStateException,
  ListKeyRotationsCommand,
  paginateListKeyRotations,
  RotateKeyOnDemandCommand,
  UnsupportedOperationException,
} from '@aws-sdk/client-kms';
import { wrapMaterial } from '../../core/crypto/algorithms/wrapping.test-fixture.ts';
import { sweepKeys } from '../../core/operations/kms/import.test-fixture.ts';
import { arnOf, place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { awsRoute } from './index.ts';
import { serve } from './sdk-server.test-fixture.ts';

const DAY_MS = 86_400_000;
const Plaintext = Buffer.from('attack at dawn');

/** The SDK as it is, against the route behind a bare HTTP server, and a key of an origin. */
async function connect(
  t: TestContext,
  Origin: 'AWS_KMS' | 'EXTERNAL',
): Promise<{ readonly client: KMSClient; readonly bench: TestBench; readonly KeyId: string }> {
  const bench = new TestBench(openMemoryStore());
  const caller = bench.addUser('ann');
  const scope = { date: '20270115', region: place.region, service: 'kms' };
  const route = awsRoute({
    service: bench.service,
    verifySignature: () => ({ kind: 'verified', caller, scope }),
  });
  const port = await serve(t, bench, route.handle);
  const client = new KMSClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: place.region,
    credentials: { accessKeyId: caller.credentialId, secretAccessKey: 'unchecked here' },
    maxAttempts: 1,
  });
  t.after(() => client.destroy());
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ Origin }));
  return { client, bench, KeyId: KeyMetadata?.KeyId ?? '' };
}

/** What an answer says, without what the SDK says of it. */
function answered(output: object): object {
  return Object.fromEntries(Object.entries(output).filter(([name]) => name !== '$metadata'));
}

/** What an import is asked with: the material in a wrapping of its own. */
async function wrapped(
  client: KMSClient,
  KeyId: string,
  nth: number,
): Promise<ImportKeyMaterialCommandInput> {
  const WrappingAlgorithm = 'RSA_AES_KEY_WRAP_SHA_256';
  const { ImportToken, PublicKey, ParametersValidTo } = await client.send(
    new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' }),
  );
  assert.ok(PublicKey !== undefined && ParametersValidTo !== undefined);
  return {
    KeyId,
    ImportToken,
    EncryptedKeyMaterial: wrapMaterial(WrappingAlgorithm, PublicKey, Buffer.alloc(32, nth)),
    ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  };
}

test('an unmodified SDK client has keys rotated', async (t) => {
  const { bench, client, KeyId } = await connect(t, 'AWS_KMS');
  const status = new GetKeyRotationStatusCommand({ KeyId });
  assert.equal((await client.send(status)).KeyRotationEnabled, false);
  await client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }));
  const startMs = bench.nowMs;
  const enabled = answered(await client.send(status));
  assert.deepEqual(enabled, {
    KeyId,
    KeyRotationEnabled: true,
    NextRotationDate: new Date(startMs + 90 * DAY_MS),
    RotationPeriodInDays: 90,
  });
  for (const RotationPeriodInDays of [89, 2561]) {
    const wrong = new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays });
    await assert.rejects(client.send(wrong), { name: 'ValidationException' });
  }
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
  assert.equal((await client.send(new RotateKeyOnDemandCommand({ KeyId }))).KeyId, KeyId);
  assert.deepEqual((await client.send(status)).OnDemandRotationStartDate, new Date(startMs));
  await assert.rejects(client.send(new RotateKeyOnDemandCommand({ KeyId })), ConflictException);
  await sweepKeys(bench);
  bench.nowMs += 90 * DAY_MS;
  await sweepKeys(bench);
  const pages = paginateListKeyRotations({ client, pageSize: 1 }, { KeyId });
  const rotations = (await Array.fromAsync(pages)).flatMap((page) => page.Rotations ?? []);
  assert.deepEqual(
    rotations.map(({ KeyMaterialState, RotationDate, RotationType }) => [
      RotationType,
      KeyMaterialState,
      RotationDate,
    ]),
    [
      ['ON_DEMAND', 'NON_CURRENT', new Date(startMs)],
      ['AUTOMATIC', 'CURRENT', new Date(startMs + 90 * DAY_MS)],
    ],
  );
  const all = await client.send(
    new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' }),
  );
  assert.equal(all.Rotations?.length, 3);
  const opened = await client.send(new DecryptCommand({ CiphertextBlob }));
  assert.equal(opened.KeyMaterialId, all.Rotations[0]?.KeyMaterialId);
  const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
  assert.equal(KeyMetadata?.CurrentKeyMaterialId, rotations[1]?.KeyMaterialId);
  await client.send(new DisableKeyRotationCommand({ KeyId }));
  assert.equal((await client.send(status)).KeyRotationEnabled, false);
});

test('an unmodified SDK client imports material, rotates it, deletes it and imports it again', async (t) => {
  const { bench, client, KeyId } = await connect(t, 'EXTERNAL');
  const ValidTo = new Date(bench.nowMs + DAY_MS);
  const imported = await client.send(
    new ImportKeyMaterialCommand({
      ...(await wrapped(client, KeyId, 1)),
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo,
      KeyMaterialDescription: 'the first one',
    }),
  );
  const Arn = arnOf(`key/${KeyId}`);
  assert.deepEqual(answered(imported), { KeyId: Arn, KeyMaterialId: imported.KeyMaterialId });
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId, Plaintext }));
  await client.send(
    new ImportKeyMaterialCommand({ ...(await wrapped(client, KeyId, 2)), ImportType: 'NEW_KEY_MATERIAL' }),
  );
  const list = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
  const { Rotations } = await client.send(list);
  assert.deepEqual(Rotations, [
    {
      KeyId,
      KeyMaterialId: imported.KeyMaterialId,
      KeyMaterialDescription: 'the first one',
      ImportState: 'IMPORTED',
      KeyMaterialState: 'CURRENT',
      ExpirationModel: 'KEY_MATERIAL_EXPIRES',
      ValidTo,
    },
    {
      KeyId,
      KeyMaterialId: Rotations?.[1]?.KeyMaterialId,
      ImportState: 'IMPORTED',
      KeyMaterialState: 'PENDING_ROTATION',
      ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
    },
  ]);
  await client.send(new RotateKeyOnDemandCommand({ KeyId }));
  await sweepKeys(bench);
  bench.nowMs += DAY_MS;
  await assert.rejects(client.send(new DecryptCommand({ CiphertextBlob })), KMSInvalidStateException);
  await sweepKeys(bench);
  await client.send(new ImportKeyMaterialCommand(await wrapped(client, KeyId, 1)));
  const opened = await client.send(new DecryptCommand({ CiphertextBlob }));
  assert.deepEqual(Buffer.from(opened.Plaintext ?? []), Plaintext);
  const deleted = answered(await client.send(new DeleteImportedKeyMaterialCommand({ KeyId })));
  assert.deepEqual(deleted, { KeyId: Arn, KeyMaterialId: Rotations?.[1]?.KeyMaterialId });
});

test('an import that cannot be is refused with AWS’s exceptions', async (t) => {
  const { bench, client, KeyId } = await connect(t, 'EXTERNAL');
  const first = await wrapped(client, KeyId, 1);
  const send = (more: Partial<ImportKeyMaterialCommandInput>): Promise<unknown> =>
    client.send(new ImportKeyMaterialCommand({ ...first, ...more }));
  await assert.rejects(send({ ImportToken: Buffer.from('x') }), InvalidImportTokenException);
  await assert.rejects(send({ EncryptedKeyMaterial: Buffer.from('x') }), InvalidCiphertextException);
  await assert.rejects(send({ ImportType: 'EXISTING_KEY_MATERIAL' }), IncorrectKeyMaterialException);
  await assert.rejects(send({ KeyMaterialDescription: 'ü' }), { name: 'ValidationException' });
  await assert.rejects(send({ KeyMaterialId: 'A'.repeat(64) }), { name: 'ValidationException' });
  bench.nowMs += DAY_MS;
  await assert.rejects(send({}), ExpiredImportTokenException);
  await assert.rejects(client.send(new EnableKeyRotationCommand({ KeyId })), UnsupportedOperationException);
});
