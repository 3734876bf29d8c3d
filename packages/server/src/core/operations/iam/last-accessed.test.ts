import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, policyOf, TRUST } from './iam.test-fixture.ts';
import { readJobId, writeJobId } from './job-ids.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

const GENERATE = 'GenerateServiceLastAccessedDetails';
const GET = 'GetServiceLastAccessedDetails';

async function generated(bench: IamBench<TestBench>, arn: string, more: object = {}): Promise<string> {
  return String((await bench.result(GENERATE, { arn, ...more }))['jobId']);
}

test('a job tells which services the policies of a user allow, groups included', async () => {
  const bench = newBench();
  await bench.result('CreateUser', { userName: 'ann' });
  await bench.result('CreateGroup', { groupName: 'g' });
  await bench.result('AddUserToGroup', { groupName: 'g', userName: 'ann' });
  await bench.result('PutGroupPolicy', {
    groupName: 'g',
    policyDocument: policyOf('Allow', 'KMS:Encrypt'),
    policyName: 'use',
  });
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Deny', 'sts:*'),
    policyName: 'no',
    userName: 'ann',
  });
  const arn = iamArn('user/ann');
  const jobId = await generated(bench, arn);
  assert.equal(jobId.length, 36);
  const details = await bench.result(GET, { jobId });
  assert.equal(details['jobStatus'], 'COMPLETED');
  assert.equal(details['jobType'], 'SERVICE_LEVEL');
  assert.equal(details['jobCreationDate'], Math.floor(bench.bench.nowMs / 1000) * 1000);
  assert.deepEqual(details['lastAccessedBy'], [arn]);
  assert.deepEqual(details['servicesLastAccessed'], [
    { serviceName: 'AWS Key Management Service', serviceNamespace: 'kms' },
  ]);
});

test('for groups and policies, the acts of those behind them count', async () => {
  const bench = newBench();
  const policyArn = await bench.policy('P', policyOf('Allow', '*'));
  await bench.result('CreateGroup', { groupName: 'g' });
  await bench.result('CreateUser', { userName: 'ann' });
  await bench.result('CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'r' });
  await bench.result('AddUserToGroup', { groupName: 'g', userName: 'ann' });
  await bench.result('AttachGroupPolicy', { groupName: 'g', policyArn });
  await bench.result('AttachRolePolicy', { policyArn, roleName: 'r' });
  const group = await bench.result(GET, { jobId: await generated(bench, iamArn('group/g')) });
  assert.deepEqual(group['lastAccessedBy'], [iamArn('user/ann')]);
  const jobId = await generated(bench, policyArn, { granularity: 'ACTION_LEVEL' });
  const policy = await bench.result(GET, { jobId });
  assert.equal(policy['jobType'], 'ACTION_LEVEL');
  assert.deepEqual(policy['lastAccessedBy'], [iamArn('role/r'), iamArn('user/ann')]);
  const namespaces = each(policy['servicesLastAccessed'], 'serviceNamespace');
  assert.deepEqual(namespaces, ['iam', 'keywitness', 'kms', 'sts']);
  const page = await bench.result(GET, { jobId, maxItems: 3 });
  const rest = await bench.result(GET, { jobId, marker: page['marker'] });
  assert.deepEqual(each(rest['servicesLastAccessed'], 'serviceNamespace'), ['sts']);
});

test('what a policy excepts as a whole is no service that it allows', async () => {
  const bench = newBench();
  const text = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', NotAction: ['kms:*', 'iam:CreateUser'], Resource: '*' }],
  });
  const jobId = await generated(bench, await bench.policy('P', text));
  const details = await bench.result(GET, { jobId });
  assert.deepEqual(each(details['servicesLastAccessed'], 'serviceNamespace'), ['iam', 'keywitness', 'sts']);
});

test('a job id is of no use to whoever could not have asked for it', async () => {
  const bench = newBench();
  const clerk = await bench.user('clerk');
  const jobId = await generated(bench, iamArn('user/admin'));
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', `iam:${GET}`),
    policyName: 'p',
    userName: 'clerk',
  });
  assert.equal(await bench.code(GET, { jobId }, clerk), 'AccessDenied');
  assert.equal(await bench.code(GENERATE, { arn: iamArn('user/admin') }, clerk), 'AccessDenied');
  assert.equal(await bench.code(GET, { jobId }, bench.stranger), 'NotFound');
  assert.equal(await bench.code(GET, { jobId: jobId.replace(/^./, 'x') }), 'NotFound');
  assert.equal(await bench.code(GENERATE, { arn: iamArn('user/none') }), 'NotFound');
  assert.equal(await bench.code(GENERATE, { arn: 'nonsense' }), 'InvalidInput');
});

test('whoever gets the name of a deleted entity does not get its jobs', async () => {
  const bench = newBench();
  await bench.result('CreateUser', { userName: 'ann' });
  const jobId = await generated(bench, iamArn('user/ann'));
  await bench.result('DeleteUser', { userName: 'ann' });
  await bench.result('CreateUser', { userName: 'ann' });
  assert.equal(await bench.code(GET, { jobId }), 'NotFound');
});

test('a job id says what it was written with, and nothing when it was changed', () => {
  const job = { reference: '0123456789abcdef0123', createdAtMs: 1_800_000_000_000, isByAction: true };
  const jobId = writeJobId('111122223333', job);
  assert.deepEqual(readJobId('111122223333', jobId), job);
  assert.equal(readJobId('444455556666', jobId), undefined);
  assert.equal(readJobId('111122223333', `1${jobId.slice(1)}`), undefined);
  assert.equal(at(readJobId('111122223333', ''), 'reference'), undefined);
});
