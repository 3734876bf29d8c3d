import assert from 'node:assert/strict';
import { constants, publicEncrypt, randomBytes } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import {
  CreateKeyCommand,
  DecryptCommand,
  DeleteImportedKeyMaterialCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  GetParametersForImportCommand,
  ImportKeyMaterialCommand,
  type ImportKeyMaterialCommandInput,
  KMSClient,
  KMSInvalidStateException,
  ListKeyRotationsCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const MESSAGE = Buffer.from('the order of customer 4711');
const POLL_MS = 50;
const HOME = 'us-east-1';
const OTHER = 'eu-west-1';

suite('keys that are rotated and imported, through the AWS SDK for JavaScript', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let kms: KMSClient;
  let other: KMSClient;

  before(async () => {
    server = await startServer(folder.path, ['--regions', `${HOME},${OTHER}`]);
    const credentials = server.administrator;
    assert.ok(credentials !== undefined);
    const { endpoint } = server;
    kms = new KMSClient({ endpoint, region: HOME, credentials });
    other = new KMSClient({ endpoint, region: OTHER, credentials });
  });

  after(async () => {
    kms.destroy();
    other.destroy();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  async function newKey(Origin: 'AWS_KMS' | 'EXTERNAL', MultiRegion = false): Promise<string> {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin, MultiRegion }));
    return KeyMetadata?.KeyId ?? '';
  }

  /** Rotates, and waits until the service says that it is done. */
  async function rotate(KeyId: string): Promise<void> {
    await kms.send(new RotateKeyOnDemandCommand({ KeyId }));
    for (;;) {
      const status = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
      if (status.OnDemandRotationStartDate === undefined) return;
      await delay(POLL_MS);
    }
  }

  async function imported(
    KeyId: string,
    material: Uint8Array,
    more: Partial<ImportKeyMaterialCommandInput> = {},
    client: KMSClient = kms,
  ): Promise<void> {
    const WrappingAlgorithm = 'RSAES_OAEP_SHA_256';
    const { ImportToken, PublicKey } = await client.send(
      new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' }),
    );
    const key = { key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' } as const;
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    await client.send(
      new ImportKeyMaterialCommand({
        KeyId,
        ImportToken,
        EncryptedKeyMaterial: publicEncrypt({ ...key, padding, oaepHash: 'sha256' }, material),
        ExpirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
        ...more,
      }),
    );
  }

  test('a rotation on demand is completed, and what was encrypted before decrypts', async () => {
    const KeyId = await newKey('AWS_KMS');
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: MESSAGE }));
    await rotate(KeyId);
    const { Rotations = [] } = await kms.send(new ListKeyRotationsCommand({ KeyId }));
    assert.deepEqual(
      Rotations.map((one) => [one.RotationType, one.KeyMaterialState]),
      [['ON_DEMAND', 'CURRENT']],
    );
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), MESSAGE);
    assert.notEqual(opened.KeyMaterialId, Rotations[0]?.KeyMaterialId);
  });

  test('imported material is rotated, deleted and imported again', async () => {
    const KeyId = await newKey('EXTERNAL');
    const [first, second] = [randomBytes(32), randomBytes(32)];
    await imported(KeyId, first);
    const { CiphertextBlob } = await kms.send(new EncryptCommand({ KeyId, Plaintext: MESSAGE }));
    await imported(KeyId, second, { ImportType: 'NEW_KEY_MATERIAL' });
    await rotate(KeyId);
    await kms.send(new DeleteImportedKeyMaterialCommand({ KeyId }));
    await assert.rejects(kms.send(new DecryptCommand({ CiphertextBlob })), KMSInvalidStateException);
    await imported(KeyId, second);
    const opened = await kms.send(new DecryptCommand({ CiphertextBlob }));
    assert.deepEqual(Buffer.from(opened.Plaintext ?? []), MESSAGE);
  });

  test('imported material of a key in two regions is rotated in both, once both have it', async () => {
    const KeyId = await newKey('EXTERNAL', true);
    const [first, second] = [randomBytes(32), randomBytes(32)];
    await imported(KeyId, first);
    await kms.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: OTHER }));
    await imported(KeyId, first, {}, other);
    const older = await other.send(new EncryptCommand({ KeyId, Plaintext: MESSAGE }));
    await imported(KeyId, second, { ImportType: 'NEW_KEY_MATERIAL' });
    const request = new ListKeyRotationsCommand({ KeyId, IncludeKeyMaterial: 'ALL_KEY_MATERIAL' });
    const { Rotations = [] } = await other.send(request);
    assert.deepEqual(
      Rotations.map((one) => [one.KeyMaterialState, one.ImportState]),
      [
        ['CURRENT', 'IMPORTED'],
        ['PENDING_MULTI_REGION_IMPORT_AND_ROTATION', 'PENDING_IMPORT'],
      ],
    );
    await assert.rejects(kms.send(new RotateKeyOnDemandCommand({ KeyId })), KMSInvalidStateException);
    await imported(KeyId, second, { ImportType: 'EXISTING_KEY_MATERIAL' }, other);
    await rotate(KeyId);
    const newer = await kms.send(new EncryptCommand({ KeyId, Plaintext: MESSAGE }));
    for (const client of [kms, other]) {
      for (const { CiphertextBlob } of [older, newer]) {
        const opened = await client.send(new DecryptCommand({ CiphertextBlob }));
        assert.deepEqual(Buffer.from(opened.Plaintext ?? []), MESSAGE);
      }
    }
  });
});
