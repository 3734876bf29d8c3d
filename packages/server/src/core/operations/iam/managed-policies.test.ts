import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, OTHER_ACCOUNT, policyOf, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

const BUILT_IN = 'arn:aws:iam::aws:policy/keywitness/Auditor';
const text = policyOf('Allow', 'kms:Encrypt');

test('a managed policy is created, read, listed and deleted', async () => {
  const bench = newBench();
  const { policy } = await bench.result('CreatePolicy', {
    description: 'for tests',
    path: '/p/',
    policyDocument: text,
    policyName: 'Use',
    tags: [{ key: 'a', value: 'b' }],
  });
  const policyArn = iamArn('policy/p/Use');
  assert.equal(at(policy, 'arn'), policyArn);
  assert.match(String(at(policy, 'policyId')), /^ANPA/);
  assert.equal(bench.lastEvent().change?.after?.['policySha256'], sha256Hex(text));
  assert.deepEqual((await bench.result('GetPolicy', { policyArn }))['policy'], policy);
  for (const policyName of ['Use', 'USE']) {
    assert.equal(
      await bench.refusal('CreatePolicy', { path: '/q/', policyDocument: text, policyName }),
      `AlreadyExists: A policy called ${policyName} already exists. Duplicate names are not allowed.`,
    );
  }
  assert.equal(
    await bench.code('CreatePolicy', { policyDocument: TRUST, policyName: 'T' }),
    'MalformedPolicy',
  );
  await bench.result('DeletePolicy', { policyArn });
  assert.equal(
    await bench.refusal('GetPolicy', { policyArn }),
    `NotFound: Policy ${policyArn} was not found.`,
  );
  await bench.result('CreatePolicy', { policyDocument: text, policyName: 'use' });
});

test('policies are listed by scope, path and use', async () => {
  const bench = newBench();
  const attached = await bench.policy('Attached');
  const limit = await bench.policy('Limit');
  await bench.policy('Unused');
  await bench.result('AttachUserPolicy', { policyArn: attached, userName: 'admin' });
  await bench.result('CreateUser', { permissionsBoundary: limit, userName: 'ann' });
  await bench.result('AttachUserPolicy', { policyArn: BUILT_IN, userName: 'ann' });
  const list = async (params: object): Promise<readonly unknown[]> =>
    each((await bench.result('ListPolicies', { ...params }))['policies'], 'policyName');
  assert.deepEqual(await list({ scope: 'Local' }), ['Attached', 'Limit', 'Unused']);
  assert.deepEqual(await list({ onlyAttached: true, scope: 'AWS' }), ['Auditor']);
  assert.deepEqual(await list({ onlyAttached: true }), ['Attached', 'Auditor', 'Limit']);
  assert.deepEqual(await list({ policyUsageFilter: 'PermissionsBoundary' }), ['Limit']);
  assert.deepEqual(await list({ onlyAttached: true, policyUsageFilter: 'PermissionsPolicy' }), [
    'Attached',
    'Auditor',
  ]);
  assert.equal((await list({ pathPrefix: '/keywitness/' })).length, (await list({ scope: 'AWS' })).length);
  const policy = at(await bench.result('GetPolicy', { policyArn: limit }), 'policy');
  assert.deepEqual([at(policy, 'attachmentCount'), at(policy, 'permissionsBoundaryUsageCount')], [0, 1]);
});

test('the size of a managed policy is limited, without white space', async () => {
  const bench = newBench();
  const empty = policyOf('Allow', 'kms:');
  const exact = empty.replace('"kms:"', `"kms:${'A'.repeat(6144 - empty.length)}"`);
  await bench.policy('Exact', exact.replaceAll(',', ' ,\n\t'));
  assert.equal(
    await bench.refusal('CreatePolicy', {
      policyDocument: exact.replace('"kms:', '"kms:A'),
      policyName: 'Over',
    }),
    'LimitExceeded: Cannot exceed quota for PolicySize: 6144',
  );
});

