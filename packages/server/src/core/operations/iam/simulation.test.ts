import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import type { Caller } from '../index.ts';
import { place, TestBench } from '../kms/service.test-fixture.ts';
import { at, each, iamArn, IamBench, OTHER_ACCOUNT, policyOf, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

const PRINCIPAL = 'SimulatePrincipalPolicy';
const CUSTOM = 'SimulateCustomPolicy';
const policySourceArn = iamArn('user/ann');

async function benchWithAnn(document?: string): Promise<IamBench<TestBench>> {
  const bench = newBench();
  await bench.result('CreateUser', { tags: [{ key: 'team', value: 'red' }], userName: 'ann' });
  if (document !== undefined) {
    await bench.result('PutUserPolicy', { policyDocument: document, policyName: 'own', userName: 'ann' });
  }
  return bench;
}

/** The only result of a simulation of one action. */
async function simulated(bench: IamBench<TestBench>, name: string, params: object): Promise<unknown> {
  const { evaluationResults } = await bench.result(name, { ...params });
  return at(evaluationResults, 0);
}

test('the policies of a user, of its groups and of the request decide together', async () => {
  const bench = await benchWithAnn(policyOf('Allow', 'kms:Encrypt'));
  const policyArn = await bench.policy('Shared', policyOf('Allow', 'kms:Decrypt'));
  await bench.result('CreateGroup', { groupName: 'g' });
  await bench.result('AddUserToGroup', { groupName: 'g', userName: 'ann' });
  await bench.result('AttachGroupPolicy', { groupName: 'g', policyArn });
  const actionNames = ['kms:Encrypt', 'kms:Decrypt', 'kms:Sign', 'kms:Verify'];
  const policyInputList = [policyOf('Allow', 'kms:Verify'), policyOf('Deny', 'kms:Encrypt')];
  const { evaluationResults } = await bench.result(PRINCIPAL, {
    actionNames,
    policyInputList,
    policySourceArn,
  });
  assert.deepEqual(each(evaluationResults, 'evalActionName'), actionNames);
  assert.deepEqual(each(evaluationResults, 'evalDecision'), [
    'explicitDeny',
    'allowed',
    'implicitDeny',
    'allowed',
  ]);
  const sources = [0, 1, 2, 3].map((index) =>
    at(evaluationResults, index, 'matchedStatements', 0, 'sourcePolicyId'),
  );
  assert.deepEqual(sources, ['PolicyInputList.2', 'Shared', undefined, 'PolicyInputList.1']);
  assert.equal(at(evaluationResults, 1, 'matchedStatements', 0, 'sourcePolicyType'), 'user-managed');
  assert.equal(at(evaluationResults, 0, 'resourceSpecificResults'), undefined);
  assert.equal(at(evaluationResults, 0, 'evalDecisionDetails'), undefined);
  const event = bench.lastEvent();
  assert.equal(event.action, 'policy.simulate');
  assert.deepEqual(event.parameters?.['actions'], actionNames);
  assert.equal(event.parameters?.['entity'], policySourceArn);
});

test('statements that decided are told with their place in their text', async () => {
  const bench = await benchWithAnn(
    '{"Version":"2012-10-17","Statement":[\n  {"Effect":"Allow","Action":"kms:*","Resource":"*"}]}',
  );
  const result = await simulated(bench, PRINCIPAL, { actionNames: ['kms:Sign'], policySourceArn });
  assert.deepEqual(at(result, 'matchedStatements'), [
    {
      endPosition: { column: 53, line: 2 },
      sourcePolicyId: 'own',
      sourcePolicyType: 'user',
      startPosition: { column: 3, line: 2 },
    },
  ]);
});

test('the most restrictive decision over all resources stands first, and each of them is told', async () => {
  const some = 'arn:aws:s3:::bucket/a';
  const bench = await benchWithAnn(policyOf('Allow', 's3:GetObject', { Resource: some }));
  const resourceArns = [some, 'arn:aws:s3:::bucket/b'];
  const params = { actionNames: ['s3:GetObject'], policySourceArn };
  const result = await simulated(bench, PRINCIPAL, { ...params, resourceArns });
  assert.equal(at(result, 'evalDecision'), 'implicitDeny');
  assert.equal(at(result, 'evalResourceName'), '*');
  assert.deepEqual(at(result, 'matchedStatements'), []);
  assert.deepEqual(at(result, 'evalDecisionDetails'), {});
  const specific = at(result, 'resourceSpecificResults');
  assert.deepEqual(each(specific, 'evalResourceName'), resourceArns);
  assert.deepEqual(each(specific, 'evalResourceDecision'), ['allowed', 'implicitDeny']);
  assert.equal(each(at(specific, 0, 'matchedStatements'), 'sourcePolicyId').length, 1);
  const one = await simulated(bench, PRINCIPAL, { ...params, resourceArns: [some] });
  assert.deepEqual([at(one, 'evalDecision'), at(one, 'evalResourceName')], ['allowed', some]);
});

test('condition keys come from the request and from what is known of the user, and missing ones are told', async () => {
  const bench = await benchWithAnn(
    policyOf('Allow', 'kms:Decrypt', {
      Condition: {
        StringEquals: { 'aws:PrincipalTag/team': 'red', 'kms:EncryptionContext:tenant': 'a' },
        IpAddress: { 'aws:SourceIp': '192.0.2.0/24' },
      },
    }),
  );
  await bench.result('PutUserPolicy', {
    policyDocument: policyOf('Allow', 'kms:Sign', { Condition: { Bool: { 'aws:Other': 'true' } } }),
    policyName: 'other',
    userName: 'ann',
  });
  const params = { actionNames: ['kms:Decrypt'], policySourceArn };
  const without = await simulated(bench, PRINCIPAL, params);
  assert.equal(at(without, 'evalDecision'), 'implicitDeny');
  assert.deepEqual(at(without, 'missingContextValues'), ['aws:SourceIp', 'kms:EncryptionContext:tenant']);
  const entry = (contextKeyName: string, value: string): object => ({
    contextKeyName,
    contextKeyType: 'string',
    contextKeyValues: [value],
  });
  const contextEntries = [entry('KMS:EncryptionContext:tenant', 'a'), entry('aws:SourceIp', '192.0.2.1')];
  const allowed = await simulated(bench, PRINCIPAL, { ...params, contextEntries });
  assert.deepEqual([at(allowed, 'evalDecision'), at(allowed, 'missingContextValues')], ['allowed', []]);
  const blue = [...contextEntries, entry('aws:PrincipalTag/team', 'blue')];
  const overridden = await simulated(bench, PRINCIPAL, { ...params, contextEntries: blue });
  assert.equal(at(overridden, 'evalDecision'), 'implicitDeny');
});

test('a boundary, of the user or of the request, limits, and says so', async () => {
  const bench = await benchWithAnn(policyOf('Allow', 'kms:*'));
  const permissionsBoundary = await bench.policy('Limit', policyOf('Allow', 'kms:Encrypt'));
  await bench.result('PutUserPermissionsBoundary', { permissionsBoundary, userName: 'ann' });
  const params = { actionNames: ['kms:Decrypt'], policySourceArn };
  const own = await simulated(bench, PRINCIPAL, params);
  assert.equal(at(own, 'evalDecision'), 'implicitDeny');
  assert.deepEqual(at(own, 'permissionsBoundaryDecisionDetail'), { allowedByPermissionsBoundary: false });
  const permissionsBoundaryPolicyInputList = [policyOf('Allow', '*')];
  const given = await simulated(bench, PRINCIPAL, { ...params, permissionsBoundaryPolicyInputList });
  assert.equal(at(given, 'evalDecision'), 'allowed');
  assert.deepEqual(at(given, 'permissionsBoundaryDecisionDetail'), { allowedByPermissionsBoundary: true });
  const two = [...permissionsBoundaryPolicyInputList, ...permissionsBoundaryPolicyInputList];
  assert.equal(
    await bench.code(PRINCIPAL, { ...params, permissionsBoundaryPolicyInputList: two }),
    'InvalidInput',
  );
});

test('guardrails of the request limit on each of their levels', async () => {
  const bench = newBench();
  const custom = async (levels: readonly (readonly string[])[]): Promise<unknown> => {
    const orderedOrganizationPolicyInputList = levels.map((serviceControlPolicyInputList) => ({
      serviceControlPolicyInputList,
    }));
    return simulated(bench, CUSTOM, {
      actionNames: ['kms:Decrypt'],
      orderedOrganizationPolicyInputList,
      policyInputList: [policyOf('Allow', 'kms:*')],
    });
  };
  const wide = policyOf('Allow', '*');
  const allowed = await custom([[wide], [wide]]);
  assert.equal(at(allowed, 'evalDecision'), 'allowed');
  assert.deepEqual(at(allowed, 'organizationsDecisionDetail'), { allowedByOrganizations: true });
  const denied = await custom([[wide], [policyOf('Allow', 'iam:*')]]);
  assert.equal(at(denied, 'evalDecision'), 'implicitDeny');
  assert.deepEqual(at(denied, 'organizationsDecisionDetail'), { allowedByOrganizations: false });
  assert.equal(at(await custom([[wide, policyOf('Deny', 'kms:*')]]), 'evalDecision'), 'explicitDeny');
  assert.equal(at(await custom([]), 'organizationsDecisionDetail'), undefined);
});

test('across accounts both sides must allow, and both are told', async () => {
  const bench = await benchWithAnn(policyOf('Allow', 'kms:Decrypt'));
  const resource = `arn:aws:kms:us-east-1:${OTHER_ACCOUNT}:key/k`;
  const params = {
    actionNames: ['kms:Decrypt'],
    policySourceArn,
    resourceArns: [resource],
    resourceOwner: iamArn('root', OTHER_ACCOUNT),
  };
  const resourcePolicy = policyOf('Allow', 'kms:*', { Principal: { AWS: policySourceArn } });
  const allowed = await simulated(bench, PRINCIPAL, { ...params, resourcePolicy });
  assert.equal(at(allowed, 'evalDecision'), 'allowed');
  assert.deepEqual(at(allowed, 'evalDecisionDetails'), {
    'IAM Policy': 'allowed',
    'Resource Policy': 'allowed',
  });
  assert.deepEqual(each(at(allowed, 'matchedStatements'), 'sourcePolicyId'), ['own', 'ResourcePolicy']);
  const denied = await simulated(bench, PRINCIPAL, params);
  assert.equal(at(denied, 'evalDecision'), 'implicitDeny');
  assert.deepEqual(at(denied, 'evalDecisionDetails'), {
    'IAM Policy': 'allowed',
    'Resource Policy': 'implicitDeny',
  });
  assert.equal(await bench.code(PRINCIPAL, { ...params, resourceOwner: 'x' }), 'InvalidInput');
});

test('the policy and the tags of a key of the account take part by themselves', async () => {
  const bench = await benchWithAnn(
    policyOf('Allow', 'kms:Decrypt', { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'test' } } }),
  );
  const { admin } = bench;
  const tags = bench.bench.structures([{ tagKey: 'stage', tagValue: 'test' }]);
  const keyId = await bench.bench.createKey(admin, { tags });
  const resource = `arn:aws:kms:${place.region}:${place.account}:key/${keyId}`;
  const params = { actionNames: ['kms:Decrypt'], policySourceArn, resourceArns: [resource] };
  const allowed = await simulated(bench, PRINCIPAL, params);
  assert.equal(at(allowed, 'evalDecision'), 'allowed');
  assert.deepEqual(each(at(allowed, 'matchedStatements'), 'sourcePolicyType'), ['user', 'resource']);
  const policy = policyOf('Deny', 'kms:Decrypt', { Principal: '*' });
  await bench.bench.result(admin, 'PutKeyPolicy', {
    bypassPolicyLockoutSafetyCheck: true,
    keyId,
    policy,
    policyName: 'default',
  });
  const denied = await simulated(bench, PRINCIPAL, params);
  assert.equal(at(denied, 'evalDecision'), 'explicitDeny');
  assert.deepEqual(each(at(denied, 'matchedStatements'), 'sourcePolicyId'), ['default']);
  const resourcePolicy = policyOf('Allow', 'kms:*', { Principal: { AWS: policySourceArn } });
  const proposed = await simulated(bench, PRINCIPAL, { ...params, resourcePolicy });
  assert.equal(at(proposed, 'evalDecision'), 'allowed');
  const stranger = await bench.result(
    CUSTOM,
    { actionNames: ['kms:Decrypt'], policyInputList: [policyOf('Allow', '*')], resourceArns: [resource] },
    bench.stranger,
  );
  assert.equal(at(stranger['evaluationResults'], 0, 'evalDecision'), 'allowed');
});

