import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { type ConsoleSession, consoleSessionSchema, readWith } from '@keywitness/api';
import { AwsClient } from 'aws4fetch';
import { consoleClient, type OidcIssuer, person, startOidcIssuer } from '../federation/oidc-issuer.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { StrictBrowser } from './strict-browser.ts';

const ACCOUNT = '111122223333';
const REGION = 'us-east-1';
const AUDITOR = `arn:aws:iam::${ACCOUNT}:role/Auditor`;
const CLOSED = `arn:aws:iam::${ACCOUNT}:role/Closed`;

interface Scene extends AsyncDisposable {
  readonly server: RunningServer;
  readonly issuer: OidcIssuer;
}

let scene: Promise<Scene> | undefined;

before(async () => {
  await ready();
});
after(async () => {
  await (await ready())[Symbol.asyncDispose]();
});

/** The one scene of this file: a server takes its time to start. */
function ready(): Promise<Scene> {
  scene ??= setUp();
  return scene;
}

/** A server whose console people sign in to at a real issuer. */
async function setUp(): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const issuer = stack.use(await startOidcIssuer(`${origin}/console/sso/callback`));
  const secretFile = join(folder.path, 'client-secret');
  writeFileSync(secretFile, `${consoleClient.secret}\n`, { mode: 0o600 });
  const flags = {
    account: ACCOUNT,
    listen: `127.0.0.1:${port}`,
    'front-threads': '2',
    'console-url': `${origin}/console`,
    'console-sso-issuer': issuer.url,
    'console-sso-client-id': consoleClient.id,
    'console-sso-client-secret-file': secretFile,
    'console-sso-roles': `${AUDITOR}, ${CLOSED}`,
  };
  const args = Object.entries(flags).flatMap(([name, value]) => [`--${name}`, value]);
  const server = stack.use(
    await startServer(join(folder.path, 'data'), [...args, '--dangerously-allow-oidc-insecure-loopback']),
  );
  await makeRoles(server, issuer.url);
  return { server, issuer, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const closed = once(server, 'close');
  server.close();
  await closed;
  return address.port;
}

async function makeRoles({ administrator, endpoint }: RunningServer, issuer: string): Promise<void> {
  assert.ok(administrator !== undefined);
  const iam = new IAMClient({ endpoint, region: REGION, credentials: administrator });
  const host = issuer.replace('http://', '');
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: [consoleClient.id] }));
  for (const [name, subject] of [
    ['Auditor', person.subject],
    ['Closed', 'somebody-else'],
  ] as const) {
    const trust = {
      Effect: 'Allow',
      Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/${host}` },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: {
        StringEquals: { [`${host}:sub`]: subject },
        'ForAnyValue:StringEquals': { [`${host}:amr`]: 'otp' },
      },
    };
    const document = { Version: '2012-10-17', Statement: [trust] };
    await iam.send(
      new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify(document) }),
    );
  }
  const reading = { Effect: 'Allow', Action: 'keywitness:ListEvents', Resource: '*' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [reading] });
  await iam.send(
    new PutRolePolicyCommand({ RoleName: 'Auditor', PolicyName: 'read', PolicyDocument: policy }),
  );
  iam.destroy();
}

function startOf({ endpoint }: RunningServer, role: string, to: string): string {
  return `${endpoint}/console/sso/start?${new URLSearchParams({ role, to }).toString()}`;
}

async function sessionFrom(response: Response): Promise<ConsoleSession> {
  const text = await response.text();
  const reading = readWith('the session', consoleSessionSchema, JSON.parse(text));
  assert.ok(reading.kind === 'read', text);
  return reading.value;
}

test("a person signs in at the company's issuer, works in the role, and signs out", async () => {
  const { server } = await ready();
  const { endpoint } = server;
  const browser = new StrictBrowser();
  const page = `${endpoint}/console/sign-in`;
  const landed = await browser.visit(startOf(server, AUDITOR, '/console/audit?outcome=denied'), page);
  assert.equal(landed.url.href, `${endpoint}/console/audit?outcome=denied`);
  assert.equal(landed.status, 200);
  const session = await sessionFrom(await browser.ask(`${endpoint}/console/session`));
  assert.equal(session.principalArn, `arn:aws:sts::${ACCOUNT}:assumed-role/Auditor/${person.subject}`);
  const events = await browser.ask(`${endpoint}/v1/events?action=session.assume-role-with-web-identity`);
  const record = await events.text();
  assert.match(record, /"outcome":"success"/);
  assert.match(record, /"mfa":true/);
  const denied = await browser.ask(`${endpoint}/v1/principals`);
  assert.equal(denied.status, 403, 'the role may read events and nothing else');
  const headers = { 'x-keywitness-csrf': session.csrfToken };
  const out = await browser.ask(`${endpoint}/console/session`, { method: 'DELETE', headers });
  assert.equal(out.status, 200);
  assert.equal((await browser.ask(`${endpoint}/console/session`)).status, 401);
  assert.ok(browser.lines.every((line) => !line.startsWith('keywitness-') || line.includes('; HttpOnly')));
  for (const hidden of [consoleClient.secret, ...landed.way.flatMap(codesIn)]) {
    assert.ok(!record.includes(hidden) && !server.lines.join('\n').includes(hidden));
  }
});

function codesIn(address: string): readonly string[] {
  const code = new URL(address).searchParams.get('code');
  return code === null ? [] : [code];
}

test('a role that does not trust the person, and an answer that was used, sign nobody in', async () => {
  const { issuer, server } = await ready();
  const page = `${server.endpoint}/console/sign-in`;
  const browser = new StrictBrowser();
  const refused = await browser.visit(startOf(server, CLOSED, '/console/'), page);
  assert.equal(refused.url.pathname, '/console/sign-in');
  assert.equal(refused.url.searchParams.get('error'), 'access-denied');
  assert.equal((await browser.ask(`${server.endpoint}/console/session`)).status, 401);

  const other = new StrictBrowser();
  const landed = await other.visit(startOf(server, AUDITOR, '/console/'), page);
  const callback = landed.way.find((address) => address.includes('/console/sso/callback')) ?? '';
  for (const again of [other, new StrictBrowser()]) {
    const replayed = await again.visit(callback, issuer.url);
    assert.equal(replayed.url.searchParams.get('error'), 'expired');
  }
  const mixed = callback.replace(/iss=[^&]*/, `iss=${encodeURIComponent('https://evil.example')}`);
  assert.notEqual(mixed, callback, 'the issuer names itself in its answers');
});

test('whoever signs in with an access key is known on every thread, and to their browser alone', async () => {
  const { administrator, endpoint } = (await ready()).server;
  assert.ok(administrator !== undefined);
  const browser = new StrictBrowser();
  const client = new AwsClient({ ...administrator, service: 'keywitness', region: REGION });
  const target = `${endpoint}/console/session`;
  const signed = await client.sign(target, { method: 'POST' });
  const made = await browser.ask(target, { method: 'POST', headers: signed.headers });
  assert.equal(made.status, 201);
  const session = await sessionFrom(made);
  for (let count = 0; count < 8; count += 1) {
    const headers = { connection: 'close', 'x-keywitness-csrf': session.csrfToken };
    const kms = {
      ...headers,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    };
    const asked = await browser.ask(`${endpoint}/`, { method: 'POST', headers: kms, body: '{}' });
    assert.equal(asked.status, 200, await asked.text());
  }
  const followed = await browser.visit(`${endpoint}/v1/principals`, 'https://evil.example/');
  assert.equal(followed.status, 403, 'a link from elsewhere brings no cookie, and nobody is let in');
});
