import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { browse } from './browser.ts';
import { audience, person, startOidcIssuer } from './oidc-issuer.ts';
import { account, verifierFor } from './verifier.ts';

const main = 'packages/cli/src/main.ts';
const runMsMax = 60_000;
const role = `arn:aws:iam::${account}:role/auditor`;

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  /** Without the line that says where to sign in. */
  readonly stderr: readonly string[];
}

interface Endpoint extends AsyncDisposable {
  readonly url: string;
  readonly forms: readonly URLSearchParams[];
  /** Session tokens that came with other requests. */
  readonly sessionTokens: readonly (string | undefined)[];
}

/** STS as far as a sign-in needs it: whoever brings a token that the verifier takes gets credentials. */
async function startEndpoint(issuerUrl: string): Promise<Endpoint> {
  const verifier = verifierFor(issuerUrl);
  const forms: URLSearchParams[] = [];
  const sessionTokens: (string | undefined)[] = [];
  const answer = async (body: string): Promise<readonly [status: number, xml: string]> => {
    const form = new URLSearchParams(body);
    forms.push(form);
    const verdict = await verifier.verify(form.get('WebIdentityToken') ?? '', account);
    if (verdict.kind === 'verified') return [200, assumedRoleXml(form.get('RoleSessionName') ?? '')];
    const { code, message } = verdict;
    return [
      400,
      `<ErrorResponse><Error><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    ];
  };
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      sessionTokens.push(request.headers['x-amz-security-token']?.toString());
      response.end(JSON.stringify({ principals: [] }));
      return;
    }
    text(request)
      .then(answer)
      .then(
        ([status, xml]) => response.writeHead(status, { 'content-type': 'text/xml' }).end(xml),
        () => response.destroy(),
      );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    url: `http://127.0.0.1:${address.port}`,
    forms,
    sessionTokens,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function assumedRoleXml(sessionName: string): string {
  return `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>ann</SubjectFromWebIdentityToken>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::${account}:assumed-role/auditor/${sessionName}</Arn>
      <AssumedRoleId>AROAEXAMPLEEXAMPLE000:${sessionName}</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId>
      <SecretAccessKey>secret/of+the+session</SecretAccessKey>
      <SessionToken>token+of/the+session==</SessionToken>
      <Expiration>2030-01-02T03:04:05Z</Expiration>
    </Credentials>
  </AssumeRoleWithWebIdentityResult>
</AssumeRoleWithWebIdentityResponse>`;
}

/** Runs the command line; `visit` is what the person does with the page that it asks for. */
async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  visit?: (url: string) => Promise<unknown>,
): Promise<Run> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', TZ: 'UTC', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(runMsMax),
  });
  const closed = once(child, 'close');
  const stderr: string[] = [];
  const visits: Promise<unknown>[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    const url = /^Sign in here: (.+)$/.exec(line)?.[1];
    if (url === undefined) stderr.push(line);
    else if (visit !== undefined) visits.push(visit(url));
  });
  const [stdout] = await Promise.all([text(child.stdout), closed]);
  await Promise.all(visits);
  return { code: child.exitCode, stdout, stderr };
}

function loginArgs(issuer: string, endpoint: string, ...more: readonly string[]): readonly string[] {
  const args = ['login', '--issuer', issuer, '--client-id', audience, '--role', role];
  return [...args, '--no-browser', '--endpoint', endpoint, ...more];
}

test('a person signs in, uses the profile, and signs out, and other profiles stay as they are', async () => {
  await using folder = temporaryFolder();
  await using issuer = await startOidcIssuer();
  await using endpoint = await startEndpoint(issuer.url);
  const file = join(folder.path, 'credentials');
  const others = '# kept\n[ops]\naws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key = x\n';
  writeFileSync(file, others, { mode: 0o644 });
  const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(folder.path, 'config') };

  const args = loginArgs(issuer.url, endpoint.url, '--profile', 'auditor');
  const login = await run(args, env, async (url) => {
    const { text: page } = await browse(url);
    assert.match(page, /^keywitness has the answer/);
  });
  assert.deepEqual(login, {
    code: 0,
    stdout: `arn:aws:sts::${account}:assumed-role/auditor/ann until 2030-01-02 03:04:05 UTC, as profile auditor\n`,
    stderr: [],
  });
  const [form] = endpoint.forms;
  assert.equal(form?.get('Action'), 'AssumeRoleWithWebIdentity');
  assert.equal(form.get('Version'), '2011-06-15');
  assert.equal(form.get('RoleArn'), role);
  assert.equal(form.get('RoleSessionName'), person.subject);
  assert.equal(
    readFileSync(file, 'utf8'),
    `${others}
[auditor]
aws_access_key_id = ASIAEXAMPLEEXAMPLE00
aws_secret_access_key = secret/of+the+session
aws_session_token = token+of/the+session==
x_security_token_expires = 2030-01-02T03:04:05.000Z
`,
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);

  const use = await run(
    ['admin', 'principal', 'list', '--endpoint', endpoint.url, '--profile', 'auditor'],
    env,
  );
  assert.equal(use.code, 0, use.stderr.join('\n'));
  assert.deepEqual(endpoint.sessionTokens, ['token+of/the+session==']);

  const logout = await run(['logout', '--profile', 'auditor'], env);
  assert.equal(logout.stdout, 'profile auditor has no credentials any more\n');
  assert.equal(readFileSync(file, 'utf8'), `${others}\n[auditor]\n`);
});

