import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { cloudTrailRecord } from '../../audit/cloudtrail/index.ts';
import { type Caller, Params, rotateKey, systemCaller } from '../index.ts';
import { importInto, sweepKeys } from './import.test-fixture.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('hello');

async function newScene(): Promise<{
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly keyId: string;
}> {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  return { bench, ann, keyId: await bench.createKey(ann) };
}

/** What GetKeyRotationStatus says, without what is absent. */
async function statusOf(bench: TestBench, ann: Caller, keyId: string): Promise<object> {
  const status = await bench.result(ann, 'GetKeyRotationStatus', { keyId });
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== undefined));
}

async function rotationsOf(
  bench: TestBench,
  ann: Caller,
  keyId: string,
  more: object = {},
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { rotations } = await bench.result(ann, 'ListKeyRotations', { keyId, ...more });
  assert.ok(Array.isArray(rotations));
  return rotations.map((entry: object) =>
    Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)),
  );
}

async function encrypted(bench: TestBench, ann: Caller, keyId: string): Promise<unknown> {
  return (await bench.result(ann, 'Encrypt', { keyId, plaintext: PLAINTEXT }))['ciphertextBlob'];
}

test('a key is rotated each period, and what was encrypted before decrypts on', async () => {
  const { ann, bench, keyId } = await newScene();
  assert.deepEqual(await statusOf(bench, ann, keyId), { keyId, keyRotationEnabled: false });
  const startMs = bench.nowMs;
  await bench.result(ann, 'EnableKeyRotation', { keyId, rotationPeriodInDays: 90 });
  assert.deepEqual(await statusOf(bench, ann, keyId), {
    keyId,
    keyRotationEnabled: true,
    nextRotationDate: startMs + 90 * DAY_MS,
    rotationPeriodInDays: 90,
  });
  const ciphertexts = [await encrypted(bench, ann, keyId)];
  for (const round of [1, 2, 3]) {
    bench.nowMs = startMs + round * 90 * DAY_MS - 1;
    await sweepKeys(bench);
    assert.equal((await rotationsOf(bench, ann, keyId)).length, round - 1);
    bench.nowMs += 1;
    await sweepKeys(bench);
    ciphertexts.push(await encrypted(bench, ann, keyId));
  }
  const rotations = await rotationsOf(bench, ann, keyId);
  assert.deepEqual(
    rotations.map((entry) => [entry['rotationDate'], entry['rotationType'], entry['keyMaterialState']]),
    [
      [startMs + 90 * DAY_MS, 'AUTOMATIC', 'NON_CURRENT'],
      [startMs + 180 * DAY_MS, 'AUTOMATIC', 'NON_CURRENT'],
      [startMs + 270 * DAY_MS, 'AUTOMATIC', 'CURRENT'],
    ],
  );
  const used = new Set<unknown>();
  for (const ciphertextBlob of ciphertexts) {
    const { keyMaterialId, plaintext } = await bench.result(ann, 'Decrypt', { ciphertextBlob });
    assert.deepEqual(plaintext, PLAINTEXT);
    used.add(keyMaterialId);
  }
  assert.equal(used.size, 4);
  assert.equal(bench.lastEvent().key?.current, true);
});

test('a rotation is an event of the service with both materials, and a service event in CloudTrail', async () => {
  const { ann, bench, keyId } = await newScene();
  const [first] = await rotationsOf(bench, ann, keyId, { includeKeyMaterial: 'ALL_KEY_MATERIAL' });
  assert.deepEqual(first, { keyId, keyMaterialId: first?.['keyMaterialId'], keyMaterialState: 'CURRENT' });
  await bench.result(ann, 'EnableKeyRotation', { keyId });
  bench.nowMs += 365 * DAY_MS;
  await sweepKeys(bench);
  const event = bench.lastEvent();
  const [rotation] = await rotationsOf(bench, ann, keyId);
  assert.equal(event.action, 'key.rotate');
  assert.deepEqual(event.actor, { type: 'system', name: 'keywitness' });
  assert.deepEqual(event.change, {
    before: { keyMaterialId: first?.['keyMaterialId'] },
    after: { keyMaterialId: rotation?.['keyMaterialId'] },
  });
  const record = cloudTrailRecord(event, place);
  assert.equal(record.eventType, 'AwsServiceEvent');
  assert.deepEqual(record.userIdentity, { accountId: place.account, invokedBy: 'AWS Internal' });
  assert.equal(record.eventSource, 'kms.amazonaws.com');
  assert.deepEqual(record.serviceEventDetails, {
    keyId,
    rotationType: 'AUTOMATIC',
    keyOrigin: 'AWS_KMS',
    previousKeyMaterialId: first?.['keyMaterialId'],
    currentKeyMaterialId: rotation?.['keyMaterialId'],
  });
  assert.deepEqual([record.requestParameters, record.responseElements], [null, null]);
});

