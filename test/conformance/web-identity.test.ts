import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type ApiClient, createApiClient } from '@keywitness/api';
import { audience, type OidcIssuer, startOidcIssuer } from '../federation/oidc-issuer.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { clientPath, missing } from './python-clients.ts';

const RUN_MS_MAX = 60_000;
const REGION = 'us-east-1';
const AWS = ['kms', 'list-keys', '--query', 'length(Keys)'];

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

suite('workloads of Kubernetes get credentials by the standard environment variables', () => {
  const folder = temporaryFolder();
  const tokenFile = join(folder.path, 'token');
  let issuer: OidcIssuer;
  let server: RunningServer;
  let api: ApiClient;

  before(async () => {
    issuer = await startOidcIssuer();
    server = await startServer(join(folder.path, 'data'), ['--dangerously-allow-oidc-insecure-loopback']);
    const { administrator, endpoint } = server;
    assert.ok(administrator !== undefined);
    api = createApiClient({ endpoint, region: REGION, credentials: async () => administrator });
    const iam = new IAMClient({ endpoint, region: REGION, credentials: administrator, maxAttempts: 1 });
    await iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer.url, ClientIDList: [audience] }));
    await createRole(iam, 'app', 'workload');
    await createRole(iam, 'other', 'another-workload');
    iam.destroy();
  });

  after(async () => {
    await server.stop();
    await issuer[Symbol.asyncDispose]();
    await folder[Symbol.asyncDispose]();
  });

  /** A role for one subject of the issuer, who may make and list keys. */
  async function createRole(iam: IAMClient, name: string, subject: string): Promise<void> {
    const host = issuer.url.replace('http://', '');
    const trust = {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${server.account}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { [`${host}:sub`]: subject, [`${host}:aud`]: audience } },
    };
    const use = { Effect: 'Allow', Action: ['kms:CreateKey', 'kms:ListKeys'], Resource: '*' };
    const documentOf = (statement: object): string =>
      JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: documentOf(trust) }));
    const inline = { RoleName: name, PolicyName: 'use', PolicyDocument: documentOf(use) };
    await iam.send(new PutRolePolicyCommand(inline));
  }

  /** Runs a client as a pod would: it has a token in a file, and no access key. */
  async function run(
    program: string,
    args: readonly string[],
    sessionName: string,
    role = 'app',
  ): Promise<Run> {
    const child = spawn(program, [...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal: AbortSignal.timeout(RUN_MS_MAX),
      env: {
        PATH: process.env['PATH'],
        HOME: '/nonexistent',
        AWS_ROLE_ARN: `arn:aws:iam::${server.account}:role/${role}`,
        AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
        AWS_ROLE_SESSION_NAME: sessionName,
        AWS_ENDPOINT_URL_STS: server.endpoint,
        AWS_ENDPOINT_URL_KMS: server.endpoint,
        AWS_REGION: REGION,
        AWS_DEFAULT_REGION: REGION,
        AWS_MAX_ATTEMPTS: '1',
        AWS_PAGER: '',
      },
    });
    const closed = once(child, 'close');
    const [out, error] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    return { code: child.exitCode, out: out.trim(), error };
  }

  async function works(program: string, args: readonly string[], sessionName: string): Promise<string> {
    writeFileSync(tokenFile, await issuer.workloadToken());
    const { code, out, error } = await run(program, args, sessionName);
    assert.equal(code, 0, error);
    return out;
  }

  function assumed(sessionName: string): string {
    return `arn:aws:sts::${server.account}:assumed-role/app/${sessionName}`;
  }

  test('the AWS CLI', { skip: missing('aws') }, async () => {
    assert.match(await works(clientPath('aws'), AWS, 'pod-cli'), /^\d+$/);
    const [event] = (await api.listEventsPage({ action: 'key.list' })).events;
    assert.match(JSON.stringify(event), new RegExp(assumed('pod-cli')));
  });

  test('boto3', { skip: missing('python3') }, async () => {
    const script = 'test/conformance/default_chain_client.py';
    assert.equal(await works(clientPath('python3'), [script], 'pod-python'), assumed('pod-python'));
  });

  test('the AWS SDK for JavaScript', async () => {
    const script = 'test/conformance/default-chain-client.ts';
    assert.equal(await works(process.execPath, [script], 'pod-js'), assumed('pod-js'));
  });

  const refusals: readonly (readonly [
    what: string,
    token: (own: OidcIssuer) => Promise<string>,
    role: string,
    code: string,
    outcome: 'denied' | 'error',
  ])[] = [
    ['a token of another subject', (own) => own.workloadToken(), 'other', 'AccessDenied', 'denied'],
    ['a token that has expired', (own) => own.workloadToken(3600), 'app', 'ExpiredTokenException', 'denied'],
    [
      'a token for another audience',
      (own) => own.workloadToken(0, 'somebody-else'),
      'app',
      'InvalidIdentityToken',
      'denied',
    ],
    ['no token at all', async () => 'not-a-token', 'app', 'InvalidIdentityToken', 'denied'],
  ];

  for (const [what, token, role, code, outcome] of refusals) {
    test(`${what} is refused, and on the record`, { skip: missing('aws') }, async () => {
      writeFileSync(tokenFile, await token(issuer));
      const { code: exitCode, error } = await run(clientPath('aws'), AWS, 'pod-refused', role);
      assert.ok(exitCode === 255 || exitCode === 254, error);
      assert.match(
        error,
        new RegExp(
          `An error occurred \\(${code}\\) when calling the AssumeRoleWithWebIdentity operation: \\S`,
        ),
      );
      const [latest] = (await api.listEventsPage({ outcome, limit: 1 })).events;
      const recorded = JSON.stringify(latest);
      assert.match(recorded, /AssumeRoleWithWebIdentity/);
      assert.match(recorded, /pod-refused|request\.unauthenticated/);
      assert.doesNotMatch(recorded, /eyJ|not-a-token/);
    });
  }
});