test('versions are made, chosen, read and deleted, and their numbers are never used again', async () => {
  const bench = newBench();
  const policyArn = await bench.policy('P', text);
  const add = (more: object = {}): Promise<unknown> =>
    bench.result('CreatePolicyVersion', { policyArn, policyDocument: policyOf('Deny', '*'), ...more });
  assert.deepEqual(at(await add(), 'policyVersion'), {
    createDate: bench.bench.nowMs,
    isDefaultVersion: false,
    versionId: 'v2',
  });
  assert.equal(at(await add({ setAsDefault: true }), 'policyVersion', 'isDefaultVersion'), true);
  assert.equal(bench.lastEvent().action, 'policy.create-version');
  assert.equal(bench.lastEvent().change?.after?.['defaultVersion'], 'v3');
  const versions = await bench.result('ListPolicyVersions', { policyArn });
  assert.deepEqual(each(versions['versions'], 'versionId'), ['v3', 'v2', 'v1']);
  const read = await bench.result('GetPolicyVersion', { policyArn, versionId: 'v1' });
  assert.equal(at(read, 'policyVersion', 'document'), text);
  assert.equal(
    await bench.refusal('DeletePolicyVersion', { policyArn, versionId: 'v3' }),
    'DeleteConflict: Cannot delete the default version of a policy.',
  );
  assert.match(
    await bench.refusal('DeletePolicy', { policyArn }),
    /^DeleteConflict: .*more than one version/,
  );
  await bench.result('SetDefaultPolicyVersion', { policyArn, versionId: 'v1' });
  assert.deepEqual(bench.lastEvent().change, {
    after: {
      defaultVersion: 'v1',
      loosened: ['principal', 'deny-removed'],
      policySha256: sha256Hex(text),
    },
    before: { defaultVersion: 'v3', policySha256: sha256Hex(policyOf('Deny', '*')) },
  });
  await bench.result('DeletePolicyVersion', { policyArn, versionId: 'v3' });
  assert.equal(at(await add(), 'policyVersion', 'versionId'), 'v4');
  await add();
  await add();
  assert.match(
    await bench.refusal('CreatePolicyVersion', { policyArn, policyDocument: text }),
    /^LimitExceeded: A managed policy can have up to 5 versions/,
  );
  for (const name of ['GetPolicyVersion', 'DeletePolicyVersion', 'SetDefaultPolicyVersion']) {
    assert.equal(
      await bench.refusal(name, { policyArn, versionId: 'v3' }),
      `NotFound: Policy ${policyArn} version v3 does not exist or is not attachable.`,
    );
  }
});

test('who has a policy is listed by kind, path and use', async () => {
  const bench = newBench();
  const policyArn = await bench.policy('P');
  await bench.result('CreateUser', { path: '/p/', permissionsBoundary: policyArn, userName: 'bound' });
  await bench.result('CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'r' });
  await bench.result('CreateGroup', { groupName: 'g' });
  await bench.result('AttachUserPolicy', { policyArn, userName: 'admin' });
  await bench.result('AttachRolePolicy', { policyArn, roleName: 'r' });
  await bench.result('AttachGroupPolicy', { groupName: 'g', policyArn });
  const list = async (params: object): Promise<string> => {
    const found = await bench.result('ListEntitiesForPolicy', { policyArn, ...params });
    const names = [
      ...each(found['policyGroups'], 'groupName'),
      ...each(found['policyRoles'], 'roleName'),
      ...each(found['policyUsers'], 'userName'),
    ];
    return names.join(' ');
  };
  assert.equal(await list({}), 'g r admin bound');
  assert.equal(await list({ entityFilter: 'Role' }), 'r');
  assert.equal(await list({ pathPrefix: '/p/' }), 'bound');
  assert.equal(await list({ policyUsageFilter: 'PermissionsBoundary' }), 'bound');
  assert.equal(await list({ policyUsageFilter: 'PermissionsPolicy' }), 'g r admin');
  assert.equal(
    await bench.refusal('DeletePolicy', { policyArn }),
    'DeleteConflict: Cannot delete a policy attached to entities.',
  );
});

test('policies that come with the service are read by everybody who may, and changed by nobody', async () => {
  const bench = newBench();
  const policyArn = BUILT_IN;
  assert.equal(at(await bench.result('GetPolicy', { policyArn }), 'policy', 'policyName'), 'Auditor');
  await bench.result('GetPolicyVersion', { policyArn, versionId: 'v1' });
  const changes: readonly (readonly [string, object])[] = [
    ['DeletePolicy', {}],
    ['CreatePolicyVersion', { policyDocument: text }],
    ['SetDefaultPolicyVersion', { versionId: 'v1' }],
    ['DeletePolicyVersion', { versionId: 'v1' }],
    ['TagPolicy', { tags: [{ key: 'a', value: 'b' }] }],
    ['UntagPolicy', { tagKeys: ['a'] }],
  ];
  for (const [name, more] of changes) {
    assert.equal(await bench.code(name, { policyArn, ...more }), 'Unmodifiable', name);
  }
});

test('policies of other accounts are denied, whether they exist or not', async () => {
  const bench = newBench();
  await bench.result('CreatePolicy', { policyDocument: text, policyName: 'Theirs' }, bench.stranger);
  await bench.policy('Theirs');
  for (const name of ['Theirs', 'None']) {
    const policyArn = iamArn(`policy/${name}`, OTHER_ACCOUNT);
    assert.equal(await bench.code('GetPolicy', { policyArn }), 'AccessDenied');
    assert.equal(await bench.code('AttachUserPolicy', { policyArn, userName: 'admin' }), 'NotFound');
  }
});
