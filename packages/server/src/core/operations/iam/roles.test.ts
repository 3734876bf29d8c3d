import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, policyOf, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

const roleName = 'App';
const assumeRolePolicyDocument = TRUST;

test('a role is created, read, listed and deleted', async () => {
  const bench = newBench();
  const { role } = await bench.result('CreateRole', {
    assumeRolePolicyDocument,
    description: 'runs',
    maxSessionDuration: 7200,
    path: '/p/',
    roleName,
  });
  assert.equal(at(role, 'arn'), iamArn('role/p/App'));
  assert.match(String(at(role, 'roleId')), /^AROA/);
  assert.equal(at(role, 'assumeRolePolicyDocument'), TRUST);
  const event = bench.lastEvent();
  assert.equal(event.action, 'role.create');
  assert.equal(event.change?.after?.['trustPolicySha256'], sha256Hex(TRUST));
  assert.deepEqual((await bench.result('GetRole', { roleName: 'app' }))['role'], role);
  const listed = await bench.result('ListRoles', { pathPrefix: '/p/' });
  assert.deepEqual(each(listed['roles'], 'maxSessionDuration'), [7200]);
  assert.equal(
    await bench.refusal('CreateRole', { assumeRolePolicyDocument, roleName: 'APP' }),
    'AlreadyExists: Role with name APP already exists.',
  );
  await bench.result('CreateUser', { userName: 'App' });
  assert.deepEqual(await bench.result('ListInstanceProfilesForRole', { roleName }), {
    instanceProfiles: [],
    isTruncated: false,
  });
  await bench.result('DeleteRole', { roleName });
  assert.equal(
    await bench.refusal('ListInstanceProfilesForRole', { roleName }),
    'NotFound: The role with name App cannot be found.',
  );
});

test('settings of a role are changed one by one', async () => {
  const bench = newBench();
  await bench.result('CreateRole', { assumeRolePolicyDocument, roleName });
  await bench.result('UpdateRole', { description: 'new', roleName });
  await bench.result('UpdateRole', { maxSessionDuration: 43_200, roleName });
  const read = await bench.result('GetRole', { roleName });
  assert.equal(at(read, 'role', 'description'), 'new');
  assert.equal(at(read, 'role', 'maxSessionDuration'), 43_200);
  const { role } = await bench.result('UpdateRoleDescription', { description: '', roleName });
  assert.equal(at(role, 'description'), undefined);
  assert.deepEqual(bench.lastEvent().change?.before, { description: 'new', maxSessionSeconds: 43_200 });
});

test('whom a role trusts is changed by an operation of its own', async () => {
  const bench = newBench();
  await bench.result('CreateRole', { assumeRolePolicyDocument, roleName });
  const narrow = TRUST.replace(':root', ':user/admin');
  await bench.result('UpdateAssumeRolePolicy', { policyDocument: narrow, roleName });
  const event = bench.lastEvent();
  assert.equal(event.action, 'role.update-trust');
  assert.deepEqual(event.change, {
    after: { loosened: ['principal'], trustPolicySha256: sha256Hex(narrow) },
    before: { trustPolicySha256: sha256Hex(TRUST) },
  });
  assert.equal(at(await bench.result('GetRole', { roleName }), 'role', 'assumeRolePolicyDocument'), narrow);
  const identityPolicy = policyOf('Allow', 'sts:AssumeRole');
  assert.equal(
    await bench.code('UpdateAssumeRolePolicy', { policyDocument: identityPolicy, roleName }),
    'MalformedPolicy',
  );
  const long = TRUST.replace('sts:AssumeRole', `sts:${'A'.repeat(2048)}`);
  assert.equal(
    await bench.refusal('CreateRole', { assumeRolePolicyDocument: long, roleName: 'Long' }),
    'LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
  );
});

test('a role goes only when it has no policies', async () => {
  const bench = newBench();
  const policyArn = await bench.policy('P');
  await bench.result('CreateRole', { assumeRolePolicyDocument, roleName });
  await bench.result('AttachRolePolicy', { policyArn, roleName });
  await bench.result('PutRolePolicy', {
    policyDocument: policyOf('Allow', 'kms:*'),
    policyName: 'p',
    roleName,
  });
  assert.match(await bench.refusal('DeleteRole', { roleName }), /DeleteConflict: .*delete policies first/);
  await bench.result('DeleteRolePolicy', { policyName: 'p', roleName });
  assert.match(await bench.refusal('DeleteRole', { roleName }), /DeleteConflict: .*detach all policies/);
  await bench.result('DetachRolePolicy', { policyArn, roleName });
  await bench.result('DeleteRole', { roleName });
});
