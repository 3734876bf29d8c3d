import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, policyOf, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

async function inhabited(): Promise<IamBench<TestBench>> {
  const bench = newBench();
  const policyArn = await bench.policy('P');
  await bench.result('CreateUser', {
    permissionsBoundary: policyArn,
    tags: [{ key: 'a', value: 'b' }],
    userName: 'ann',
  });
  await bench.result('CreateGroup', { groupName: 'Ops' });
  await bench.result('CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'r' });
  await bench.result('AddUserToGroup', { groupName: 'Ops', userName: 'ann' });
  await bench.result('AttachGroupPolicy', { groupName: 'Ops', policyArn });
  await bench.result('AttachRolePolicy', {
    policyArn: 'arn:aws:iam::aws:policy/keywitness/Auditor',
    roleName: 'r',
  });
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'kms:*'),
    policyName: 'own',
    userName: 'ann',
  });
  return bench;
}

test('the details of an account show who there is and which policies everybody has', async () => {
  const bench = await inhabited();
  const details = await bench.result('GetAccountAuthorizationDetails');
  assert.equal(bench.lastEvent().action, 'account.read');
  assert.deepEqual(each(details['userDetailList'], 'userName'), ['admin', 'ann']);
  const ann = at(details['userDetailList'], 1);
  assert.deepEqual(at(ann, 'groupList'), ['Ops']);
  assert.deepEqual(at(ann, 'tags'), [{ key: 'a', value: 'b' }]);
  assert.deepEqual(at(ann, 'userPolicyList'), [
    { policyDocument: policyOf('Allow', 'kms:*'), policyName: 'own' },
  ]);
  assert.equal(at(ann, 'permissionsBoundary', 'permissionsBoundaryArn'), iamArn('policy/P'));
  assert.deepEqual(at(details['groupDetailList'], 0, 'attachedManagedPolicies'), [
    { policyArn: iamArn('policy/P'), policyName: 'P' },
  ]);
  assert.equal(at(details['roleDetailList'], 0, 'assumeRolePolicyDocument'), TRUST);
  assert.deepEqual(each(details['policies'], 'policyName'), ['Auditor', 'P']);
  assert.equal(at(details['policies'], 1, 'policyVersionList', 0, 'isDefaultVersion'), true);
  assert.deepEqual(
    each(
      (await bench.result('GetAccountAuthorizationDetails', {}, bench.stranger))['userDetailList'],
      'userName',
    ),
    ['stranger'],
  );
});

test('the details of an account are filtered by kind and cut into pages', async () => {
  const bench = await inhabited();
  const only = async (filter: string): Promise<string> => {
    const details = await bench.result('GetAccountAuthorizationDetails', { filter: [filter] });
    return Object.entries(details)
      .filter(([, list]) => Array.isArray(list) && list.length > 0)
      .map(([name]) => name)
      .join();
  };
  assert.equal(await only('User'), 'userDetailList');
  assert.equal(await only('Group'), 'groupDetailList');
  assert.equal(await only('Role'), 'roleDetailList');
  assert.equal(await only('LocalManagedPolicy'), 'policies');
  assert.equal(await only('AWSManagedPolicy'), 'policies');
  const seen: unknown[] = [];
  let marker: unknown;
  do {
    const page = await bench.result('GetAccountAuthorizationDetails', { marker, maxItems: 2 });
    for (const list of Object.values(page)) if (Array.isArray(list)) seen.push(...each(list, 'arn'));
    marker = page['marker'];
  } while (marker !== undefined);
  assert.equal(seen.length, 6);
  assert.equal(new Set(seen).size, 6);
});

test('the summary of an account counts what is in it', async () => {
  const bench = await inhabited();
  await bench.result('CreateOpenIDConnectProvider', { url: 'https://id.example.com' });
  const { summaryMap } = await bench.result('GetAccountSummary');
  const names = ['Users', 'Groups', 'Roles', 'Policies', 'PolicyVersionsInUse', 'Providers'];
  assert.deepEqual(
    names.map((name) => at(summaryMap, name)),
    [2, 1, 1, 1, 1, 1],
  );
  assert.equal(at(summaryMap, 'AccessKeysPerUserQuota'), 2);
});

test('an account has one alias, which no other account has', async () => {
  const bench = newBench();
  assert.deepEqual((await bench.result('ListAccountAliases'))['accountAliases'], []);
  await bench.result('CreateAccountAlias', { accountAlias: 'first' });
  await bench.result('CreateAccountAlias', { accountAlias: 'second' });
  assert.deepEqual(bench.lastEvent().change, { after: { alias: 'second' }, before: { alias: 'first' } });
  assert.deepEqual((await bench.result('ListAccountAliases'))['accountAliases'], ['second']);
  assert.equal(
    await bench.refusal('CreateAccountAlias', { accountAlias: 'second' }, bench.stranger),
    'AlreadyExists: The account alias second already exists.',
  );
  await bench.result('CreateAccountAlias', { accountAlias: 'first' }, bench.stranger);
  assert.equal(await bench.code('DeleteAccountAlias', { accountAlias: 'first' }), 'NotFound');
  await bench.result('DeleteAccountAlias', { accountAlias: 'second' });
  assert.deepEqual((await bench.result('ListAccountAliases'))['accountAliases'], []);
});
