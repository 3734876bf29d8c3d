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
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const MESSAGE = Buffer.from('the order of customer 4711');
const POLL_MS = 50;

suite('keys that are rotated and imported, through the AWS SDK for JavaScript', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let kms: KMSClient;

  before(async () => {
    server = await startServer(folder.path);
    const credentials = server.administrator;
    assert.ok(credentials !== undefined);
    kms = new KMSClient({ endpoint: server.endpoint, region: 'us-east-1', credentials });
  });

  after(async () => {
    kms.destroy();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  async function newKey(Origin: 'AWS_KMS' | 'EXTERNAL'): Promise<string> {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Origin }));
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
  ): Promise<void> {
    const WrappingAlgorithm = 'RSAES_OAEP_SHA_256';
    const { ImportToken, PublicKey } = await kms.send(
      new GetParametersForImportCommand({ KeyId, WrappingAlgorithm, WrappingKeySpec: 'RSA_2048' }),
    );
    const key = { key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' } as const;
    const padding = constants.RSA_PKCS1_OAEP_PADDING;
    await kms.send(
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
});