test('a key that is disabled is not rotated; once it is enabled again it is, if it is late, and anew from then', async () => {
  const { ann, bench, keyId } = await newScene();
  await bench.result(ann, 'EnableKeyRotation', { keyId, rotationPeriodInDays: 100 });
  await bench.result(ann, 'DisableKey', { keyId });
  bench.nowMs += 100 * DAY_MS + 1;
  await sweepKeys(bench);
  assert.notEqual(bench.lastEvent().action, 'key.rotate');
  bench.nowMs += DAY_MS;
  await sweepKeys(bench);
  const overdue = bench.lastEvent();
  assert.deepEqual([overdue.action, overdue.key?.state], ['service.rotation-overdue', 'Disabled']);
  const count = bench.events().length;
  await sweepKeys(bench);
  assert.equal(bench.events().length, count, 'it is said once');
  bench.nowMs += 10 * DAY_MS;
  await bench.result(ann, 'EnableKey', { keyId });
  await sweepKeys(bench);
  assert.equal(bench.lastEvent().action, 'key.rotate');
  assert.deepEqual(await statusOf(bench, ann, keyId), {
    keyId,
    keyRotationEnabled: true,
    nextRotationDate: bench.nowMs + 100 * DAY_MS,
    rotationPeriodInDays: 100,
  });
});

test('a key that is to be deleted is not rotated, and its schedule comes back with it', async () => {
  const { ann, bench, keyId } = await newScene();
  await bench.result(ann, 'EnableKeyRotation', { keyId, rotationPeriodInDays: 90 });
  bench.nowMs += 80 * DAY_MS;
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 30 });
  assert.deepEqual(await statusOf(bench, ann, keyId), { keyId, keyRotationEnabled: false });
  bench.nowMs += 20 * DAY_MS;
  const count = bench.events().length;
  await sweepKeys(bench);
  assert.equal(bench.events().length, count);
  await bench.result(ann, 'CancelKeyDeletion', { keyId });
  assert.match(JSON.stringify(await statusOf(bench, ann, keyId)), /"keyRotationEnabled":true/);
});

test('a rotation on demand is in progress until the service completes it, and changes no schedule', async () => {
  const { ann, bench, keyId } = await newScene();
  await bench.result(ann, 'EnableKeyRotation', { keyId });
  const before = await statusOf(bench, ann, keyId);
  assert.deepEqual(await bench.result(ann, 'RotateKeyOnDemand', { keyId }), { keyId });
  const startedMs = bench.nowMs;
  assert.deepEqual(await statusOf(bench, ann, keyId), { ...before, onDemandRotationStartDate: startedMs });
  const [code] = await bench.refusal(ann, 'RotateKeyOnDemand', { keyId });
  assert.equal(code, 'Conflict');
  bench.nowMs += 1000;
  await sweepKeys(bench);
  assert.deepEqual(await statusOf(bench, ann, keyId), before);
  const [rotation] = await rotationsOf(bench, ann, keyId);
  assert.deepEqual([rotation?.['rotationType'], rotation?.['rotationDate']], ['ON_DEMAND', startedMs + 1000]);
});

test('a rotation on demand stands back for an automatic one that is about to begin', async () => {
  const { ann, bench, keyId } = await newScene();
  await bench.result(ann, 'EnableKeyRotation', { keyId });
  bench.nowMs += 365 * DAY_MS - 20 * 60_000;
  const [code, message] = await bench.refusal(ann, 'RotateKeyOnDemand', { keyId });
  assert.equal(code, 'Conflict');
  assert.match(message, /within the next 20 minutes\.$/);
  bench.nowMs -= 1;
  await bench.result(ann, 'RotateKeyOnDemand', { keyId });
});

