import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import * as sdk from '@aws-sdk/client-iam';
import { NormalizedSchema } from '@smithy/core/schema';
import { iamOperations } from '../index.ts';
import { TestBench } from '../kms/service.test-fixture.ts';
import { at, iamArn, IamBench, policyOf, TRUST } from './iam.test-fixture.ts';

function newBench(): IamBench<TestBench> {
  return new IamBench(new TestBench(openMemoryStore()));
}

type Members = Readonly<Record<string, unknown>>;

/** What an operation hands to whoever completes its answer, beside the answer's own members. */
const SEAMS: Readonly<Record<string, string>> = {
  GetAccessKeyLastUsed: 'accessKeyId',
  GetServiceLastAccessedDetails: 'lastAccessedBy',
};

/** Where a structure's schema, a tuple, says how many of its members, from the first on, are required. */
const REQUIRED_COUNT = 6;

function outputOf(operation: string): NormalizedSchema {
  for (const exported of Object.values<unknown>(sdk)) {
    if (isOperation(exported) && exported[2] === operation) return NormalizedSchema.of(exported[5]);
  }
  throw new TypeError(`the SDK has no operation \`${operation}\``);
}

function isOperation(value: unknown): value is typeof sdk.CreateUser$ {
  return Array.isArray(value) && value[0] === 9;
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a value that is to be answered under a schema. */
function problems(schema: NormalizedSchema, value: unknown, path: string): readonly string[] {
  if (schema.isStructSchema()) return problemsOfMembers(schema, value, path);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap((item: unknown, index) =>
      problems(schema.getValueSchema(), item, `${path}.${index}`),
    );
  }
  if (schema.isMapSchema()) {
    if (!isMembers(value)) return [`${path} is no map`];
    return Object.entries(value).flatMap(([name, item]) =>
      problems(schema.getValueSchema(), item, `${path}.${name}`),
    );
  }
  const expected = schema.isBooleanSchema()
    ? 'boolean'
    : schema.isNumericSchema() || schema.isTimestampSchema()
      ? 'number'
      : 'string';
  return typeof value === expected ? [] : [`${path} is no ${expected}`];
}

function problemsOfMembers(schema: NormalizedSchema, value: unknown, path: string): readonly string[] {
  if (!isMembers(value)) return [`${path} is no structure`];
  const known = new Map(
    [...schema.structIterator()].map(([wire, member]) => [
      wire.charAt(0).toLowerCase() + wire.slice(1),
      member,
    ]),
  );
  const source: unknown = schema.getSchema();
  const count: unknown = Array.isArray(source) ? source[REQUIRED_COUNT] : 0;
  const required = [...known.keys()].slice(0, typeof count === 'number' ? count : 0);
  const present = Object.entries(value).filter(([, member]) => member !== undefined);
  const names = new Set(present.map(([name]) => name));
  return [
    ...required.filter((name) => !names.has(name)).map((name) => `${path}.${name} is missing`),
    ...present.flatMap(([name, member]) => {
      const memberSchema = known.get(name);
      if (memberSchema === undefined) return [`${path}.${name} is not answered`];
      return problems(memberSchema, member, `${path}.${name}`);
    }),
  ];
}

const user = { userName: 'ann' };
const group = { groupName: 'g' };
const role = { roleName: 'r' };
const policyArn = iamArn('policy/P');
const provider = { openIDConnectProviderArn: iamArn('oidc-provider/id.example') };
const tags = { tags: [{ key: 'a', value: 'b' }] };
const untag = { tagKeys: ['a'] };
const inline = { policyName: 'p' };
const document = { policyDocument: policyOf('Allow', 'kms:*') };
const boundary = { permissionsBoundary: policyArn };
const actionNames = ['kms:Encrypt'];
const resourceArns = ['arn:aws:kms:us-east-1:444455556666:key/k'];

