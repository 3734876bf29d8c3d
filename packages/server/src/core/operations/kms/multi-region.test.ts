import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { keyName } from '../../keys/index.ts';
import { deleteKey, Params, type Result, systemCaller } from '../index.ts';
import { bytesOf } from './key-kinds.test-fixture.ts';
import { arnOf, place, RegionBench } from './regions.test-fixture.ts';

const HOME = place.region;
const OTHER = 'eu-west-1';
const THIRD = 'us-east-2';
const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('attack at dawn');

function newScene(): RegionBench {
  return new RegionBench(openMemoryStore(), [HOME, OTHER, THIRD]);
}

function configuration(metadata: Result): unknown {
  return metadata['multiRegionConfiguration'];
}

test('a multi-Region key has an id of its own form, and says that it is the primary key', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(OTHER);
  assert.match(keyId, /^mrk-[0-9a-f]{32}$/);
  const metadata = await scene.metadata(OTHER, keyId);
  assert.equal(metadata['multiRegion'], true);
  assert.equal(metadata['arn'], arnOf(`key/${keyId}`, OTHER));
  assert.deepEqual(configuration(metadata), {
    multiRegionKeyType: 'PRIMARY',
    primaryKey: { arn: arnOf(`key/${keyId}`, OTHER), region: OTHER },
    replicaKeys: [],
  });
});

test('a key is in the Region that it was made in, and in no other', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(OTHER, { multiRegion: false });
  assert.deepEqual(await scene.refused(HOME, 'DescribeKey', { keyId }), [
    'NotFound',
    `Key '${arnOf(`key/${keyId}`, HOME)}' does not exist`,
  ]);
  assert.deepEqual(await scene.refused(HOME, 'DescribeKey', { keyId: arnOf(`key/${keyId}`, OTHER) }), [
    'NotFound',
    `Invalid arn ${OTHER}`,
  ]);
  assert.deepEqual((await scene.run(OTHER, 'ListKeys'))['keys'], [
    { keyArn: arnOf(`key/${keyId}`, OTHER), keyId },
  ]);
  assert.deepEqual((await scene.run(HOME, 'ListKeys'))['keys'], []);
});

test('aliases are those of a Region: the same name leads to another key in each', async () => {
  const scene = newScene();
  const [here, there] = [await scene.newKey(HOME), await scene.newKey(OTHER)];
  await scene.run(HOME, 'CreateAlias', { aliasName: 'alias/app', targetKeyId: here });
  await scene.run(OTHER, 'CreateAlias', { aliasName: 'alias/app', targetKeyId: there });
  assert.equal((await scene.metadata(HOME, 'alias/app'))['keyId'], here);
  assert.equal((await scene.metadata(OTHER, 'alias/app'))['keyId'], there);
  assert.equal((await scene.metadata(OTHER, arnOf('alias/app', OTHER)))['keyId'], there);
  await scene.run(OTHER, 'DeleteAlias', { aliasName: 'alias/app' });
  assert.equal((await scene.metadata(HOME, 'alias/app'))['keyId'], here);
  assert.deepEqual((await scene.run(OTHER, 'ListAliases'))['aliases'], []);
});

test('a replica shares id, spec and material, and has a policy, tags, description and state of its own', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME, { description: 'first' });
  const answer = await scene.run(HOME, 'ReplicateKey', {
    keyId,
    replicaRegion: OTHER,
    tags: scene.bench.structures([{ tagKey: 'a', tagValue: 'b' }]),
  });
  assert.deepEqual(answer['replicaTags'], [{ tagKey: 'a', tagValue: 'b' }]);
  assert.match(String(answer['replicaPolicy']), /key-default-1/);
  const [primary, replica] = [await scene.metadata(HOME, keyId), await scene.metadata(OTHER, keyId)];
  assert.deepEqual(answer['replicaKeyMetadata'], replica);
  for (const shared of ['keyId', 'keySpec', 'keyUsage', 'origin', 'currentKeyMaterialId']) {
    assert.equal(replica[shared], primary[shared], shared);
  }
  assert.equal(replica['description'], '');
  const related = {
    primaryKey: { arn: arnOf(`key/${keyId}`, HOME), region: HOME },
    replicaKeys: [{ arn: arnOf(`key/${keyId}`, OTHER), region: OTHER }],
  };
  assert.deepEqual(configuration(primary), { multiRegionKeyType: 'PRIMARY', ...related });
  assert.deepEqual(configuration(replica), { multiRegionKeyType: 'REPLICA', ...related });
  await scene.run(OTHER, 'DisableKey', { keyId });
  assert.equal((await scene.metadata(HOME, keyId))['keyState'], 'Enabled');
});

