import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sweepKeys } from './import.test-fixture.ts';
import { bytesOf } from './key-kinds.test-fixture.ts';
import { arnOf, place, RegionBench } from './regions.test-fixture.ts';

const HOME = place.region;
const OTHER = 'eu-west-1';
const THIRD = 'us-east-2';
const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('attack at dawn');
const NEW = { importType: 'NEW_KEY_MATERIAL' };
const EXISTING = { importType: 'EXISTING_KEY_MATERIAL' };
const PENDING_IMPORT = 'PENDING_MULTI_REGION_IMPORT_AND_ROTATION';

/** A primary key in the second Region, with its first material, and a replica in the first one that has it as well. */
async function newScene(): Promise<{ readonly scene: RegionBench; readonly keyId: string }> {
  const scene = new RegionBench(openMemoryStore(), [HOME, OTHER, THIRD]);
  const keyId = await scene.newKey(OTHER, { origin: 'EXTERNAL' });
  await scene.import(OTHER, keyId, 1);
  await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: HOME });
  await scene.import(HOME, keyId, 1);
  return { scene, keyId };
}

/** What each material is to a key, and whether its bytes are there. */
async function states(scene: RegionBench, region: string, keyId: string): Promise<readonly string[]> {
  const entries = await scene.materials(region, keyId);
  return entries.map((entry) => `${String(entry['keyMaterialState'])} ${String(entry['importState'])}`);
}

async function encrypted(scene: RegionBench, region: string, keyId: string): Promise<Buffer> {
  return bytesOf(await scene.run(region, 'Encrypt', { keyId, plaintext: PLAINTEXT }), 'ciphertextBlob');
}

async function rotate(scene: RegionBench, keyId: string): Promise<void> {
  await scene.run(OTHER, 'RotateKeyOnDemand', { keyId });
  await sweepKeys(scene.bench);
}

async function refusedImport(
  scene: RegionBench,
  region: string,
  keyId: string,
  byte: number,
  more: object,
): Promise<readonly [code: string, message: string]> {
  return scene.refused(region, 'ImportKeyMaterial', await scene.importRequest(region, keyId, byte, more));
}

test('further material waits for every Region, then for the rotation, which is that of all Regions', async () => {
  const { keyId, scene } = await newScene();
  const old = await encrypted(scene, HOME, keyId);
  const second = await scene.import(OTHER, keyId, 2, NEW);
  assert.deepEqual(await states(scene, OTHER, keyId), ['CURRENT IMPORTED', `${PENDING_IMPORT} IMPORTED`]);
  assert.deepEqual(await states(scene, HOME, keyId), [
    'CURRENT IMPORTED',
    `${PENDING_IMPORT} PENDING_IMPORT`,
  ]);
  assert.deepEqual(await scene.refused(OTHER, 'RotateKeyOnDemand', { keyId }), [
    'InvalidState',
    `No available key material pending rotation for the key: ${arnOf(`key/${keyId}`, OTHER)}.`,
  ]);
  // Nobody is kept from using the key meanwhile.
  assert.deepEqual((await scene.run(OTHER, 'Decrypt', { ciphertextBlob: old }))['plaintext'], PLAINTEXT);
  assert.equal(await scene.import(HOME, keyId, 2, EXISTING), second);
  for (const region of [HOME, OTHER]) {
    const expected = ['CURRENT IMPORTED', 'PENDING_ROTATION IMPORTED'];
    assert.deepEqual(await states(scene, region, keyId), expected, region);
  }
  assert.equal((await scene.refused(HOME, 'RotateKeyOnDemand', { keyId }))[0], 'Unsupported');
  await rotate(scene, keyId);
  assert.deepEqual(await scene.materials(HOME, keyId), await scene.materials(OTHER, keyId));
  const fresh = await encrypted(scene, OTHER, keyId);
  for (const region of [HOME, OTHER]) {
    assert.equal((await scene.metadata(region, keyId))['currentKeyMaterialId'], second, region);
    for (const ciphertextBlob of [old, fresh]) {
      assert.deepEqual((await scene.run(region, 'Decrypt', { ciphertextBlob }))['plaintext'], PLAINTEXT);
    }
  }
});

