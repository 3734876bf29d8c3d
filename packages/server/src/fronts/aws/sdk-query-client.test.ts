import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  EntityAlreadyExistsException,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  IAMClient,
  NoSuchEntityException,
  SimulatePrincipalPolicyCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam';
import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  IDPRejectedClaimException,
  STSClient,
} from '@aws-sdk/client-sts';
import { type Caller, type Operation, OperationError, stsOperations } from '../../core/operations/index.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import type { QueryParts } from './query.ts';
import { answerer, echo, notSigned, signedBy } from './query.test-fixture.ts';
import { serve } from './sdk-server.test-fixture.ts';

const POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}';
const ROLE_ARN = `arn:aws:iam::${place.account}:role/team/app`;
const CREATED_MS = 1_800_000_000_000;

interface Setup {
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly bench: TestBench;
}

/** The SDKs as they are, against a front with these operations. Signatures have a suite of their own. */
async function connect(
  t: TestContext,
  operations: readonly Operation[],
  verdictOf: (ann: Caller) => SignatureVerdict,
  more: Partial<QueryParts> = {},
): Promise<Setup> {
  const bench = new TestBench(openMemoryStore());
  const ann = bench.addUser('ann');
  const port = await serve(t, bench, answerer(bench.service, operations, verdictOf(ann), more));
  const settings = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: ann.credentialId, secretAccessKey: 'unchecked here' },
    maxAttempts: 1,
  };
  const iam = new IAMClient(settings);
  const sts = new STSClient(settings);
  t.after(() => {
    iam.destroy();
    sts.destroy();
  });
  return { iam, sts, bench };
}

const forIam = (ann: Caller): SignatureVerdict => signedBy(ann, 'iam');
const forSts = (ann: Caller): SignatureVerdict => signedBy(ann, 'sts');

function refusing(name: string, error: OperationError): Operation {
  return {
    name,
    action: 'test.refuse',
    run(): never {
      throw error;
    },
  };
}

test('what the SDK writes is what an operation reads: texts, tags, policies, numbers', async (t) => {
  const role = {
    path: '/team/',
    roleName: 'app',
    roleId: 'AROAEXAMPLE',
    arn: ROLE_ARN,
    createDate: CREATED_MS,
    assumeRolePolicyDocument: POLICY,
    tags: [{ key: 'a', value: '' }],
  };
  const createRole = echo('CreateRole', { role });
  const { iam } = await connect(t, [createRole.operation], forIam);
  const created = await iam.send(
    new CreateRoleCommand({
      RoleName: 'app',
      Path: '/team/',
      AssumeRolePolicyDocument: POLICY,
      Description: 'für + & = %\n',
      MaxSessionDuration: 7200,
      Tags: [
        { Key: 'team', Value: 'größe + 1' },
        { Key: 'b', Value: '' },
      ],
    }),
  );
  const { params } = createRole.asked();
  assert.equal(params.text('assumeRolePolicyDocument'), POLICY);
  assert.equal(params.text('description'), 'für + & = %\n');
  assert.equal(params.number('maxSessionDuration'), 7200);
  assert.deepEqual(
    params.structures('tags').map((tag) => [tag.text('key'), tag.text('value')]),
    [
      ['team', 'größe + 1'],
      ['b', ''],
    ],
  );
  assert.equal(decodeURIComponent(created.Role?.AssumeRolePolicyDocument ?? ''), POLICY);
  assert.deepEqual(created.Role?.CreateDate, new Date(CREATED_MS));
  assert.deepEqual(created.Role.Tags, [{ Key: 'a', Value: '' }]);
});