test('of another account nothing is looked up, neither keys nor users', async () => {
  const bench = newBench();
  const keyId = await bench.bench.createKey(bench.stranger);
  const prefix = `arn:aws:kms:${place.region}:${place.account}:key/`;
  const allowed = await simulated(bench, CUSTOM, {
    actionNames: ['kms:Decrypt'],
    policyInputList: [policyOf('Allow', '*')],
    resourceArns: [`${prefix}${keyId}`],
  });
  assert.equal(at(allowed, 'evalDecision'), 'allowed');
  const ownKeyId = await bench.bench.createKey(bench.admin);
  const foreign = await simulated(bench, CUSTOM, {
    actionNames: ['kms:Decrypt'],
    policyInputList: [policyOf('Allow', '*')],
    resourceArns: [`${prefix}${ownKeyId}`],
    resourceOwner: OTHER_ACCOUNT,
  });
  assert.equal(at(foreign, 'evalDecision'), 'implicitDeny');
  for (const callerArn of [bench.stranger.principalArn, undefined]) {
    const result = await simulated(bench, CUSTOM, {
      actionNames: ['kms:Decrypt'],
      callerArn,
      policyInputList: [
        policyOf('Allow', '*', { Condition: { StringLike: { 'aws:username': '*', 'aws:userid': '*' } } }),
      ],
    });
    assert.deepEqual(at(result, 'missingContextValues'), ['aws:userid', 'aws:username']);
  }
});

