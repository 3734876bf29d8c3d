import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sweepKeys, wrapMaterial } from './import.test-fixture.ts';
import { bytesOf } from './key-kinds.test-fixture.ts';
import { arnOf, place, RegionBench } from './regions.test-fixture.ts';

const HOME = place.region;
const OTHER = 'eu-west-1';
const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('attack at dawn');

async function withReplica(
  more: object = {},
): Promise<{ readonly scene: RegionBench; readonly keyId: string }> {
  const scene = new RegionBench(openMemoryStore(), [HOME, OTHER]);
  const keyId = await scene.newKey(OTHER, more);
  if ('origin' in more) await importIn(scene, OTHER, keyId, 1);
  await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: HOME });
  return { scene, keyId };
}

/** Ids of the materials of a key in a Region, the current one last. */
async function materials(scene: RegionBench, region: string, keyId: string): Promise<readonly unknown[]> {
  const params = { keyId, includeKeyMaterial: 'ALL_KEY_MATERIAL' };
  const { rotations } = await scene.run(region, 'ListKeyRotations', params);
  assert.ok(Array.isArray(rotations));
  return rotations.map((entry: Readonly<Record<string, unknown>>) => entry['keyMaterialId']);
}

async function importIn(scene: RegionBench, region: string, keyId: string, byte: number): Promise<void> {
  await scene.run(region, 'ImportKeyMaterial', await importOf(scene, region, keyId, byte));
}

async function importOf(scene: RegionBench, region: string, keyId: string, byte: number): Promise<object> {
  const wrapping = { wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_2048' };
  const made = await scene.run(region, 'GetParametersForImport', { keyId, ...wrapping });
  return {
    keyId,
    importToken: made['importToken'],
    encryptedKeyMaterial: await wrapMaterial(bytesOf(made, 'publicKey'), Buffer.alloc(32, byte)),
    expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE',
  };
}

test('replicas are rotated with their primary key, once, in the commit of its rotation', async () => {
  const { keyId, scene } = await withReplica();
  const old = bytesOf(await scene.run(HOME, 'Encrypt', { keyId, plaintext: PLAINTEXT }), 'ciphertextBlob');
  await scene.run(OTHER, 'EnableKeyRotation', { keyId, rotationPeriodInDays: 90 });
  const status = await scene.run(HOME, 'GetKeyRotationStatus', { keyId });
  assert.equal(status['keyRotationEnabled'], true);
  scene.bench.nowMs += 90 * DAY_MS;
  const before = scene.bench.events().length;
  await sweepKeys(scene.bench);
  assert.deepEqual(
    scene.bench
      .events()
      .slice(before)
      .map(({ action, key }) => [action, key?.arn]),
    [['key.rotate', arnOf(`key/${keyId}`, OTHER)]],
  );
  const rotated = await materials(scene, OTHER, keyId);
  assert.equal(rotated.length, 2);
  assert.deepEqual(await materials(scene, HOME, keyId), rotated);
  const made = await scene.run(HOME, 'Encrypt', { keyId, plaintext: PLAINTEXT });
  const ciphertexts = [old, bytesOf(made, 'ciphertextBlob')];
  for (const region of [HOME, OTHER]) {
    for (const ciphertextBlob of ciphertexts) {
      assert.deepEqual((await scene.run(region, 'Decrypt', { ciphertextBlob }))['plaintext'], PLAINTEXT);
    }
  }
});

test('a rotation on demand is in progress in every Region until it is completed in all of them', async () => {
  const { keyId, scene } = await withReplica();
  await scene.run(OTHER, 'RotateKeyOnDemand', { keyId });
  const startedMs = (await scene.run(HOME, 'GetKeyRotationStatus', { keyId }))['onDemandRotationStartDate'];
  assert.equal(startedMs, scene.bench.nowMs);
  await sweepKeys(scene.bench);
  const ended = await scene.run(HOME, 'GetKeyRotationStatus', { keyId });
  assert.equal(ended['onDemandRotationStartDate'], undefined);
  assert.equal((await materials(scene, HOME, keyId)).length, 2);
});

test('a replica’s rotation is its primary key’s: changed there alone', async () => {
  const { keyId, scene } = await withReplica();
  for (const name of ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand']) {
    assert.deepEqual(
      await scene.refused(HOME, name, { keyId }),
      ['Unsupported', `${arnOf(`key/${keyId}`, HOME)} is not a multi-region primary key.`],
      name,
    );
  }
});

test('whoever becomes the primary key is rotated from then on', async () => {
  const { keyId, scene } = await withReplica();
  await scene.run(OTHER, 'EnableKeyRotation', { keyId, rotationPeriodInDays: 90 });
  await scene.run(OTHER, 'UpdatePrimaryRegion', { keyId, primaryRegion: HOME });
  scene.bench.nowMs += 90 * DAY_MS;
  await sweepKeys(scene.bench);
  assert.equal(scene.bench.lastEvent().key?.arn, arnOf(`key/${keyId}`, HOME));
  assert.equal((await materials(scene, OTHER, keyId)).length, 2);
});

test('a replica takes the imported material of its primary key, and no other', async () => {
  const { keyId, scene } = await withReplica({ origin: 'EXTERNAL' });
  const other = await scene.refused(HOME, 'ImportKeyMaterial', await importOf(scene, HOME, keyId, 2));
  assert.deepEqual(other, [
    'IncorrectKeyMaterial',
    `The key material is not that of the primary key of ${arnOf(`key/${keyId}`, HOME)}: it is imported there first.`,
  ]);
  await importIn(scene, HOME, keyId, 1);
  const { ciphertextBlob } = await scene.run(OTHER, 'Encrypt', { keyId, plaintext: PLAINTEXT });
  assert.deepEqual((await scene.run(HOME, 'Decrypt', { ciphertextBlob }))['plaintext'], PLAINTEXT);
  const further = { ...(await importOf(scene, OTHER, keyId, 3)), importType: 'NEW_KEY_MATERIAL' };
  assert.equal((await scene.refused(OTHER, 'ImportKeyMaterial', further))[0], 'Unsupported');
});

test('material that expires in one Region stays in the other', async () => {
  const { keyId, scene } = await withReplica({ origin: 'EXTERNAL' });
  const expiry = { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: scene.bench.nowMs + DAY_MS };
  await scene.run(HOME, 'ImportKeyMaterial', { ...(await importOf(scene, HOME, keyId, 1)), ...expiry });
  scene.bench.nowMs += DAY_MS;
  await sweepKeys(scene.bench);
  assert.equal(scene.bench.lastEvent().key?.arn, arnOf(`key/${keyId}`, HOME));
  assert.equal((await scene.metadata(HOME, keyId))['keyState'], 'PendingImport');
  assert.equal((await scene.metadata(OTHER, keyId))['keyState'], 'Enabled');
});
