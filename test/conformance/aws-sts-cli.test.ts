import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { type AccessKey, type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { missing, runClient } from './python-clients.ts';

suite('aws sts, unmodified', { skip: missing('aws') }, () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let administrator: AccessKey;
  let role: string;

  before(async () => {
    server = await startServer(folder.path);
    assert.ok(server.administrator !== undefined);
    administrator = server.administrator;
    role = `arn:aws:iam::${server.account}:role/Crypto`;
    const trust = {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${server.account}:user/admin` },
      Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
      Condition: { StringEquals: { 'sts:ExternalId': 'customer-42' } },
    };
    const use = { Effect: 'Allow', Action: ['kms:ListKeys', 'kms:CreateKey'], Resource: '*' };
    aws('iam', 'create-role', '--role-name', 'Crypto', '--assume-role-policy-document', documentOf(trust));
    const inline = ['--role-name', 'Crypto', '--policy-name', 'use', '--policy-document', documentOf(use)];
    aws('iam', 'put-role-policy', ...inline);
  });

  after(async () => {
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  function documentOf(...statements: readonly object[]): string {
    return JSON.stringify({ Version: '2012-10-17', Statement: statements });
  }

  function run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): ReturnType<typeof runClient> {
    return runClient('aws', args, server.endpoint, administrator, environment);
  }

  function aws(...args: readonly string[]): unknown {
    const { code, out, error } = run([...args, '--output', 'json']);
    assert.equal(code, 0, error);
    return out.trim() === '' ? undefined : JSON.parse(out);
  }

  /** The environment of who uses the credentials that a command prints. */
  function session(...args: readonly string[]): NodeJS.ProcessEnv {
    const query = 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]';
    const printed = aws('sts', ...args, '--query', query);
    assert.ok(Array.isArray(printed));
    const [id, secret, token] = printed.map(String);
    return { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token };
  }

  function assume(...more: readonly string[]): readonly string[] {
    return ['assume-role', '--role-arn', role, '--role-session-name', 'job-7', ...more];
  }

  test('a role is assumed with its external id, tags and source identity, and a session policy narrows it', () => {
    assert.match(
      run(['sts', ...assume()]).error,
      /An error occurred \(AccessDenied\) when calling the AssumeRole operation: User: arn:aws:iam::\d{12}:user\/admin is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::\d{12}:role\/Crypto/,
    );
    const told = ['--external-id', 'customer-42', '--source-identity', 'ann', '--tags', 'Key=team,Value=a'];
    const whole = session(...assume(...told));
    const caller = run(['sts', 'get-caller-identity', '--query', 'Arn', '--output', 'text'], whole);
    assert.equal(caller.out.trim(), `arn:aws:sts::${server.account}:assumed-role/Crypto/job-7`);
    assert.equal(run(['kms', 'create-key'], whole).code, 0);
    const narrow = documentOf({ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' });
    const narrowed = session(...assume(...told, '--policy', narrow));
    assert.equal(run(['kms', 'list-keys'], narrowed).code, 0);
    assert.match(
      run(['kms', 'create-key'], narrowed).error,
      /\(AccessDeniedException\).*because no session policy allows the kms:CreateKey action/,
    );
  });

  test('a user gets a session, and anybody is told whose an access key is', () => {
    const own = session('get-session-token', '--duration-seconds', '900');
    assert.equal(run(['kms', 'list-keys'], own).code, 0);
    const without = { ...own, AWS_SESSION_TOKEN: undefined };
    assert.match(run(['kms', 'list-keys'], without).error, /\(UnrecognizedClientException\)/);
    assert.deepEqual(aws('sts', 'get-access-key-info', '--access-key-id', administrator.accessKeyId), {
      Account: server.account,
    });
    assert.match(
      run(['sts', ...assume('--external-id', 'customer-42', '--duration-seconds', '43200')]).error,
      /\(ValidationError\).*The requested DurationSeconds exceeds the MaxSessionDuration set for this role/,
    );
  });

  test('the CLI assumes the role of a profile by itself', () => {
    const file = join(folder.path, 'config');
    const lines = [
      '[profile base]',
      `aws_access_key_id = ${administrator.accessKeyId}`,
      `aws_secret_access_key = ${administrator.secretAccessKey}`,
      '[profile crypto]',
      'source_profile = base',
      `role_arn = ${role}`,
      'role_session_name = from-profile',
      'external_id = customer-42',
    ];
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
    const environment = { AWS_CONFIG_FILE: file };
    const listed = run(['kms', 'list-keys', '--profile', 'crypto'], environment);
    assert.equal(listed.code, 0, listed.error);
    assert.match(
      run(['kms', 'list-aliases', '--profile', 'crypto'], environment).error,
      /User: arn:aws:sts::\d{12}:assumed-role\/Crypto\/from-profile is not authorized to perform: kms:ListAliases/,
    );
  });
});