test('the guardrails of the account limit its entities', async () => {
  const bench = newBench();
  const guardrails = [{ document: policyOf('Allow', 'iam:*'), name: 'iam only' }];
  bench.bench.changeOrganization({ guardrails });
  const simulate = async (caller: Caller): Promise<unknown> => {
    const params = { actionNames: ['kms:Encrypt'], policySourceArn: caller.principalArn };
    const { evaluationResults } = await bench.result(PRINCIPAL, params, caller);
    return at(evaluationResults, 0);
  };
  const limited = await simulate(bench.stranger);
  assert.equal(at(limited, 'evalDecision'), 'implicitDeny');
  assert.deepEqual(at(limited, 'organizationsDecisionDetail'), { allowedByOrganizations: false });
  assert.equal(at(await simulate(bench.admin), 'evalDecision'), 'allowed');
});

test('roles and groups are simulated too, and a caller may be named', async () => {
  const bench = newBench();
  const policyDocument = policyOf('Allow', 'kms:Encrypt');
  await bench.result('CreateRole', { assumeRolePolicyDocument: TRUST, roleName: 'r' });
  await bench.result('PutRolePolicy', { policyDocument, policyName: 'p', roleName: 'r' });
  await bench.result('CreateGroup', { groupName: 'g' });
  await bench.result('PutGroupPolicy', { groupName: 'g', policyDocument, policyName: 'p' });
  const actionNames = ['kms:Encrypt'];
  for (const source of ['role/r', 'group/g']) {
    const result = await simulated(bench, PRINCIPAL, { actionNames, policySourceArn: iamArn(source) });
    assert.equal(at(result, 'evalDecision'), 'allowed', source);
    assert.equal(at(result, 'matchedStatements', 0, 'sourcePolicyType'), source.slice(0, -2));
  }
  const resourcePolicy = policyOf('Allow', 'kms:*', { Principal: { AWS: iamArn('role/r') } });
  const forRole = { actionNames, policySourceArn: iamArn('role/r'), resourcePolicy };
  const sources = each(at(await simulated(bench, PRINCIPAL, forRole), 'matchedStatements'), 'sourcePolicyId');
  assert.deepEqual(sources, ['p', 'ResourcePolicy']);
  const forGroup = { ...forRole, policySourceArn: iamArn('group/g') };
  assert.match(await bench.refusal(PRINCIPAL, forGroup), /^InvalidInput: CallerArn is required/);
  const named = await simulated(bench, PRINCIPAL, { ...forGroup, callerArn: iamArn('role/r') });
  assert.equal(at(named, 'evalDecision'), 'allowed');
  const callerArn = 'arn:aws:s3:::bucket';
  assert.equal(await bench.code(PRINCIPAL, { ...forGroup, callerArn }), 'InvalidInput');
});