test('a key is rotated on demand 25 times, and no more', async () => {
  const { ann, bench, keyId } = await newScene();
  for (let round = 0; round < 25; round += 1) {
    await bench.result(ann, 'RotateKeyOnDemand', { keyId });
    await sweepKeys(bench);
  }
  assert.deepEqual(await bench.refusal(ann, 'RotateKeyOnDemand', { keyId }), [
    'LimitExceeded',
    `The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: ${arnOf(`key/${keyId}`)}`,
  ]);
  const pages: unknown[] = [];
  let marker: unknown;
  do {
    const page = await bench.result(ann, 'ListKeyRotations', {
      keyId,
      limit: 10,
      includeKeyMaterial: 'ALL_KEY_MATERIAL',
      ...(marker === undefined ? {} : { marker }),
    });
    assert.ok(Array.isArray(page['rotations']));
    pages.push(page['rotations'].length);
    assert.equal(page['truncated'], page['nextMarker'] !== undefined);
    marker = page['nextMarker'];
  } while (marker !== undefined);
  assert.deepEqual(pages, [10, 10, 6]);
  assert.deepEqual(await bench.refusal(ann, 'ListKeyRotations', { keyId, marker: 'x' }), [
    'InvalidMarker',
    'The marker is not valid.',
  ]);
});

test('keys that have one material for good are not rotated', async () => {
  const { ann, bench } = await newScene();
  const names = ['EnableKeyRotation', 'RotateKeyOnDemand', 'ListKeyRotations'];
  for (const kind of [
    { keySpec: 'HMAC_256', keyUsage: 'GENERATE_VERIFY_MAC' },
    { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY' },
  ]) {
    const keyId = await bench.createKey(ann, kind);
    for (const name of names) {
      assert.deepEqual(await bench.refusal(ann, name, { keyId }), ['Unsupported', ''], name);
    }
    assert.deepEqual(await bench.result(ann, 'DisableKeyRotation', { keyId }), {});
    const { keyRotationEnabled } = await bench.result(ann, 'GetKeyRotationStatus', { keyId });
    assert.equal(keyRotationEnabled, false);
  }
});

test('imported material is rotated on demand alone', async () => {
  const { ann, bench } = await newScene();
  const keyId = await bench.createKey(ann, { origin: 'EXTERNAL' });
  await importInto(bench, ann, keyId, Buffer.alloc(32, 1));
  const refusal = [
    'Unsupported',
    `${arnOf(`key/${keyId}`)} origin is EXTERNAL which is not valid for this operation.`,
  ];
  for (const name of ['EnableKeyRotation', 'DisableKeyRotation']) {
    assert.deepEqual(await bench.refusal(ann, name, { keyId }), refusal);
  }
  assert.deepEqual(await statusOf(bench, ann, keyId), { keyId, keyRotationEnabled: false });
  assert.deepEqual(await bench.refusal(ann, 'RotateKeyOnDemand', { keyId }), [
    'InvalidState',
    `No available key material pending rotation for the key: ${arnOf(`key/${keyId}`)}.`,
  ]);
});

test('nothing is rotated that is not due, whoever asks', async () => {
  const { bench, keyId } = await newScene();
  for (const [id, message] of [
    [keyId, `no rotation of key \`${keyId}\` is due`],
    ['none', 'there is no key `none` to rotate'],
  ] as const) {
    const performed = await bench.service.perform(
      rotateKey,
      bench.request('RotateKey'),
      systemCaller,
      new Params({ keyId: id }),
    );
    assert.equal(performed.kind === 'refused' && performed.error.message, message);
    assert.equal(bench.lastEvent().outcome, 'error');
  }
});

test('the period of rotation is a condition', async () => {
  const { bench, keyId } = await newScene();
  const bob = bench.addUser('bob', [
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'kms:EnableKeyRotation',
          Resource: '*',
          Condition: { NumericLessThanEquals: { 'kms:RotationPeriodInDays': '180' } },
        },
      ],
    },
  ]);
  await bench.result(bob, 'EnableKeyRotation', { keyId, rotationPeriodInDays: 180 });
  const [code] = await bench.refusal(bob, 'EnableKeyRotation', { keyId });
  assert.equal(code, 'AccessDenied');
});