test('what one Region encrypts every other one decrypts, and names its own key', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const { ciphertextBlob } = await scene.run(OTHER, 'Encrypt', { keyId, plaintext: PLAINTEXT });
  const opened = await scene.run(HOME, 'Decrypt', { ciphertextBlob });
  assert.deepEqual(bytesOf(opened, 'plaintext'), PLAINTEXT);
  assert.equal(opened['keyId'], arnOf(`key/${keyId}`, HOME));
  const [code, message] = await scene.refused(THIRD, 'Decrypt', { ciphertextBlob });
  assert.equal(code, 'AccessDenied');
  assert.match(message, /does not exist in this region/);
});

test('signatures and codes of one Region hold in the other, for pairs and MACs', async () => {
  const scene = newScene();
  const kind = { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' };
  const keyId = await scene.newKey(HOME, kind);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const signing = { keyId, message: PLAINTEXT, signingAlgorithm: 'ECDSA_SHA_256' };
  const { signature } = await scene.run(HOME, 'Sign', signing);
  assert.equal((await scene.run(OTHER, 'Verify', { ...signing, signature }))['signatureValid'], true);
});

test('only a primary key is replicated, once into each Region that the service answers for', async () => {
  const scene = newScene();
  const single = await scene.newKey(HOME, { multiRegion: false });
  const notPrimary = (id: string, region: string): readonly string[] => [
    'Unsupported',
    `${arnOf(`key/${id}`, region)} is not a multi-region primary key.`,
  ];
  assert.deepEqual(
    await scene.refused(HOME, 'ReplicateKey', { keyId: single, replicaRegion: OTHER }),
    notPrimary(single, HOME),
  );
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  assert.deepEqual(
    await scene.refused(OTHER, 'ReplicateKey', { keyId, replicaRegion: THIRD }),
    notPrimary(keyId, OTHER),
  );
  for (const replicaRegion of [HOME, OTHER]) {
    const [code] = await scene.refused(HOME, 'ReplicateKey', { keyId, replicaRegion });
    assert.equal(code, 'AlreadyExists', replicaRegion);
  }
  const [code] = await scene.refused(HOME, 'ReplicateKey', { keyId, replicaRegion: 'mars-north-1' });
  assert.equal(code, 'Unsupported');
});

test('to replicate takes permission on the key, and permission to make keys in the other Region', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  const condition = (region: string): object => ({ StringEquals: { 'aws:RequestedRegion': region } });
  const allow = (action: string, more: object): object => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*', ...more }],
  });
  const replicate = allow('kms:ReplicateKey', {
    Condition: { StringEquals: { 'kms:ReplicaRegion': OTHER } },
  });
  const cases: readonly (readonly [object[], string | undefined])[] = [
    [[replicate], 'kms:CreateKey'],
    [[allow('kms:CreateKey', {})], 'kms:ReplicateKey'],
    [[replicate, allow('kms:CreateKey', { Condition: condition(HOME) })], 'kms:CreateKey'],
    [[replicate, allow('kms:CreateKey', { Condition: condition(OTHER) })], undefined],
  ];
  for (const [position, [policies, missing]] of cases.entries()) {
    const caller = scene.bench.addUser(`bob${position}`, policies);
    const performed = await scene.perform(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER }, caller);
    if (missing === undefined) assert.equal(performed.kind, 'released');
    else assert.match(performed.kind === 'refused' ? performed.error.message : '', new RegExp(missing));
  }
});

