import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { cloudTrailRecord } from '../../audit/cloudtrail/index.ts';
import { importInto, wrappedMaterial } from './import.test-fixture.ts';
import { bytesOf, keyArnOf, KindBench } from './key-kinds.test-fixture.ts';
import { place } from './service.test-fixture.ts';

const DAY_MS = 86_400_000;
const FIRST = Buffer.alloc(32, 1);
const SYMMETRIC = { keySpec: 'SYMMETRIC_DEFAULT', keyUsage: 'ENCRYPT_DECRYPT' } as const;

async function newScene(): Promise<{ readonly kinds: KindBench; readonly keyId: string }> {
  const kinds = new KindBench(openMemoryStore());
  return { kinds, keyId: await kinds.key(SYMMETRIC, { origin: 'EXTERNAL' }) };
}

test('no secret of an import is on the record, and none stays in memory', async () => {
  const { keyId, kinds } = await newScene();
  const material = Buffer.from('canary canary canary canary cana');
  const wrapped = await wrappedMaterial(kinds.bench, kinds.ann, keyId, material);
  await kinds.run('ImportKeyMaterial', wrapped);
  await kinds.refused('ImportKeyMaterial', { ...wrapped, importType: 'NEW_KEY_MATERIAL' });
  const entries = kinds.bench.entries().join('\n');
  for (const secret of [
    material,
    bytesOf(wrapped, 'importToken'),
    bytesOf(wrapped, 'encryptedKeyMaterial'),
  ]) {
    for (const encoding of ['base64', 'hex', 'latin1'] as const) {
      assert.ok(!entries.includes(secret.toString(encoding).slice(0, 40)), encoding);
    }
  }
  for (const { secret } of kinds.bench.keyPairs.handedOut) assert.ok(secret.every((byte) => byte === 0));
});

test('an import is a record of CloudTrail like AWS’s', async () => {
  const { keyId, kinds } = await newScene();
  const validTo = kinds.bench.nowMs + DAY_MS;
  const more = { expirationModel: 'KEY_MATERIAL_EXPIRES', importType: 'NEW_KEY_MATERIAL', validTo };
  const { keyMaterialId } = await importInto(kinds.bench, kinds.ann, keyId, FIRST, more);
  const record = cloudTrailRecord(kinds.bench.lastEvent(), place);
  assert.deepEqual(record.requestParameters, {
    expirationModel: 'KEY_MATERIAL_EXPIRES',
    importType: 'NEW_KEY_MATERIAL',
    keyId,
    validTo: new Date(validTo).toISOString(),
  });
  assert.deepEqual(record.responseElements, { keyId: keyArnOf(keyId), keyMaterialId });
});

test('what may be imported, and how long for, are conditions', async () => {
  const { keyId, kinds } = await newScene();
  const allow = (action: string, condition: object): object => ({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*', Condition: condition }],
  });
  const limit = new Date(kinds.bench.nowMs + DAY_MS).toISOString();
  const bob = kinds.bench.addUser('bob', [
    allow('kms:GetParametersForImport', {
      StringEquals: { 'kms:WrappingAlgorithm': 'RSAES_OAEP_SHA_256', 'kms:WrappingKeySpec': 'RSA_2048' },
    }),
    allow('kms:ImportKeyMaterial', {
      StringEquals: { 'kms:ExpirationModel': 'KEY_MATERIAL_EXPIRES' },
      DateLessThan: { 'kms:ValidTo': limit },
    }),
  ]);
  const [code] = await kinds.bench.refusal(bob, 'GetParametersForImport', {
    keyId,
    wrappingAlgorithm: 'RSAES_OAEP_SHA_1',
    wrappingKeySpec: 'RSA_2048',
  });
  assert.equal(code, 'AccessDenied');
  const wrapped = await wrappedMaterial(kinds.bench, bob, keyId, FIRST);
  const expires = { ...wrapped, expirationModel: 'KEY_MATERIAL_EXPIRES' };
  for (const params of [wrapped, { ...expires, validTo: kinds.bench.nowMs + DAY_MS }]) {
    assert.equal((await kinds.bench.refusal(bob, 'ImportKeyMaterial', params))[0], 'AccessDenied');
  }
  await kinds.bench.result(bob, 'ImportKeyMaterial', { ...expires, validTo: kinds.bench.nowMs + DAY_MS - 1 });
});