test('what an operation answers is what the SDK reads: the details of an account', async (t) => {
  const user = {
    path: '/',
    userName: 'ann',
    userId: 'AIDAEXAMPLE',
    arn: `arn:aws:iam::${place.account}:user/ann`,
    createDate: CREATED_MS,
    userPolicyList: [{ policyName: 'inline', policyDocument: POLICY }],
    groupList: ['admins', 'a&b'],
    attachedManagedPolicies: [{ policyName: 'p', policyArn: 'arn:aws:iam::aws:policy/p' }],
    permissionsBoundary: {
      permissionsBoundaryType: 'PermissionsBoundaryPolicy',
      permissionsBoundaryArn: 'arn:aws:iam::aws:policy/b',
    },
    tags: [],
  };
  const policyVersionList = [
    { versionId: 'v2', isDefaultVersion: true, document: POLICY, createDate: CREATED_MS + 1 },
    { versionId: 'v1', isDefaultVersion: false, document: '{}', createDate: CREATED_MS },
  ];
  const details = echo('GetAccountAuthorizationDetails', {
    userDetailList: [user],
    groupDetailList: [],
    roleDetailList: [
      { roleName: 'app', assumeRolePolicyDocument: POLICY, instanceProfileList: [], rolePolicyList: [] },
    ],
    policies: [{ policyName: 'p', attachmentCount: 2, isAttachable: true, policyVersionList }],
    isTruncated: true,
    marker: 'next',
  });
  const { iam } = await connect(t, [details.operation], forIam);
  const answer = await iam.send(
    new GetAccountAuthorizationDetailsCommand({ Filter: ['User', 'Role'], MaxItems: 5 }),
  );
  assert.deepEqual(details.asked().params.texts('filter'), ['User', 'Role']);
  const [ann] = answer.UserDetailList ?? [];
  assert.deepEqual(ann?.GroupList, ['admins', 'a&b']);
  assert.deepEqual([ann.CreateDate, ann.Tags], [new Date(CREATED_MS), []]);
  assert.equal(decodeURIComponent(ann.UserPolicyList?.[0]?.PolicyDocument ?? ''), POLICY);
  assert.equal(ann.PermissionsBoundary?.PermissionsBoundaryArn, 'arn:aws:iam::aws:policy/b');
  assert.deepEqual(answer.GroupDetailList, []);
  const [policy] = answer.Policies ?? [];
  assert.deepEqual([policy?.AttachmentCount, policy?.IsAttachable], [2, true]);
  assert.deepEqual(
    policy?.PolicyVersionList?.map(({ VersionId, IsDefaultVersion, CreateDate }) => [
      VersionId,
      IsDefaultVersion,
      CreateDate?.getTime(),
    ]),
    [
      ['v2', true, CREATED_MS + 1],
      ['v1', false, CREATED_MS],
    ],
  );
  assert.deepEqual([answer.IsTruncated, answer.Marker], [true, 'next']);
});

test('lists in lists, maps, empty lists and answers without content go through', async (t) => {
  const simulate = echo('SimulatePrincipalPolicy', {
    evaluationResults: [
      {
        evalActionName: 'kms:Decrypt',
        evalDecision: 'allowed',
        matchedStatements: [{ sourcePolicyId: 'p', startPosition: { line: 1, column: 2 } }],
        evalDecisionDetails: { 'IAM Policy': 'allowed' },
      },
    ],
    isTruncated: false,
  });
  const summary = echo('GetAccountSummary', { summaryMap: { Users: 2, Groups: 0 } });
  const thumbprints = echo('UpdateOpenIDConnectProviderThumbprint');
  const operations = [
    simulate.operation,
    summary.operation,
    thumbprints.operation,
    echo('DeleteUser').operation,
  ];
  const { iam } = await connect(t, operations, forIam);
  const simulated = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: ROLE_ARN,
      ActionNames: ['kms:Decrypt', 'kms:Encrypt'],
      ContextEntries: [
        { ContextKeyName: 'aws:SourceIp', ContextKeyType: 'ipList', ContextKeyValues: ['::1', '10.0.0.1'] },
      ],
    }),
  );
  const [entry] = simulate.asked().params.structures('contextEntries');
  assert.deepEqual(entry?.texts('contextKeyValues'), ['::1', '10.0.0.1']);
  const [evaluation] = simulated.EvaluationResults ?? [];
  assert.deepEqual(evaluation?.EvalDecisionDetails, { 'IAM Policy': 'allowed' });
  assert.deepEqual(evaluation.MatchedStatements?.[0]?.StartPosition, { Line: 1, Column: 2 });
  assert.deepEqual((await iam.send(new GetAccountSummaryCommand({}))).SummaryMap, { Users: 2, Groups: 0 });
  await iam.send(
    new UpdateOpenIDConnectProviderThumbprintCommand({
      OpenIDConnectProviderArn: ROLE_ARN,
      ThumbprintList: [],
    }),
  );
  assert.equal(thumbprints.asked().params.has('thumbprintList'), true);
  const deleted = await iam.send(new DeleteUserCommand({ UserName: 'bob' }));
  assert.match(deleted.$metadata.requestId ?? '', /^request-/);
});