/** Every operation but those that need what another one answered, in an order in which all succeed. */
const CALLS: readonly (readonly [string, Members])[] = [
  ['CreatePolicy', { ...document, ...tags, description: 'd', policyName: 'P' }],
  ['CreateUser', { ...boundary, ...tags, ...user }],
  ['CreateGroup', group],
  ['CreateRole', { ...boundary, ...tags, ...role, assumeRolePolicyDocument: TRUST, description: 'd' }],
  ['CreateOpenIDConnectProvider', { ...tags, clientIDList: ['c'], url: 'https://id.example' }],
  ['AddUserToGroup', { ...group, ...user }],
  ['AttachUserPolicy', { ...user, policyArn }],
  ['AttachGroupPolicy', { ...group, policyArn }],
  ['AttachRolePolicy', { ...role, policyArn }],
  ['PutUserPolicy', { ...document, ...inline, ...user }],
  ['PutGroupPolicy', { ...document, ...group, ...inline }],
  ['PutRolePolicy', { ...document, ...inline, ...role }],
  ['GetUser', user],
  ['GetGroup', group],
  ['GetRole', role],
  ['GetPolicy', { policyArn }],
  ['GetOpenIDConnectProvider', provider],
  ['GetUserPolicy', { ...inline, ...user }],
  ['GetGroupPolicy', { ...group, ...inline }],
  ['GetRolePolicy', { ...inline, ...role }],
  ['ListUsers', { maxItems: 1 }],
  ['ListGroups', {}],
  ['ListRoles', {}],
  ['ListPolicies', {}],
  ['ListOpenIDConnectProviders', {}],
  ['ListGroupsForUser', user],
  ['ListUserPolicies', user],
  ['ListGroupPolicies', group],
  ['ListRolePolicies', role],
  ['ListAttachedUserPolicies', user],
  ['ListAttachedGroupPolicies', group],
  ['ListAttachedRolePolicies', role],
  ['ListInstanceProfilesForRole', role],
  ['ListEntitiesForPolicy', { policyArn }],
  ['ListUserTags', user],
  ['ListRoleTags', role],
  ['ListPolicyTags', { policyArn }],
  ['ListOpenIDConnectProviderTags', provider],
  ['GetAccountAuthorizationDetails', {}],
  ['GetAccountSummary', {}],
  ['CreateAccountAlias', { accountAlias: 'alias' }],
  ['ListAccountAliases', {}],
  ['ListMFADevices', user],
  ['ListSSHPublicKeys', user],
  ['ListSigningCertificates', user],
  ['ListServiceSpecificCredentials', user],
  ['ListServiceSpecificCredentials', { allUsers: true }],
  ['ListVirtualMFADevices', {}],
  ['ListSAMLProviders', {}],
  ['ListServerCertificates', {}],
  ['ListInstanceProfiles', {}],
  ['DeleteAccountAlias', { accountAlias: 'alias' }],
  ['SimulatePrincipalPolicy', { actionNames, policySourceArn: iamArn('user/ann'), resourceArns }],
  ['SimulatePrincipalPolicy', { actionNames, policySourceArn: iamArn('role/r') }],
  [
    'SimulateCustomPolicy',
    {
      actionNames,
      callerArn: iamArn('user/ann'),
      policyInputList: [document.policyDocument],
      resourceArns,
      resourceOwner: '444455556666',
    },
  ],
  ['GetContextKeysForPrincipalPolicy', { policySourceArn: iamArn('group/g') }],
  ['GetContextKeysForCustomPolicy', { policyInputList: [document.policyDocument] }],
  ['CreatePolicyVersion', { ...document, policyArn }],
  ['ListPolicyVersions', { policyArn }],
  ['GetPolicyVersion', { policyArn, versionId: 'v2' }],
  ['SetDefaultPolicyVersion', { policyArn, versionId: 'v2' }],
  ['DeletePolicyVersion', { policyArn, versionId: 'v1' }],
  ['TagUser', { ...tags, ...user }],
  ['UntagUser', { ...untag, ...user }],
  ['TagRole', { ...role, ...tags }],
  ['UntagRole', { ...role, ...untag }],
  ['TagPolicy', { ...tags, policyArn }],
  ['UntagPolicy', { ...untag, policyArn }],
  ['TagOpenIDConnectProvider', { ...provider, ...tags }],
  ['UntagOpenIDConnectProvider', { ...provider, ...untag }],
  ['AddClientIDToOpenIDConnectProvider', { ...provider, clientID: 'd' }],
  ['RemoveClientIDFromOpenIDConnectProvider', { ...provider, clientID: 'd' }],
  ['UpdateOpenIDConnectProviderThumbprint', { ...provider, thumbprintList: ['0'.repeat(40)] }],
  ['PutUserPermissionsBoundary', { ...boundary, ...user }],
  ['DeleteUserPermissionsBoundary', user],
  ['PutRolePermissionsBoundary', { ...boundary, ...role }],
  ['DeleteRolePermissionsBoundary', role],
  ['UpdateRole', { ...role, maxSessionDuration: 7200 }],
  ['UpdateRoleDescription', { ...role, description: 'e' }],
  ['UpdateAssumeRolePolicy', { ...role, policyDocument: TRUST }],
  ['UpdateUser', { ...user, newPath: '/p/' }],
  ['UpdateGroup', { ...group, newPath: '/p/' }],
  ['DetachUserPolicy', { ...user, policyArn }],
  ['DetachGroupPolicy', { ...group, policyArn }],
  ['DetachRolePolicy', { ...role, policyArn }],
  ['DeleteUserPolicy', { ...inline, ...user }],
  ['DeleteGroupPolicy', { ...group, ...inline }],
  ['DeleteRolePolicy', { ...inline, ...role }],
  ['RemoveUserFromGroup', { ...group, ...user }],
  ['DeleteUser', user],
  ['DeleteGroup', group],
  ['DeleteRole', role],
  ['DeleteOpenIDConnectProvider', provider],
  ['DeletePolicy', { policyArn }],
];

