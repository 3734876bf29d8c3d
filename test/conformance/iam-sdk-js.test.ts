import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  CreateRoleCommand,
  CreateUserCommand,
  DeleteUserCommand,
  GetRoleCommand,
  GetUserCommand,
  IAMClient,
  paginateListUsers,
  paginateSimulatePrincipalPolicy,
  PutUserPolicyCommand,
  waitUntilRoleExists,
  waitUntilUserExists,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const DOCUMENT =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:List*","Resource":"*"}]}';

suite('the AWS SDK for JavaScript, unmodified, uses IAM and STS', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let iam: IAMClient;
  let sts: STSClient;

  before(async () => {
    server = await startServer(folder.path);
    assert.ok(server.administrator !== undefined);
    const { endpoint, administrator: credentials } = server;
    const config = { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
    iam = new IAMClient(config);
    sts = new STSClient(config);
  });

  after(async () => {
    iam.destroy();
    sts.destroy();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  test('paginators and waiters work', async () => {
    for (const UserName of ['ann', 'Bob', 'cid']) {
      await iam.send(new CreateUserCommand({ UserName, Tags: [{ Key: 'team', Value: 'a+b = é' }] }));
    }
    const waited = await waitUntilUserExists({ client: iam, maxWaitTime: 20 }, { UserName: 'ann' });
    assert.equal(waited.state, 'SUCCESS');
    const pages: (readonly (string | undefined)[])[] = [];
    for await (const { Users } of paginateListUsers({ client: iam, pageSize: 3 }, {})) {
      pages.push((Users ?? []).map(({ UserName }) => UserName));
    }
    assert.deepEqual(pages, [['admin', 'ann', 'Bob'], ['cid']]);
    const { User } = await iam.send(new GetUserCommand({ UserName: 'ann' }));
    assert.deepEqual(User?.Tags, [{ Key: 'team', Value: 'a+b = é' }]);
    assert.ok(User.CreateDate instanceof Date && Math.abs(User.CreateDate.getTime() - Date.now()) < 600_000);
  });

  test('roles are answered with policies that decode to what was put', async () => {
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${server.account}:user/admin` },
          Action: 'sts:AssumeRole',
        },
      ],
    });
    await iam.send(new CreateRoleCommand({ RoleName: 'R', AssumeRolePolicyDocument: trust }));
    const waited = await waitUntilRoleExists({ client: iam, maxWaitTime: 20 }, { RoleName: 'R' });
    assert.equal(waited.state, 'SUCCESS');
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: 'R' }));
    assert.equal(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''), trust);
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: 'job' }));
    assert.match(assumed.Credentials?.AccessKeyId ?? '', /^ASIA/);
    const { Credentials } = await sts.send(new GetSessionTokenCommand({}));
    assert.ok((Credentials?.Expiration?.getTime() ?? 0) > Date.now());
  });

  test('a simulation is answered in pages', async () => {
    const put = { UserName: 'ann', PolicyName: 'list', PolicyDocument: DOCUMENT };
    await iam.send(new PutUserPolicyCommand(put));
    const asked = {
      PolicySourceArn: `arn:aws:iam::${server.account}:user/ann`,
      ActionNames: ['kms:ListKeys', 'kms:ListAliases', 'kms:Decrypt'],
    };
    const decisions = new Map<string | undefined, string | undefined>();
    for await (const page of paginateSimulatePrincipalPolicy({ client: iam, pageSize: 1 }, asked)) {
      for (const { EvalActionName, EvalDecision } of page.EvaluationResults ?? []) {
        decisions.set(EvalActionName, EvalDecision);
      }
    }
    assert.deepEqual(Object.fromEntries(decisions), {
      'kms:ListKeys': 'allowed',
      'kms:ListAliases': 'allowed',
      'kms:Decrypt': 'implicitDeny',
    });
  });

  test('errors are the classes that the SDK has for them, with the request on the record', async () => {
    await assert.rejects(iam.send(new DeleteUserCommand({ UserName: 'ann' })), {
      name: 'DeleteConflictException',
    });
    await assert.rejects(iam.send(new GetUserCommand({ UserName: 'none' })), (error: unknown) => {
      assert.ok(typeof error === 'object' && error !== null && 'name' in error && '$metadata' in error);
      assert.equal(error.name, 'NoSuchEntityException');
      const { $metadata: metadata } = error;
      assert.ok(typeof metadata === 'object' && metadata !== null && 'requestId' in metadata);
      assert.match(String(metadata.requestId), /^[0-9a-f-]{36}$/);
      return true;
    });
  });
});
