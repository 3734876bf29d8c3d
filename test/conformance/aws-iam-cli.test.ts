import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { type AccessKey, type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { missing, runClient } from './python-clients.ts';

const POLICY = policy('kms:ListKeys');

function policy(...actions: readonly string[]): string {
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

suite('aws iam, unmodified', { skip: missing('aws') }, () => {
  const folder = temporaryFolder();
  let server: RunningServer;

  before(async () => {
    server = await startServer(folder.path);
  });

  after(async () => {
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  function run(args: readonly string[], key?: AccessKey): ReturnType<typeof runClient> {
    assert.ok(server.administrator !== undefined);
    return runClient('aws', args, server.endpoint, key ?? server.administrator);
  }

  /** Runs a command of IAM that must succeed, and answers what it printed. */
  function iam(...args: readonly string[]): string {
    const { code, out, error } = run(['iam', ...args]);
    assert.equal(code, 0, error);
    return out.trim();
  }

  /** What a query over the answer finds, as JSON. */
  function ask(query: string, ...args: readonly string[]): unknown {
    return JSON.parse(iam(...args, '--output', 'json', '--query', query));
  }

  /** Runs a command that the service must refuse, and answers the line that says why. */
  function refusal(args: readonly string[], key?: AccessKey): string {
    const { code, error } = run(['iam', ...args], key);
    // Version 1 of the AWS CLI ends with the one, version 2 with the other.
    assert.ok(code === 255 || code === 254, error);
    return error.trim().replace(/^aws: \[ERROR\]: /, '');
  }

  function arn(resource: string): string {
    return `arn:aws:iam::${server.account}:${resource}`;
  }

  test('users are made once, found whatever the case, and listed in pages of any size', () => {
    iam('create-user', '--user-name', 'Ann', '--path', '/people/', '--tags', 'Key=team,Value=a b');
    const asked = ask('User.[Arn,Tags[0].Value]', 'get-user', '--user-name', 'ANN');
    assert.deepEqual(asked, [arn('user/people/Ann'), 'a b']);
    assert.equal(ask('User.UserName', 'get-user'), 'admin');
    assert.equal(
      refusal(['create-user', '--user-name', 'ann']),
      'An error occurred (EntityAlreadyExists) when calling the CreateUser operation: ' +
        'User with name ann already exists.',
    );
    assert.equal(
      refusal(['get-user', '--user-name', 'nobody']),
      'An error occurred (NoSuchEntity) when calling the GetUser operation: ' +
        'The user with name nobody cannot be found.',
    );
    for (const name of ['bob', 'cid', 'dan']) iam('create-user', '--user-name', name);
    assert.deepEqual(ask('Users[].UserName', 'list-users', '--page-size', '1'), [
      'admin',
      'Ann',
      'bob',
      'cid',
      'dan',
    ]);
    const first = ['list-users', '--page-size', '2', '--max-items', '3'];
    assert.deepEqual(ask('Users[].UserName', ...first), ['admin', 'Ann', 'bob']);
    const token = String(ask('NextToken', ...first));
    assert.deepEqual(ask('Users[].UserName', ...first, '--starting-token', token), ['cid', 'dan']);
    assert.deepEqual(ask('Users[].UserName', 'list-users', '--path-prefix', '/people/'), ['Ann']);
    iam('tag-user', '--user-name', 'Ann', '--tags', 'Key=site,Value=x');
    iam('untag-user', '--user-name', 'Ann', '--tag-keys', 'team');
    assert.deepEqual(ask('Tags', 'list-user-tags', '--user-name', 'Ann'), [{ Key: 'site', Value: 'x' }]);
  });

  test('groups, policies with versions, and boundaries give and take access', () => {
    const { accessKeyId, secretAccessKey } = newKey('bob');
    const bob = { accessKeyId, secretAccessKey };
    const listKeys = (): ReturnType<typeof runClient> => run(['kms', 'list-keys'], bob);
    assert.match(
      listKeys().error,
      /\(AccessDeniedException\) when calling the ListKeys operation: User: arn:aws:iam::\d{12}:user\/bob is not authorized to perform: kms:ListKeys/,
    );
    iam('create-group', '--group-name', 'Readers');
    iam('add-user-to-group', '--group-name', 'Readers', '--user-name', 'bob');
    assert.deepEqual(ask('Users[].UserName', 'get-group', '--group-name', 'readers'), ['bob']);
    assert.deepEqual(ask('Groups[].GroupName', 'list-groups-for-user', '--user-name', 'bob'), ['Readers']);
    iam('create-policy', '--policy-name', 'list', '--policy-document', POLICY);
    const named = ['--policy-arn', arn('policy/list')];
    iam('attach-group-policy', '--group-name', 'Readers', ...named);
    assert.equal(listKeys().code, 0);
    const version = ['create-policy-version', ...named, '--set-as-default', '--policy-document'];
    iam(...version, policy('kms:ListAliases'));
    assert.notEqual(listKeys().code, 0);
    assert.deepEqual(ask('Versions[].[VersionId,IsDefaultVersion]', 'list-policy-versions', ...named), [
      ['v2', true],
      ['v1', false],
    ]);
    iam('set-default-policy-version', ...named, '--version-id', 'v1');
    assert.deepEqual(
      ask('PolicyVersion.Document', 'get-policy-version', ...named, '--version-id', 'v1'),
      JSON.parse(POLICY),
    );
    assert.equal(listKeys().code, 0);
    iam('create-policy', '--policy-name', 'limit', '--policy-document', policy('kms:DescribeKey'));
    iam('put-user-permissions-boundary', '--user-name', 'bob', '--permissions-boundary', arn('policy/limit'));
    assert.match(listKeys().error, /because no permissions boundary allows the kms:ListKeys action/);
    const simulated = ['simulate-principal-policy', '--policy-source-arn', arn('user/bob')];
    const decision =
      'EvaluationResults[0].[EvalDecision,PermissionsBoundaryDecisionDetail.AllowedByPermissionsBoundary]';
    const actions = ['--action-names', 'kms:ListKeys'];
    assert.deepEqual(ask(decision, ...simulated, ...actions), ['implicitDeny', false]);
    iam('delete-user-permissions-boundary', '--user-name', 'bob');
    assert.deepEqual(ask(decision, ...simulated, ...actions), ['allowed', null]);
    assert.match(
      refusal(['delete-policy', ...named]),
      /\(DeleteConflict\) when calling the DeletePolicy operation/,
    );
    iam('detach-group-policy', '--group-name', 'Readers', ...named);
    assert.notEqual(listKeys().code, 0);
    assert.match(
      refusal(['delete-user', '--user-name', 'bob']),
      /\(DeleteConflict\).*must delete access keys first\.$/,
    );
  });

  test('access keys are rotated, and the old one ends at once', () => {
    const old = newKey('cid');
    const caller = ['sts', 'get-caller-identity'];
    assert.equal(run(caller, old).code, 0);
    const used = ask(
      'AccessKeyLastUsed.[ServiceName,Region]',
      'get-access-key-last-used',
      '--access-key-id',
      old.accessKeyId,
    );
    assert.deepEqual(used, ['sts', 'us-east-1']);
    const next = newKey('cid');
    assert.match(
      refusal(['create-access-key', '--user-name', 'cid']),
      /\(LimitExceeded\).*AccessKeysPerUser: 2$/,
    );
    const named = ['--user-name', 'cid', '--access-key-id', old.accessKeyId];
    iam('update-access-key', ...named, '--status', 'Inactive');
    assert.match(
      run(caller, old).error,
      /\(InvalidClientTokenId\).*The security token included in the request is invalid/,
    );
    iam('delete-access-key', ...named);
    assert.deepEqual(ask('AccessKeyMetadata[].AccessKeyId', 'list-access-keys', '--user-name', 'cid'), [
      next.accessKeyId,
    ]);
    assert.equal(run(caller, next).code, 0);
  });

  test('an account tells what is in it, what was used, and what it never has', () => {
    const details = ['get-account-authorization-details', '--filter', 'LocalManagedPolicy', 'User'];
    assert.deepEqual(ask('Policies[].PolicyName', ...details), ['limit', 'list']);
    assert.deepEqual(ask("UserDetailList[?UserName=='bob'].GroupList", ...details), [['Readers']]);
    iam('create-account-alias', '--account-alias', 'acme');
    assert.deepEqual(ask('AccountAliases', 'list-account-aliases'), ['acme']);
    const job = String(ask('JobId', 'generate-service-last-accessed-details', '--arn', arn('user/admin')));
    assert.deepEqual(
      ask(
        "[JobStatus,ServicesLastAccessed[?ServiceNamespace=='iam'].LastAuthenticatedEntity]",
        'get-service-last-accessed-details',
        '--job-id',
        job,
      ),
      ['COMPLETED', [arn('user/admin')]],
    );
    const provider = arn('oidc-provider/id.example.com');
    iam(
      'create-open-id-connect-provider',
      '--url',
      'https://id.example.com',
      '--client-id-list',
      'keywitness',
    );
    assert.deepEqual(ask('OpenIDConnectProviderList[].Arn', 'list-open-id-connect-providers'), [provider]);
    for (const [command, member] of [
      ['list-mfa-devices', 'MFADevices'],
      ['list-ssh-public-keys', 'SSHPublicKeys'],
      ['list-signing-certificates', 'Certificates'],
      ['list-service-specific-credentials', 'ServiceSpecificCredentials'],
      ['list-virtual-mfa-devices', 'VirtualMFADevices'],
      ['list-saml-providers', 'SAMLProviderList'],
      ['list-server-certificates', 'ServerCertificateMetadataList'],
      ['list-instance-profiles', 'InstanceProfiles'],
    ] as const) {
      assert.deepEqual(ask(member, command), [], command);
    }
    assert.match(
      refusal(['get-login-profile', '--user-name', 'Ann']),
      /\(NoSuchEntity\).*: Login Profile for User Ann cannot be found\.$/,
    );
    assert.match(refusal(['get-account-password-policy']), /\(NotImplemented\).*is not supported\.$/);
  });

  /** A new access key of a user. */
  function newKey(user: string): AccessKey {
    const made = ask('AccessKey.[AccessKeyId,SecretAccessKey]', 'create-access-key', '--user-name', user);
    assert.ok(Array.isArray(made));
    const [accessKeyId, secretAccessKey] = made.map(String);
    assert.ok(accessKeyId !== undefined && secretAccessKey !== undefined);
    return { accessKeyId, secretAccessKey };
  }
});
