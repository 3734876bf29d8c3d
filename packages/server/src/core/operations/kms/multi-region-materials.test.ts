import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sweepKeys } from './import.test-fixture.ts';
import { bytesOf } from './key-kinds.test-fixture.ts';
import { arnOf, place, RegionBench } from './regions.test-fixture.ts';

const HOME = place.region;
const OTHER = 'eu-west-1';
const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('attack at dawn');

async function withReplica(): Promise<{ readonly scene: RegionBench; readonly keyId: string }> {
  const scene = new RegionBench(openMemoryStore(), [HOME, OTHER]);
  const keyId = await scene.newKey(OTHER);
  await scene.run(OTHER, 'ReplicateKey', { keyId, replicaRegion: HOME });
  return { scene, keyId };
}

/** Ids of the materials of a key in a Region, the current one last. */
async function materials(scene: RegionBench, region: string, keyId: string): Promise<readonly unknown[]> {
  return (await scene.materials(region, keyId)).map((entry) => entry['keyMaterialId']);
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
