import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, policyOf } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

const userName = 'ann';

async function benchWithAnn(): Promise<IamBench<TestBench>> {
  const bench = newBench();
  await bench.result('CreateUser', { userName });
  return bench;
}

test('an access key is shown with its secret once, and never again nor on the record', async () => {
  const bench = await benchWithAnn();
  const { accessKey } = await bench.result('CreateAccessKey', { userName });
  const accessKeyId = String(at(accessKey, 'accessKeyId'));
  const secret = String(at(accessKey, 'secretAccessKey'));
  assert.match(accessKeyId, /^AKIA[A-Z2-7]{16}$/);
  assert.match(secret, /^[A-Za-z0-9+/]{40}$/);
  assert.equal(at(accessKey, 'status'), 'Active');
  assert.deepEqual(bench.lastEvent().change, {
    after: { accessKeyId, status: 'Active', user: iamArn('user/ann') },
  });
  const { accessKeyMetadata } = await bench.result('ListAccessKeys', { userName });
  assert.deepEqual(accessKeyMetadata, [
    { accessKeyId, createDate: bench.bench.nowMs, status: 'Active', userName },
  ]);
  assert.ok(!bench.bench.entries().join().includes(secret));
});

test('a user has two access keys at most, and inactive ones count', async () => {
  const bench = await benchWithAnn();
  const first = at(await bench.result('CreateAccessKey', { userName }), 'accessKey', 'accessKeyId');
  await bench.result('CreateAccessKey', { userName });
  await bench.result('UpdateAccessKey', { accessKeyId: first, status: 'Inactive', userName });
  assert.equal(
    await bench.refusal('CreateAccessKey', { userName }),
    'LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
  );
  await bench.result('DeleteAccessKey', { accessKeyId: first, userName });
  assert.equal(bench.lastEvent().action, 'access-key.delete');
  await bench.result('CreateAccessKey', { userName });
  const listed = await bench.result('ListAccessKeys', { userName });
  assert.equal(each(listed['accessKeyMetadata'], 'accessKeyId').length, 2);
});

test('an access key that is made inactive is good for nothing from then on, until it is active again', async () => {
  const bench = newBench();
  const ann = await bench.user(userName);
  await bench.result('PutUserPolicy', { policyDocument: policyOf('Allow', '*'), policyName: 'p', userName });
  const accessKeyId = ann.credentialId;
  await bench.result('UpdateAccessKey', { accessKeyId, status: 'Inactive', userName });
  assert.deepEqual(bench.lastEvent().change, { after: { status: 'Inactive' }, before: { status: 'Active' } });
  assert.equal(await bench.code('ListUsers', {}, ann), 'CredentialInvalid');
  await bench.result('UpdateAccessKey', { accessKeyId, status: 'Active', userName });
  await bench.result('ListUsers', {}, ann);
  await bench.result('DeleteAccessKey', { accessKeyId }, ann);
  assert.equal(await bench.code('ListUsers', {}, ann), 'CredentialInvalid');
});

test('an access key is found under its own user alone', async () => {
  const bench = newBench();
  const { credentialId: accessKeyId } = await bench.user(userName);
  await bench.result('CreateUser', { userName: 'beth' });
  const message = `NotFound: The Access Key with id ${accessKeyId} cannot be found.`;
  for (const [name, more] of [
    ['DeleteAccessKey', {}],
    ['UpdateAccessKey', { status: 'Inactive' }],
  ] as const) {
    assert.equal(await bench.refusal(name, { accessKeyId, userName: 'beth', ...more }), message);
  }
  assert.equal(
    await bench.code('UpdateAccessKey', { accessKeyId, status: 'Expired', userName }),
    'Validation',
  );
});

test('whose access key it is may be asked by whoever may ask it of the user', async () => {
  const bench = newBench();
  const { credentialId: accessKeyId } = await bench.user(userName);
  const known = await bench.result('GetAccessKeyLastUsed', { accessKeyId });
  assert.deepEqual(known, { accessKeyId, userName });
  assert.equal(bench.lastEvent().action, 'access-key.read-last-used');
  const clerk = await bench.user('clerk');
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'iam:GetAccessKeyLastUsed', { Resource: iamArn('user/clerk') }),
    policyName: 'own',
    userName: 'clerk',
  });
  await bench.result('GetAccessKeyLastUsed', { accessKeyId: clerk.credentialId }, clerk);
  assert.equal(await bench.code('GetAccessKeyLastUsed', { accessKeyId }, clerk), 'AccessDenied');
  const foreign = bench.stranger.credentialId;
  assert.equal(await bench.code('GetAccessKeyLastUsed', { accessKeyId: foreign }), 'NotFound');
});