test('conditions tell primary keys and replicas apart', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const caller = scene.bench.addUser('replica-user', [
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'kms:DescribeKey',
          Resource: '*',
          Condition: {
            StringEquals: { 'kms:MultiRegionKeyType': 'REPLICA' },
            Bool: { 'kms:MultiRegion': 'true' },
          },
        },
      ],
    },
  ]);
  assert.equal((await scene.perform(OTHER, 'DescribeKey', { keyId }, caller)).kind, 'released');
  assert.equal((await scene.perform(HOME, 'DescribeKey', { keyId }, caller)).kind, 'refused');
});

test('another Region becomes the primary one, when both keys are enabled and policy lets it at both', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  assert.deepEqual(await scene.refused(HOME, 'UpdatePrimaryRegion', { keyId, primaryRegion: OTHER }), [
    'NotFound',
    `Key '${arnOf(`key/${keyId}`, OTHER)}' does not exist`,
  ]);
  for (const replicaRegion of [OTHER, THIRD]) await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion });
  await scene.run(OTHER, 'DisableKey', { keyId });
  assert.deepEqual(await scene.refused(HOME, 'UpdatePrimaryRegion', { keyId, primaryRegion: OTHER }), [
    'Disabled',
    `${arnOf(`key/${keyId}`, OTHER)} is disabled.`,
  ]);
  await scene.run(OTHER, 'EnableKey', { keyId });
  await scene.run(HOME, 'UpdatePrimaryRegion', { keyId, primaryRegion: OTHER });
  for (const region of [HOME, OTHER, THIRD]) {
    assert.deepEqual(configuration(await scene.metadata(region, keyId)), {
      multiRegionKeyType: region === OTHER ? 'PRIMARY' : 'REPLICA',
      primaryKey: { arn: arnOf(`key/${keyId}`, OTHER), region: OTHER },
      replicaKeys: [HOME, THIRD].map((at) => ({ arn: arnOf(`key/${keyId}`, at), region: at })),
    });
  }
});

test('a primary key goes after its replicas: its window begins when the last one is gone', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  assert.deepEqual(await scene.run(HOME, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 8 }), {
    deletionDate: undefined,
    keyId: arnOf(`key/${keyId}`, HOME),
    keyState: 'PendingReplicaDeletion',
    pendingWindowInDays: 8,
  });
  const waiting = await scene.metadata(HOME, keyId);
  assert.equal(waiting['keyState'], 'PendingReplicaDeletion');
  assert.equal(waiting['pendingDeletionWindowInDays'], 8);
  assert.equal((await scene.metadata(OTHER, keyId))['keyState'], 'Enabled');
  await scene.run(OTHER, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  scene.bench.nowMs += 7 * DAY_MS;
  await scene.destroy(`${keyId}@${OTHER}`);
  const last = await scene.metadata(HOME, keyId);
  assert.equal(last['keyState'], 'PendingDeletion');
  assert.equal(last['deletionDate'], scene.bench.nowMs + 8 * DAY_MS);
  assert.deepEqual(configuration(last), {
    multiRegionKeyType: 'PRIMARY',
    primaryKey: { arn: arnOf(`key/${keyId}`, HOME), region: HOME },
    replicaKeys: [],
  });
  scene.bench.nowMs += 8 * DAY_MS;
  assert.deepEqual(scene.bench.replica.keyNames.dueForDeletion(scene.bench.nowMs), [keyId]);
  await scene.destroy(keyId);
  assert.equal(scene.bench.replica.keys.get(keyId), undefined);
});

