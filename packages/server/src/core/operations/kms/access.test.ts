import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { LedgerStore } from '../../audit/index.ts';
import type { KeyRecord } from '../../keys/index.ts';
import type { Caller } from '../index.ts';
import { arnOf, place, TestBench } from './service.test-fixture.ts';

const PLAINTEXT = Buffer.from('plaintext');
const ALLOW_ALL = { Effect: 'Allow', Action: '*', Resource: '*' };

interface Setup {
  readonly store: LedgerStore;
  readonly bench: TestBench;
  readonly ann: Caller;
  readonly keyId: string;
}

/** A user with everything allowed but what `statements` deny, and a key that leaves the decision to identities. */
async function setUp(...statements: readonly object[]): Promise<Setup> {
  const store = openMemoryStore();
  const bench = new TestBench(store);
  const policies = [{ Version: '2012-10-17', Statement: [ALLOW_ALL, ...statements] }];
  const ann = bench.addUser('ann', policies);
  return { store, bench, ann, keyId: await bench.createKey(ann) };
}

/** The same state, in which the key's record was changed by no operation of this program. */
function withRecord({ store, bench, keyId }: Setup, change: (record: KeyRecord) => KeyRecord): TestBench {
  const record = bench.replica.keys.get(keyId)?.record;
  assert.ok(record !== undefined);
  const writes = [{ subject: `key:${keyId}`, record: JSON.stringify(change(record)) }];
  store.commit([{ judgedAt: 0, reads: [], writes, entry: Buffer.from('set up by a test') }]);
  return new TestBench(store);
}

async function ciphertextOf({ bench, ann }: Setup, keyId: string): Promise<unknown> {
  return (await bench.result(ann, 'Encrypt', { keyId, plaintext: PLAINTEXT }))['ciphertextBlob'];
}

test('a key whose stored policy cannot be read denies everything to everybody, on the record', async () => {
  const setup = await setUp();
  const { ann, keyId } = setup;
  const bench = withRecord(setup, (record) => ({ ...record, policy: '{"Version":"2031-01-01"}' }));
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [{ ...ALLOW_ALL, Principal: '*' }] });
  for (const [operation, params] of [
    ['Encrypt', { keyId, plaintext: PLAINTEXT }],
    ['DescribeKey', { keyId }],
    ['PutKeyPolicy', { keyId, policy, bypassPolicyLockoutSafetyCheck: true }],
  ] as const) {
    assert.deepEqual(await bench.refusal(ann, operation, params), [
      'AccessDenied',
      `User: ${ann.principalArn} is not authorized to perform: kms:${operation} on resource: ${arnOf(`key/${keyId}`)} with an explicit deny in a resource-based policy`,
    ]);
    const event = bench.lastEvent();
    assert.equal(event.outcome, 'denied');
    assert.equal(event.key?.id, keyId);
    assert.equal(event.decisions?.[0]?.policy, 'default');
    assert.equal(event.decisions[0].statement, 'unreadable policy');
  }
});

test('key material that does not open is an error of the service, on the record with the key', async () => {
  const setup = await setUp();
  const { ann, keyId } = setup;
  const ciphertextBlob = await ciphertextOf(setup, keyId);
  const bench = withRecord(setup, (record) => ({
    ...record,
    materials: record.materials.map((material) => ({ ...material, sealed: 'AAAA' })),
  }));
  for (const [operation, params] of [
    ['Encrypt', { keyId, plaintext: PLAINTEXT }],
    ['Decrypt', { ciphertextBlob }],
  ] as const) {
    assert.equal((await bench.refusal(ann, operation, params))[0], 'KeyUnavailable');
    const event = bench.lastEvent();
    assert.equal(event.outcome, 'error');
    assert.equal(event.key?.id, keyId);
  }
});