/** Nobody has a password here. */
const REFUSED_TO_ALL = ['GetLoginProfile', 'DeleteLoginProfile'];

test('every operation answers what IAM answers, in form and type, and nothing that its answer loses', async () => {
  const bench = newBench();
  const done = new Set<string>();
  const run = async (name: string, params: Members): Promise<Members> => {
    const result = await bench.result(name, params);
    done.add(name);
    const { [SEAMS[name] ?? '']: seam, ...answer } = result;
    assert.equal(seam === undefined, SEAMS[name] === undefined, `${name}: the seam`);
    const output = outputOf(name);
    const found = output.isUnitSchema() ? Object.keys(answer) : problems(output, answer, name);
    assert.deepEqual(found, []);
    return result;
  };
  const admin = { userName: 'admin' };
  const made = await run('CreateAccessKey', admin);
  const accessKeyId = at(made['accessKey'], 'accessKeyId');
  await run('ListAccessKeys', admin);
  await run('GetAccessKeyLastUsed', { accessKeyId });
  await run('UpdateAccessKey', { ...admin, accessKeyId, status: 'Inactive' });
  await run('DeleteAccessKey', { ...admin, accessKeyId });
  const job = await run('GenerateServiceLastAccessedDetails', { arn: iamArn('user/admin') });
  await run('GetServiceLastAccessedDetails', { jobId: job['jobId'] });
  for (const [name, params] of CALLS) await run(name, params);
  for (const name of REFUSED_TO_ALL) {
    assert.equal(await bench.code(name, admin), 'NotFound', name);
    done.add(name);
  }
  assert.deepEqual([...done].sort(), [...iamOperations.keys()].sort());
});

test('whoever is allowed nothing is denied every operation, and each of these attempts is on the record', async () => {
  const bench = newBench();
  const nobody = await bench.user('nobody');
  const others: readonly (readonly [string, Members])[] = [
    ['CreateAccessKey', { userName: 'admin' }],
    ['ListAccessKeys', { userName: 'admin' }],
    ['GetAccessKeyLastUsed', { accessKeyId: bench.admin.credentialId }],
    ['UpdateAccessKey', { accessKeyId: bench.admin.credentialId, status: 'Inactive', userName: 'admin' }],
    ['DeleteAccessKey', { accessKeyId: bench.admin.credentialId, userName: 'admin' }],
    ['GenerateServiceLastAccessedDetails', { arn: iamArn('user/admin') }],
    ['GetServiceLastAccessedDetails', { jobId: 'x' }],
    ...REFUSED_TO_ALL.map((name): readonly [string, Members] => [name, { userName: 'admin' }]),
  ];
  for (const [name, params] of [...CALLS, ...others]) {
    assert.equal(await bench.code(name, params, nobody), 'AccessDenied', name);
    const event = bench.lastEvent();
    assert.equal(event.action, iamOperations.get(name)?.action);
    assert.equal(event.outcome, 'denied');
    assert.equal(event.decisions?.[0]?.permission, `iam:${name}`);
    assert.equal(event.change, undefined);
  }
});