test('a primary key that waits for its replicas can be rescued, and a replica replicated again', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  await scene.run(HOME, 'ScheduleKeyDeletion', { keyId });
  await scene.run(HOME, 'CancelKeyDeletion', { keyId });
  assert.equal((await scene.metadata(HOME, keyId))['keyState'], 'Disabled');
  await scene.run(HOME, 'EnableKey', { keyId });
  const { ciphertextBlob } = await scene.run(OTHER, 'Encrypt', { keyId, plaintext: PLAINTEXT });
  await scene.run(OTHER, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  scene.bench.nowMs += 7 * DAY_MS;
  const [code] = await scene.refused(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  assert.equal(code, 'AlreadyExists');
  await scene.destroy(`${keyId}@${OTHER}`);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  assert.deepEqual(bytesOf(await scene.run(OTHER, 'Decrypt', { ciphertextBlob }), 'plaintext'), PLAINTEXT);
});

test('a replica takes its aliases and grants with it, and leaves those of the others', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const grant = { keyId, granteePrincipal: scene.ann.principalArn, operations: ['Decrypt'] };
  for (const region of [HOME, OTHER]) {
    await scene.run(region, 'CreateAlias', { aliasName: 'alias/both', targetKeyId: keyId });
    await scene.run(region, 'CreateGrant', grant);
  }
  await scene.run(OTHER, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  scene.bench.nowMs += 7 * DAY_MS;
  await scene.destroy(`${keyId}@${OTHER}`);
  assert.deepEqual((await scene.run(OTHER, 'ListAliases'))['aliases'], []);
  assert.equal(scene.bench.replica.grants.countOn(keyName({ id: keyId, region: OTHER })), 0);
  assert.equal(scene.bench.replica.grants.countOn(keyName({ id: keyId })), 1);
  assert.equal((await scene.metadata(HOME, 'alias/both'))['keyId'], keyId);
});

test('a grant allows what it says in its own Region, and its token says nothing in another', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const bob = scene.bench.addUser('bob', []);
  const given = { keyId, granteePrincipal: bob.principalArn, operations: ['Encrypt', 'RetireGrant'] };
  const { grantToken } = await scene.run(OTHER, 'CreateGrant', given);
  const encrypt = { keyId, plaintext: PLAINTEXT };
  assert.equal((await scene.perform(OTHER, 'Encrypt', encrypt, bob)).kind, 'released');
  assert.equal((await scene.perform(HOME, 'Encrypt', encrypt, bob)).kind, 'refused');
  const [code] = await scene.refused(HOME, 'RetireGrant', { grantToken });
  assert.equal(code, 'NotFound');
  await scene.run(OTHER, 'RetireGrant', { grantToken });
  assert.equal((await scene.perform(OTHER, 'Encrypt', encrypt, bob)).kind, 'refused');
});

test('imported material is no shared property: a replica waits for its own', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME, { origin: 'EXTERNAL' });
  scene.bench.changeKey(keyId, {
    materials: [{ id: 'a'.repeat(64), sealed: '', createdAtMs: 0, imported: 'IMPORTED' }],
  });
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  assert.equal((await scene.metadata(OTHER, keyId))['keyState'], 'PendingImport');
});

test('events say which Region was asked, and nothing where it is the first', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  assert.equal(scene.bench.lastEvent().protocol.region, undefined);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const event = scene.bench.lastEvent();
  assert.equal(event.action, 'key.replicate');
  assert.equal(event.change?.after?.['arn'], arnOf(`key/${keyId}`, OTHER));
  assert.deepEqual(
    event.decisions?.map(({ permission }) => permission),
    ['kms:ReplicateKey', 'kms:CreateKey'],
  );
  await scene.run(OTHER, 'DescribeKey', { keyId });
  assert.equal(scene.bench.lastEvent().protocol.region, OTHER);
});

test('a primary key that changes while a replica is made is not overwritten with what it was', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await Promise.all([
    scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER }),
    scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: THIRD }),
    scene.run(HOME, 'UpdateKeyDescription', { keyId, description: 'changed' }),
  ]);
  const metadata = await scene.metadata(HOME, keyId);
  assert.equal(metadata['description'], 'changed');
  const regions = scene.bench.replica.keys.get(keyId)?.record.multiRegion?.replicaRegions;
  assert.deepEqual(regions, [OTHER, THIRD]);
  assert.deepEqual(
    scene.bench.replica.keys.get(`${keyId}@${THIRD}`)?.record.multiRegion,
    scene.bench.replica.keys.get(keyId)?.record.multiRegion,
  );
});

test('nothing but the scheduler destroys a replica, and not before it is due', async () => {
  const scene = newScene();
  const keyId = await scene.newKey(HOME);
  await scene.run(HOME, 'ReplicateKey', { keyId, replicaRegion: OTHER });
  const performed = await scene.bench.service.perform(
    deleteKey,
    scene.bench.request('DeleteKey'),
    systemCaller,
    new Params({ keyId: `${keyId}@${OTHER}` }),
  );
  assert.equal(performed.kind === 'refused' && performed.error.code, 'InvalidState');
});