test('the record says in which Regions material is', async () => {
  const { keyId, scene } = await newScene();
  await scene.import(OTHER, keyId, 2, NEW);
  const { change: first } = scene.bench.lastEvent();
  assert.deepEqual([first?.before?.['importedIn'], first?.after?.['importedIn']], [[], [OTHER]]);
  assert.equal(first?.after?.['keyMaterialState'], PENDING_IMPORT);
  await scene.import(HOME, keyId, 2);
  const { change: second } = scene.bench.lastEvent();
  assert.deepEqual([second?.before?.['importedIn'], second?.after?.['importedIn']], [[OTHER], [HOME, OTHER]]);
  assert.equal(second?.after?.['keyMaterialState'], 'PENDING_ROTATION');
});

test('a replica takes the materials of its primary key, and no others', async () => {
  const { keyId, scene } = await newScene();
  const arn = arnOf(`key/${keyId}`, HOME);
  for (const more of [{}, NEW, EXISTING]) {
    assert.deepEqual(await refusedImport(scene, HOME, keyId, 2, more), [
      'IncorrectKeyMaterial',
      `The key material is not that of the primary key of ${arn}: it is imported there first.`,
    ]);
  }
  const id = await scene.import(OTHER, keyId, 2, NEW);
  assert.deepEqual(await refusedImport(scene, HOME, keyId, 2, NEW), [
    'IncorrectKeyMaterial',
    `The key material (id: ${id}) is already associated with ${arn}.`,
  ]);
  await scene.import(HOME, keyId, 2, { keyMaterialId: id });
  assert.equal((await refusedImport(scene, OTHER, keyId, 3, NEW))[0], 'InvalidState');
});

test('a new replica has all materials to be imported, the first one as new or as the same', async () => {
  const { keyId, scene } = await newScene();
  await scene.import(OTHER, keyId, 2, NEW);
  await scene.import(HOME, keyId, 2);
  await rotate(scene, keyId);
  const ciphertextBlob = await encrypted(scene, HOME, keyId);
  const replicated = await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: THIRD });
  assert.ok(typeof replicated['replicaKeyMetadata'] === 'object');
  assert.deepEqual(await states(scene, THIRD, keyId), [
    'NON_CURRENT PENDING_IMPORT',
    'CURRENT PENDING_IMPORT',
  ]);
  await scene.import(THIRD, keyId, 2, NEW);
  // The material that the ciphertext is under is there, but not all that the key has encrypted with.
  assert.deepEqual(await scene.refused(THIRD, 'Decrypt', { ciphertextBlob }), [
    'InvalidState',
    `${arnOf(`key/${keyId}`, THIRD)} is pending import.`,
  ]);
  await scene.import(THIRD, keyId, 1);
  assert.deepEqual((await scene.run(THIRD, 'Decrypt', { ciphertextBlob }))['plaintext'], PLAINTEXT);
});

test('a new replica lacks material that waits, and a rotation in progress keeps it out', async () => {
  const { keyId, scene } = await newScene();
  await scene.import(OTHER, keyId, 2, NEW);
  await scene.import(HOME, keyId, 2);
  await scene.run(OTHER, 'RotateKeyOnDemand', { keyId });
  assert.deepEqual(await scene.refused(OTHER, 'ReplicateKey', { keyId, replicaRegion: THIRD }), [
    'InvalidState',
    `An on-demand rotation of ${arnOf(`key/${keyId}`, OTHER)} is in progress.`,
  ]);
  await sweepKeys(scene.bench);
  await scene.import(OTHER, keyId, 3, NEW);
  await scene.import(HOME, keyId, 3);
  await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: THIRD });
  for (const region of [HOME, OTHER, THIRD]) {
    assert.equal((await scene.materials(region, keyId))[2]?.['keyMaterialState'], PENDING_IMPORT, region);
  }
  await scene.run(THIRD, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  scene.bench.nowMs += 7 * DAY_MS;
  await scene.destroy(`${keyId}@${THIRD}`);
  for (const region of [HOME, OTHER]) {
    assert.equal((await scene.materials(region, keyId))[2]?.['keyMaterialState'], 'PENDING_ROTATION', region);
  }
});