test('a simulation answers in pages of whole actions, each with all resources', async () => {
  const bench = newBench();
  const actionNames = Array.from({ length: 5 }, (_, index) => `kms:Act${index}`);
  const resourceArns = Array.from({ length: 130 }, (_, index) => `arn:aws:s3:::b/${index}`);
  const params = { actionNames, policyInputList: [policyOf('Allow', '*')], resourceArns };
  const seen: unknown[] = [];
  let marker: unknown;
  do {
    const page = await bench.result(CUSTOM, { ...params, marker });
    seen.push(...each(page['evaluationResults'], 'evalActionName'));
    const specific = at(page['evaluationResults'], 0, 'resourceSpecificResults');
    assert.equal(each(specific, 'evalResourceName').length, resourceArns.length);
    marker = page['marker'];
  } while (marker !== undefined);
  assert.deepEqual(seen, actionNames);
});

test('what cannot be simulated is refused', async () => {
  const bench = await benchWithAnn();
  const params = { actionNames: ['kms:Encrypt'], policySourceArn };
  assert.equal(await bench.code(PRINCIPAL, { ...params, actionNames: ['kms:*'] }), 'InvalidInput');
  assert.equal(await bench.code(PRINCIPAL, { ...params, policyInputList: ['{}'] }), 'InvalidInput');
  assert.equal(await bench.code(PRINCIPAL, { ...params, resourcePolicy: '{}' }), 'InvalidInput');
  assert.equal(await bench.code(PRINCIPAL, { ...params, policyExclusionList: [] }), 'Unsupported');
  const policy = await bench.policy('P');
  assert.equal(await bench.code(PRINCIPAL, { ...params, policySourceArn: policy }), 'InvalidInput');
  const resourceArns = Array.from({ length: 1001 }, (_, index) => `arn:aws:s3:::b/${index}`);
  assert.equal(await bench.code(PRINCIPAL, { ...params, resourceArns }), 'InvalidInput');
  const none = iamArn('user/none');
  assert.equal(await bench.code(PRINCIPAL, { ...params, policySourceArn: none }), 'NotFound');
  const nobody = await bench.user('nobody');
  for (const arn of [none, policySourceArn]) {
    assert.equal(await bench.code(PRINCIPAL, { ...params, policySourceArn: arn }, nobody), 'AccessDenied');
  }
  assert.equal(await bench.code(CUSTOM, { ...params, policyInputList: [] }, nobody), 'AccessDenied');
});

test('the condition keys and variables of policies are told, each once', async () => {
  const document = policyOf('Allow', 'kms:Decrypt', {
    Condition: {
      StringEquals: { 'aws:PrincipalTag/team': `\${aws:ResourceTag/team}` },
      Null: { 'AWS:sourceip': 'true' },
    },
    Resource: `arn:aws:kms:*:*:key/\${aws:username, 'x'}\${*}`,
  });
  const bench = await benchWithAnn(document);
  const own = await bench.result('GetContextKeysForPrincipalPolicy', {
    policyInputList: [policyOf('Deny', '*', { Condition: { Null: { 'aws:SourceIp': 'true' } } })],
    policySourceArn,
  });
  const expected = ['AWS:sourceip', 'aws:PrincipalTag/team', 'aws:ResourceTag/team', 'aws:username'];
  assert.deepEqual(own['contextKeyNames'], expected);
  const custom = await bench.result('GetContextKeysForCustomPolicy', { policyInputList: [document] });
  assert.deepEqual(custom['contextKeyNames'], expected);
  assert.equal(bench.lastEvent().action, 'policy.read-context-keys');
});
