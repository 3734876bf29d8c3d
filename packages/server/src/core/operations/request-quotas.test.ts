import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { kmsOperationTable } from './kms/index.ts';
import { TestBench } from './kms/service.test-fixture.ts';
import { Params } from './params.ts';
import { AWS_REQUEST_QUOTAS, type Counted, quotaOf, throttledOperation } from './request-quotas.ts';

const MESSAGE = 'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.';

test('every operation of KMS counts against a quota that AWS has', () => {
  const bench = new TestBench(openMemoryStore());
  for (const { name, operation } of kmsOperationTable) {
    if (operation === 'later') continue;
    const quota = quotaOf(operation, bench.request(name), new Params({}));
    assert.ok(quota !== undefined && (AWS_REQUEST_QUOTAS[quota] ?? 0) > 0, name);
  }
});

test('cryptographic operations count by the class of the algorithm that they name', () => {
  const bench = new TestBench(openMemoryStore());
  const cases: readonly (readonly [name: string, params: object, quota: string])[] = [
    ['Decrypt', {}, 'symmetric'],
    ['Encrypt', { encryptionAlgorithm: 'RSAES_OAEP_SHA_256' }, 'RSA'],
    ['Decrypt', { encryptionAlgorithm: 'SM2PKE' }, 'ECC'],
    ['Sign', { signingAlgorithm: 'RSASSA_PSS_SHA_256' }, 'RSA'],
    ['Verify', { signingAlgorithm: 'ML_DSA_SHAKE_256' }, 'ML-DSA'],
    ['Sign', { signingAlgorithm: 'ECDSA_SHA_256' }, 'ECC'],
    ['GenerateDataKeyPair', { keyPairSpec: 'RSA_4096' }, 'pair-RSA_4096'],
    ['GenerateDataKeyPairWithoutPlaintext', { keyPairSpec: 'ML_KEM_768' }, 'pair-ML-KEM'],
  ];
  for (const [name, params, quota] of cases) {
    const operation = throttledOperation({ name, action: '', run: () => ({}) });
    assert.equal(quotaOf(operation, bench.request(name), new Params({ ...params })), quota, name);
  }
});

test('a request beyond its quota is refused in AWS’s words, on the record, and does nothing', async () => {
  const asked: Counted[] = [];
  const requestQuotas = {
    take(counted: Counted): boolean {
      asked.push(counted);
      return asked.length === 1;
    },
  };
  const bench = new TestBench(openMemoryStore(), { requestQuotas });
  const ann = bench.addUser('ann');
  await bench.createKey(ann);
  assert.deepEqual(await bench.refusal(ann, 'CreateKey'), ['Throttled', MESSAGE]);
  const event = bench.lastEvent();
  assert.equal(event.outcome, 'throttled');
  assert.equal(event.actor.arn, ann.principalArn);
  assert.equal(event.action, 'key.create');
  assert.equal(bench.replica.keyNames.all().length, 1);
  assert.deepEqual(asked[0], {
    account: '111122223333',
    principalArn: ann.principalArn,
    quota: 'CreateKey',
    region: undefined,
  });
});

test('other services have no such quotas', () => {
  const bench = new TestBench(openMemoryStore());
  const request = {
    ...bench.request('GetUser'),
    protocol: { front: 'aws', service: 'iam', operation: 'GetUser' },
  } as const;
  const operation = throttledOperation({ name: 'GetUser', action: '', run: () => ({}) });
  assert.equal(quotaOf(operation, request, new Params({})), undefined);
});