test('with --print nothing is stored, and the output is that of a credential_process', async () => {
  await using folder = temporaryFolder();
  await using issuer = await startOidcIssuer();
  await using endpoint = await startEndpoint(issuer.url);
  const file = join(folder.path, 'credentials');
  const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(folder.path, 'config') };
  const login = await run(loginArgs(issuer.url, endpoint.url, '--print'), env, (url) => browse(url));
  assert.equal(login.code, 0, login.stderr.join('\n'));
  assert.deepEqual(JSON.parse(login.stdout), {
    Version: 1,
    AccessKeyId: 'ASIAEXAMPLEEXAMPLE00',
    SecretAccessKey: 'secret/of+the+session',
    SessionToken: 'token+of/the+session==',
    Expiration: '2030-01-02T03:04:05.000Z',
  });
  assert.throws(() => statSync(file), { code: 'ENOENT' });
});

test('pages that do not know the state, or come in under another name, are not taken for the answer', async () => {
  await using folder = temporaryFolder();
  await using issuer = await startOidcIssuer();
  await using endpoint = await startEndpoint(issuer.url);
  const env = {
    AWS_SHARED_CREDENTIALS_FILE: join(folder.path, 'credentials'),
    AWS_CONFIG_FILE: join(folder.path, 'config'),
  };
  const login = await run(loginArgs(issuer.url, endpoint.url, '--print'), env, async (url) => {
    const { searchParams } = new URL(url);
    const redirectUri = searchParams.get('redirect_uri') ?? '';
    const state = searchParams.get('state') ?? '';
    assert.equal(searchParams.get('code_challenge_method'), 'S256');
    assert.ok((searchParams.get('nonce') ?? '').length >= 32 && state.length >= 32);
    for (const query of [
      '',
      '?code=x',
      '?code=x&state=y',
      `?code=x&state=${state}&state=y`,
      '?error=access_denied',
    ]) {
      assert.equal((await fetch(`${redirectUri}${query}`)).status, 404);
    }
    assert.equal((await fetch(`${redirectUri}/x?state=${state}`)).status, 404);
    assert.equal((await fetch(`${redirectUri}?state=${state}`, { method: 'POST' })).status, 404);
    const otherName = redirectUri.replace('127.0.0.1', 'localhost');
    await assert.rejects(
      fetch(`${otherName}?state=${state}`).then((response) => assert.equal(response.status, 200)),
    );
    await browse(url);
  });
  assert.equal(login.code, 0, login.stderr.join('\n'));
});