test('a denial by algorithm reaches every cryptographic use', async () => {
  const condition = { StringEquals: { 'kms:EncryptionAlgorithm': 'SYMMETRIC_DEFAULT' } };
  const setup = await setUp();
  const { bench, ann, keyId, store } = setup;
  const ciphertextBlob = await ciphertextOf(setup, keyId);
  const denied = new TestBench(store);
  const bob = denied.addUser('bob', [
    {
      Version: '2012-10-17',
      Statement: [ALLOW_ALL, { ...ALLOW_ALL, Effect: 'Deny', Condition: condition }],
    },
  ]);
  for (const [operation, params] of [
    ['Encrypt', { keyId, plaintext: PLAINTEXT }],
    ['Decrypt', { ciphertextBlob }],
    ['GenerateDataKey', { keyId, keySpec: 'AES_256' }],
    ['GenerateDataKeyWithoutPlaintext', { keyId, keySpec: 'AES_256' }],
    ['ReEncrypt', { ciphertextBlob, destinationKeyId: keyId }],
  ] as const) {
    assert.equal((await denied.refusal(bob, operation, params))[0], 'AccessDenied', operation);
  }
  await bench.result(ann, 'Decrypt', { ciphertextBlob });
});

test('whoever may re-encrypt under the same key only cannot move a ciphertext to another key', async () => {
  const elsewhere = {
    Effect: 'Deny',
    Action: 'kms:ReEncrypt*',
    Resource: '*',
    Condition: { Bool: { 'kms:ReEncryptOnSameKey': 'false' } },
  };
  const setup = await setUp(elsewhere);
  const { bench, ann, keyId } = setup;
  const other = await bench.createKey(ann);
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/same', targetKeyId: keyId });
  await bench.result(ann, 'CreateAlias', { aliasName: 'alias/other', targetKeyId: other });
  const ciphertextBlob = await ciphertextOf(setup, keyId);
  for (const destinationKeyId of [keyId, arnOf(`key/${keyId}`), 'alias/same']) {
    await bench.result(ann, 'ReEncrypt', { ciphertextBlob, destinationKeyId });
    await bench.result(ann, 'ReEncrypt', { ciphertextBlob, sourceKeyId: 'alias/same', destinationKeyId });
  }
  for (const destinationKeyId of [other, 'alias/other', arnOf('alias/other')]) {
    const [code] = await bench.refusal(ann, 'ReEncrypt', { ciphertextBlob, destinationKeyId });
    assert.equal(code, 'AccessDenied', destinationKeyId);
    assert.equal(bench.lastEvent().decisions?.[0]?.permission, 'kms:ReEncryptFrom');
  }
  const [code] = await bench.refusal(ann, 'ReEncrypt', { ciphertextBlob, destinationKeyId: 'alias/none' });
  assert.equal(code, 'AccessDenied', 'a key that there is not is not the same key');
});

test('the deprecated names of key spec and usage deny the creation of keys as well', async () => {
  for (const key of ['kms:CustomerMasterKeySpec', 'kms:KeySpec']) {
    const { bench, ann } = await setUp();
    const bob = bench.addUser('bob', [
      {
        Version: '2012-10-17',
        Statement: [
          ALLOW_ALL,
          { ...ALLOW_ALL, Effect: 'Deny', Condition: { StringEquals: { [key]: 'SYMMETRIC_DEFAULT' } } },
        ],
      },
    ]);
    assert.equal((await bench.refusal(bob, 'CreateKey'))[0], 'AccessDenied', key);
    await bench.result(ann, 'CreateKey');
  }
});

test('the lock-out check counts as bypassed, or not, only for whoever says so', async () => {
  const { bench } = await setUp();
  const cautious = bench.addUser('carl', [
    {
      Version: '2012-10-17',
      Statement: {
        ...ALLOW_ALL,
        Condition: { Null: { 'kms:BypassPolicyLockoutSafetyCheck': 'true' } },
      },
    },
  ]);
  const keyId = await bench.createKey(cautious);
  const policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ ...ALLOW_ALL, Principal: { AWS: place.account } }],
  });
  await bench.result(cautious, 'PutKeyPolicy', { keyId, policy });
  const bypassing = { keyId, policy, bypassPolicyLockoutSafetyCheck: true };
  assert.equal((await bench.refusal(cautious, 'PutKeyPolicy', bypassing))[0], 'AccessDenied');
});

test('tags that are refused are recorded with the key that they were meant for', async () => {
  const { bench, ann, keyId } = await setUp();
  const tags = bench.structures([{ tagKey: 'aws:x', tagValue: 'y' }]);
  assert.equal((await bench.refusal(ann, 'TagResource', { keyId, tags }))[0], 'TagInvalid');
  assert.equal(bench.lastEvent().key?.requested, keyId);
});