test('the SDK makes its own typed errors of ours', async (t) => {
  const exists = new OperationError('AlreadyExists', 'User with name ann already exists.');
  const absent = new OperationError('NotFound', 'The user with name <bob> cannot be found.');
  const { iam } = await connect(t, [refusing('CreateUser', exists), refusing('DeleteUser', absent)], forIam);
  await assert.rejects(iam.send(new CreateUserCommand({ UserName: 'ann' })), EntityAlreadyExistsException);
  await assert.rejects(iam.send(new DeleteUserCommand({ UserName: 'bob' })), (error) => {
    assert.ok(error instanceof NoSuchEntityException);
    assert.equal(error.message, absent.message);
    assert.equal(error.$metadata.httpStatusCode, 404);
    return true;
  });
  await assert.rejects(iam.send(new CreateAccessKeyCommand({})), { name: 'NotImplemented' });
});

test('sessions are asked for and handed out', async (t) => {
  const credentials = {
    accessKeyId: 'ASIAEXAMPLE',
    secretAccessKey: 'a/b+c=',
    sessionToken: 'A//b+=',
    expiration: CREATED_MS,
  };
  const assumeRole = echo('AssumeRole', { credentials, packedPolicySize: 3 });
  const { sts, bench } = await connect(t, [assumeRole.operation], forSts);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: ROLE_ARN,
      RoleSessionName: 'one',
      PolicyArns: [{ arn: 'arn:aws:iam::aws:policy/a' }, { arn: 'arn:aws:iam::aws:policy/b' }],
      TransitiveTagKeys: ['team'],
    }),
  );
  assert.deepEqual(Credentials, {
    AccessKeyId: 'ASIAEXAMPLE',
    SecretAccessKey: 'a/b+c=',
    SessionToken: 'A//b+=',
    Expiration: new Date(CREATED_MS),
  });
  const { params } = assumeRole.asked();
  assert.deepEqual(
    params.structures('policyArns').map((policy) => policy.text('arn')),
    ['arn:aws:iam::aws:policy/a', 'arn:aws:iam::aws:policy/b'],
  );
  assert.deepEqual(params.texts('transitiveTagKeys'), ['team']);
  for (const entry of bench.entries()) assert.ok(!entry.includes('a/b+c='));
  await assert.rejects(sts.send(new AssumeRoleCommand({ RoleArn: ROLE_ARN, RoleSessionName: 'a b' })), {
    name: 'ValidationError',
    message:
      "1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
  });
});

test('the SDK finds out who it is', async (t) => {
  const getCallerIdentity = stsOperations.get('GetCallerIdentity');
  assert.ok(getCallerIdentity !== undefined);
  const { sts } = await connect(t, [{ ...getCallerIdentity, name: 'GetCallerIdentity' }], forSts);
  const { Account, Arn } = await sts.send(new GetCallerIdentityCommand({}));
  assert.deepEqual([Account, Arn], [place.account, `arn:aws:iam::${place.account}:user/ann`]);
});

test('the SDK shows an identity token, and is told why it is refused', async (t) => {
  const { operation } = echo('AssumeRoleWithWebIdentity');
  const tokens: string[] = [];
  const { sts } = await connect(t, [{ ...operation, takesWebIdentity: true }], () => notSigned, {
    verifyWebIdentity: (params) => {
      tokens.push(params.text('webIdentityToken'));
      const code = 'IdentityProviderRejectedClaim';
      return Promise.resolve({ kind: 'refused', code, message: 'the token is not valid yet' });
    },
  });
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: ROLE_ARN,
    RoleSessionName: 'pod',
    WebIdentityToken: 'a.b+c.d',
  });
  await assert.rejects(sts.send(command), IDPRejectedClaimException);
  assert.deepEqual(tokens, ['a.b+c.d']);
});