test('what goes wrong while signing in is told in one line, without secrets, and nothing is stored', async () => {
  await using folder = temporaryFolder();
  await using issuer = await startOidcIssuer();
  await using other = await startOidcIssuer();
  await using endpoint = await startEndpoint(other.url);
  const file = join(folder.path, 'credentials');
  writeFileSync(file, '[default]\naws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key = x\n');
  const env = { AWS_SHARED_CREDENTIALS_FILE: file, AWS_CONFIG_FILE: join(folder.path, 'config') };
  const untouched = readFileSync(file, 'utf8');
  const answerWith = async (url: string, answer: Readonly<Record<string, string>>): Promise<void> => {
    const { searchParams } = new URL(url);
    const state = searchParams.get('state') ?? '';
    const query = new URLSearchParams({ ...answer, state, iss: issuer.url });
    assert.equal((await fetch(`${searchParams.get('redirect_uri') ?? ''}?${query.toString()}`)).status, 200);
  };
  const cases: readonly (readonly [
    args: readonly string[],
    visit: ((url: string) => Promise<unknown>) | undefined,
    code: number,
    message: RegExp,
  ])[] = [
    [loginArgs(issuer.url, endpoint.url), undefined, 2, /profile `default` holds a long-lived access key/],
    [['logout', '--profile', 'default'], undefined, 2, /holds a long-lived access key/],
    [loginArgs('http://id.example.com', endpoint.url), undefined, 64, /is not an https URL/],
    [
      loginArgs(issuer.url, 'http://kms.example.com', '--print'),
      undefined,
      64,
      /the endpoint `.*` is not https/,
    ],
    [loginArgs('http://127.0.0.1:1', endpoint.url, '--print'), undefined, 2, /could not sign in at/],
    [loginArgs(`${issuer.url}/other`, endpoint.url, '--print'), undefined, 2, /could not sign in at/],
    [
      loginArgs(issuer.url, endpoint.url, '--print'),
      (url) => answerWith(url, { error: 'access_denied', error_description: 'not today' }),
      2,
      /: access_denied \(not today\)$/,
    ],
    [
      loginArgs(issuer.url, endpoint.url, '--print'),
      (url) => answerWith(url, { code: 'made-up' }),
      2,
      /: invalid_grant/,
    ],
    [loginArgs(issuer.url, endpoint.url, '--print'), (url) => browse(url), 3, /\(InvalidIdentityToken\)$/],
  ];
  for (const [args, visit, code, message] of cases) {
    const failed = await run(args, env, visit);
    assert.equal(failed.code, code, failed.stderr.join('\n'));
    assert.equal(failed.stdout, '');
    assert.equal(failed.stderr.length, 1, failed.stderr.join('\n'));
    assert.match(failed.stderr[0] ?? '', message);
    assert.doesNotMatch(failed.stderr[0] ?? '', /eyJ|made-up/);
    assert.equal(readFileSync(file, 'utf8'), untouched);
  }
});

test('a person signs in at the real service, with two factors, and is refused where the role asks for somebody else', async () => {
  await using folder = temporaryFolder();
  await using issuer = await startOidcIssuer();
  const data = join(folder.path, 'data');
  await using server = await startServer(data, ['--dangerously-allow-oidc-insecure-loopback']);
  const [ann, bob] = await createRoles(server, issuer.url);
  const env = {
    AWS_SHARED_CREDENTIALS_FILE: join(folder.path, 'credentials'),
    AWS_CONFIG_FILE: join(folder.path, 'config'),
  };
  const login = (arn: string): Promise<Run> => {
    const args = ['login', '--issuer', issuer.url, '--client-id', audience, '--role', arn, '--no-browser'];
    const profile = ['--endpoint', server.endpoint, '--profile', 'work'];
    return run([...args, ...profile], env, (url) => browse(url));
  };
  const refused = await login(bob);
  assert.equal(refused.code, 3, refused.stderr.join('\n'));
  assert.match(refused.stderr[0] ?? '', /AccessDenied/);
  const signedIn = await login(ann);
  assert.equal(signedIn.code, 0, signedIn.stderr.join('\n'));
  assert.match(
    signedIn.stdout,
    new RegExp(`:assumed-role/for-ann/${person.subject} until .* as profile work`),
  );
  const profile = ['--endpoint', server.endpoint, '--profile', 'work'];
  const list = await run(['audit', 'list', '--json', '--action', 'session.assume-role-*', ...profile], env);
  assert.equal(list.code, 0, list.stderr.join('\n'));
  const outcomes = list.stdout
    .trim()
    .split('\n')
    .map((line) => /"outcome":"([a-z]+)"/.exec(line)?.[1]);
  assert.deepEqual(outcomes, ['success', 'denied']);
  assert.doesNotMatch(list.stdout, /eyJ/);
  const key = await run(['admin', 'principal', 'list', ...profile], env);
  assert.equal(key.code, 3, 'the role reads the record, and nothing else');
});

/** Two roles that may read the record: one for the person with two factors, one for somebody else. */
async function createRoles(server: RunningServer, url: string): Promise<readonly [ann: string, bob: string]> {
  const { endpoint, administrator } = server;
  assert.ok(administrator !== undefined);
  const iam = new IAMClient({ endpoint, region: 'us-east-1', credentials: administrator, maxAttempts: 1 });
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: url, ClientIDList: [audience] }));
  const host = url.replace('http://', '');
  const documentOf = (statement: object): string =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] });
  const create = async (name: string, subject: string): Promise<string> => {
    const trust = documentOf({
      Principal: { Federated: `arn:aws:iam::${server.account}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${host}:sub`]: subject },
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      },
    });
    await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
    const read = documentOf({ Action: 'keywitness:ListEvents', Resource: '*' });
    await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'read', PolicyDocument: read }));
    return `arn:aws:iam::${server.account}:role/${name}`;
  };
  const arns = [await create('for-ann', person.subject), await create('for-bob', 'bob')] as const;
  iam.destroy();
  return arns;
}
