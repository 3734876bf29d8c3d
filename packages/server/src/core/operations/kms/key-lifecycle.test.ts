import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { type Caller, kmsOperations, Params } from '../index.ts';
import { arnOf, TestBench } from './service.test-fixture.ts';

const DAY_MS = 86_400_000;
const PLAINTEXT = Buffer.from('attack at dawn', 'utf8');

interface Setup {
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly keyId: string;
  readonly arn: string;
}

async function setUp(): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const keyId = await bench.createKey(ann);
  return { bench, ann, keyId, arn: arnOf(`key/${keyId}`) };
}

async function stateOf({ ann, bench, keyId }: Setup): Promise<unknown> {
  const { keyMetadata } = await bench.result(ann, 'DescribeKey', { keyId });
  assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null && 'keyState' in keyMetadata);
  return keyMetadata.keyState;
}

/** The operations that use key material, with parameters that would succeed. */
async function uses({ ann, bench, keyId }: Setup): Promise<readonly (readonly [string, object])[]> {
  const { ciphertextBlob } = await bench.result(ann, 'Encrypt', { keyId, plaintext: PLAINTEXT });
  return [
    ['Encrypt', { keyId, plaintext: PLAINTEXT }],
    ['Decrypt', { ciphertextBlob }],
    ['Decrypt', { ciphertextBlob, keyId }],
    ['GenerateDataKey', { keyId, keySpec: 'AES_256' }],
    ['GenerateDataKeyWithoutPlaintext', { keyId, numberOfBytes: 16 }],
    ['ReEncrypt', { ciphertextBlob, destinationKeyId: keyId }],
  ];
}

test('a disabled key is of no use, and becomes of use again when it is enabled', async () => {
  const setup = await setUp();
  const { ann, arn, bench, keyId } = setup;
  const operations = await uses(setup);
  await bench.result(ann, 'DisableKey', { keyId });
  assert.equal(await stateOf(setup), 'Disabled');
  for (const [name, params] of operations) {
    const refusal = await bench.refusal(ann, name, { ...params });
    assert.deepEqual(refusal, ['Disabled', `${arn} is disabled.`], name);
    const { key, sourceKey } = bench.lastEvent();
    assert.equal((sourceKey ?? key)?.state, 'Disabled', name);
  }
  await bench.result(ann, 'EnableKey', { keyId });
  for (const [name, params] of operations) await bench.result(ann, name, { ...params });
});

test('a key that waits for its deletion can be described, listed and rescued, and nothing else', async () => {
  const setup = await setUp();
  const { ann, arn, bench, keyId } = setup;
  const operations = [
    ...(await uses(setup)),
    ['EnableKey', { keyId }],
    ['DisableKey', { keyId }],
    ['ScheduleKeyDeletion', { keyId }],
    ['TagResource', { keyId, tags: [] }],
    ['UntagResource', { keyId, tagKeys: ['a'] }],
    ['CreateAlias', { aliasName: 'alias/new', targetKeyId: keyId }],
  ] as const;
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 7 });
  for (const [name, params] of operations) {
    const refusal = await bench.refusal(ann, name, { ...params });
    assert.deepEqual(refusal, ['InvalidState', `${arn} is pending deletion.`], name);
  }
  assert.equal(await stateOf(setup), 'PendingDeletion');
  await bench.result(ann, 'GetKeyPolicy', { keyId });
  await bench.result(ann, 'ListResourceTags', { keyId });
  const { policy } = await bench.result(ann, 'GetKeyPolicy', { keyId });
  await bench.result(ann, 'PutKeyPolicy', { keyId, policy });
});