test('what waits leaves all Regions with the primary key, and one Region with a replica', async () => {
  const { keyId, scene } = await newScene();
  const keyMaterialId = await scene.import(OTHER, keyId, 2, NEW);
  await scene.import(HOME, keyId, 2);
  await scene.run(OTHER, 'RotateKeyOnDemand', { keyId });
  await scene.run(HOME, 'DeleteImportedKeyMaterial', { keyId, keyMaterialId });
  assert.deepEqual(await states(scene, OTHER, keyId), ['CURRENT IMPORTED', `${PENDING_IMPORT} IMPORTED`]);
  const status = await scene.run(OTHER, 'GetKeyRotationStatus', { keyId });
  assert.equal(status['onDemandRotationStartDate'], undefined, 'the rotation in progress has ended');
  const count = scene.bench.events().length;
  await sweepKeys(scene.bench);
  assert.equal(scene.bench.events().length, count);
  await scene.import(HOME, keyId, 2);
  await scene.run(OTHER, 'DeleteImportedKeyMaterial', { keyId, keyMaterialId });
  const { change } = scene.bench.lastEvent();
  assert.deepEqual([change?.before?.['importedIn'], change?.after?.['importedIn']], [[HOME, OTHER], []]);
  for (const region of [HOME, OTHER]) {
    assert.deepEqual(await states(scene, region, keyId), ['CURRENT IMPORTED'], region);
  }
  await scene.import(OTHER, keyId, 3, NEW);
});

test('material that a key has encrypted with leaves one Region, and comes back to it', async () => {
  const { keyId, scene } = await newScene();
  const ciphertextBlob = await encrypted(scene, HOME, keyId);
  await scene.run(OTHER, 'DeleteImportedKeyMaterial', { keyId });
  assert.equal((await scene.metadata(OTHER, keyId))['keyState'], 'PendingImport');
  assert.equal((await scene.refused(OTHER, 'Decrypt', { ciphertextBlob }))[0], 'InvalidState');
  assert.deepEqual((await scene.run(HOME, 'Decrypt', { ciphertextBlob }))['plaintext'], PLAINTEXT);
  const stored = scene.bench.replica.keys.get(`${keyId}@${OTHER}`)?.record.materials ?? [];
  assert.deepEqual(
    stored.map(({ sealed }) => sealed),
    [''],
  );
  await scene.import(OTHER, keyId, 1);
  assert.deepEqual((await scene.run(OTHER, 'Decrypt', { ciphertextBlob }))['plaintext'], PLAINTEXT);
});

test('material expires in each Region for itself', async () => {
  const { keyId, scene } = await newScene();
  const expiry = { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: scene.bench.nowMs + DAY_MS };
  await scene.import(HOME, keyId, 1, expiry);
  scene.bench.nowMs += DAY_MS;
  await sweepKeys(scene.bench);
  const { change, key } = scene.bench.lastEvent();
  assert.equal(key?.arn, arnOf(`key/${keyId}`, HOME));
  assert.deepEqual([change?.before?.['importedIn'], change?.after?.['importedIn']], [[HOME, OTHER], [OTHER]]);
  assert.equal((await scene.metadata(HOME, keyId))['keyState'], 'PendingImport');
  assert.equal((await scene.metadata(OTHER, keyId))['keyState'], 'Enabled');
});

test('material that waits and has expired is not rotated to, and is gone once no Region has it', async () => {
  const { keyId, scene } = await newScene();
  const validTo = scene.bench.nowMs + DAY_MS;
  const expiry = { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo };
  await scene.import(OTHER, keyId, 2, { ...NEW, ...expiry });
  await scene.import(HOME, keyId, 2, { ...expiry, validTo: validTo + DAY_MS });
  scene.bench.nowMs = validTo;
  // Nobody has looked yet, but it has expired.
  assert.equal((await scene.refused(OTHER, 'RotateKeyOnDemand', { keyId }))[0], 'InvalidState');
  await sweepKeys(scene.bench);
  assert.deepEqual(await states(scene, HOME, keyId), ['CURRENT IMPORTED', `${PENDING_IMPORT} IMPORTED`]);
  assert.deepEqual(await states(scene, OTHER, keyId), [
    'CURRENT IMPORTED',
    `${PENDING_IMPORT} PENDING_IMPORT`,
  ]);
  scene.bench.nowMs = validTo + DAY_MS;
  await sweepKeys(scene.bench);
  for (const region of [HOME, OTHER]) {
    assert.deepEqual(await states(scene, region, keyId), ['CURRENT IMPORTED'], region);
  }
});