test('deletion is due to the millisecond, and can be cancelled until then', async () => {
  const setup = await setUp();
  const { ann, arn, bench, keyId } = setup;
  const startMs = bench.nowMs;
  assert.deepEqual(await bench.result(ann, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays: 8 }), {
    deletionDate: startMs + 8 * DAY_MS,
    keyId: arn,
    keyState: 'PendingDeletion',
    pendingWindowInDays: 8,
  });
  bench.nowMs = startMs + 8 * DAY_MS - 1;
  assert.deepEqual(await bench.result(ann, 'CancelKeyDeletion', { keyId }), { keyId: arn });
  assert.equal(await stateOf(setup), 'Disabled');
  const { keyMetadata } = await bench.result(ann, 'DescribeKey', { keyId });
  assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null);
  assert.equal('deletionDate' in keyMetadata && keyMetadata.deletionDate !== undefined, false);
  await bench.result(ann, 'ScheduleKeyDeletion', { keyId });
  bench.nowMs += 30 * DAY_MS;
  assert.deepEqual(await bench.refusal(ann, 'DescribeKey', { keyId }), [
    'NotFound',
    `Key '${arn}' does not exist`,
  ]);
  assert.deepEqual(await bench.refusal(ann, 'CancelKeyDeletion', { keyId }), [
    'NotFound',
    `Key '${arn}' does not exist`,
  ]);
  const { keys } = await bench.result(ann, 'ListKeys');
  assert.deepEqual(keys, []);
});

test('the window is 30 days unless said otherwise, and from 7 to 30 days long', async () => {
  const { ann, bench, keyId } = await setUp();
  for (const pendingWindowInDays of [6, 31]) {
    const [code] = await bench.refusal(ann, 'ScheduleKeyDeletion', { keyId, pendingWindowInDays });
    assert.equal(code, 'Validation');
  }
  const { pendingWindowInDays } = await bench.result(ann, 'ScheduleKeyDeletion', { keyId });
  assert.equal(pendingWindowInDays, 30);
  assert.deepEqual(bench.lastEvent().parameters, { pendingWindowInDays: 30 });
});

test('what is not pending deletion cannot be rescued from it', async () => {
  const { ann, arn, bench, keyId } = await setUp();
  assert.deepEqual(await bench.refusal(ann, 'CancelKeyDeletion', { keyId }), [
    'InvalidState',
    `${arn} is not pending deletion.`,
  ]);
});

test('pages go through all keys once, in order, and a marker that we did not write is refused', async () => {
  const { ann, bench } = await setUp();
  for (let i = 0; i < 6; i += 1) await bench.createKey(ann);
  const seen: unknown[] = [];
  let marker: unknown;
  do {
    const page = await bench.result(ann, 'ListKeys', { limit: 3, marker });
    assert.ok(Array.isArray(page['keys']) && page['keys'].length <= 3);
    assert.equal(page['truncated'], page['nextMarker'] !== undefined);
    seen.push(...page['keys'].map((key: { keyId: string }) => key.keyId));
    marker = page['nextMarker'];
  } while (marker !== undefined);
  assert.equal(seen.length, 7);
  assert.deepEqual(seen, [...new Set(seen)]);
  assert.equal((await bench.refusal(ann, 'ListKeys', { marker: 'bm9uc2Vuc2U' }))[0], 'InvalidMarker');
});

test('a long description is kept whole, and cut in the record', async () => {
  const { ann, bench } = await setUp();
  const description = '\u0001'.repeat(8192);
  const { keyMetadata } = await bench.result(ann, 'CreateKey', { description });
  assert.ok(typeof keyMetadata === 'object' && keyMetadata !== null && 'description' in keyMetadata);
  assert.equal(keyMetadata.description, description);
  assert.equal(bench.lastEvent().change?.after?.['description'], description.slice(0, 1024));
});

test('days without use decide, and the event says how many they were', async () => {
  const bench = new TestBench(openMemoryStore());
  const admin = bench.addUser('admin');
  const careful = bench.addUser('careful', [
    {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: 'kms:*', Resource: '*' },
        {
          Effect: 'Deny',
          Action: 'kms:DisableKey',
          Resource: '*',
          Condition: { NumericLessThan: { 'kms:TrailingDaysWithoutKeyUsage': '90' } },
        },
      ],
    },
  ]);
  const keyId = await bench.createKey(admin);
  const disable = kmsOperations.get('DisableKey');
  assert.ok(disable !== undefined);
  for (const [days, kind] of [
    [89, 'refused'],
    [90, 'released'],
  ] as const) {
    const keyUse = { lastMs: bench.nowMs - days * DAY_MS };
    const request = { ...bench.request('DisableKey'), keyUse };
    const performed = await bench.service.perform(disable, request, careful, new Params({ keyId }));
    assert.equal(performed.kind, kind);
    const [decision] = bench.lastEvent().decisions ?? [];
    assert.match(JSON.stringify(decision), new RegExp(`"kms:trailingdayswithoutkeyusage":\\["${days}"\\]`));
  }
});