test('a replica that becomes the primary key can be given what it lacks of material that waits', async () => {
  const { keyId, scene } = await newScene();
  await scene.import(OTHER, keyId, 2, NEW);
  await scene.run(OTHER, 'UpdatePrimaryRegion', { keyId, primaryRegion: HOME });
  assert.deepEqual(await states(scene, HOME, keyId), [
    'CURRENT IMPORTED',
    `${PENDING_IMPORT} PENDING_IMPORT`,
  ]);
  assert.equal((await scene.refused(HOME, 'RotateKeyOnDemand', { keyId }))[0], 'InvalidState');
  await scene.import(HOME, keyId, 2);
  await scene.run(HOME, 'RotateKeyOnDemand', { keyId });
  await sweepKeys(scene.bench);
  assert.equal(scene.bench.lastEvent().key?.arn, arnOf(`key/${keyId}`, HOME));
  assert.deepEqual(await states(scene, OTHER, keyId), ['NON_CURRENT IMPORTED', 'CURRENT IMPORTED']);
});

test('a multi-Region key in one Region waits for nobody', async () => {
  const scene = new RegionBench(openMemoryStore(), [HOME, OTHER]);
  const keyId = await scene.newKey(OTHER, { origin: 'EXTERNAL' });
  await scene.import(OTHER, keyId, 1);
  const keyMaterialId = await scene.import(OTHER, keyId, 2, NEW);
  assert.deepEqual(await states(scene, OTHER, keyId), ['CURRENT IMPORTED', 'PENDING_ROTATION IMPORTED']);
  await scene.run(OTHER, 'DeleteImportedKeyMaterial', { keyId, keyMaterialId });
  assert.deepEqual(await states(scene, OTHER, keyId), ['CURRENT IMPORTED']);
  await scene.import(OTHER, keyId, 2, NEW);
  await rotate(scene, keyId);
  assert.deepEqual(await states(scene, OTHER, keyId), ['NON_CURRENT IMPORTED', 'CURRENT IMPORTED']);
});

test('two imports of one material in two Regions at once leave the Regions in step', async () => {
  const { keyId, scene } = await newScene();
  await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: THIRD });
  await scene.import(THIRD, keyId, 1);
  await scene.import(OTHER, keyId, 2, NEW);
  const requests = [HOME, THIRD].map(
    async (region) => [region, await scene.importRequest(region, keyId, 2)] as const,
  );
  const ready = await Promise.all(requests);
  await Promise.all(ready.map(([region, request]) => scene.run(region, 'ImportKeyMaterial', request)));
  for (const region of [HOME, OTHER, THIRD]) {
    const expected = ['CURRENT IMPORTED', 'PENDING_ROTATION IMPORTED'];
    assert.deepEqual(await states(scene, region, keyId), expected, region);
  }
});

test('an HMAC key takes one material, the same in every Region', async () => {
  const scene = new RegionBench(openMemoryStore(), [HOME, OTHER]);
  const spec = { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' };
  const keyId = await scene.newKey(OTHER, { origin: 'EXTERNAL', ...spec });
  await scene.import(OTHER, keyId, 1);
  await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: HOME });
  assert.equal((await scene.metadata(HOME, keyId))['keyState'], 'PendingImport');
  for (const region of [HOME, OTHER]) {
    assert.equal((await refusedImport(scene, region, keyId, 2, {}))[0], 'IncorrectKeyMaterial', region);
  }
  await scene.import(HOME, keyId, 1);
  const asked = { keyId, message: PLAINTEXT, macAlgorithm: 'HMAC_SHA_256' };
  const { mac } = await scene.run(OTHER, 'GenerateMac', asked);
  await scene.run(HOME, 'VerifyMac', { ...asked, mac });
});
