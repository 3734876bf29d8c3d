import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { consoleClient, type OidcIssuer, person, startOidcIssuer } from '../federation/oidc-issuer.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

export const ACCOUNT = '111122223333';
export const REGION = 'us-east-1';
export const AUDITOR: string = `arn:aws:iam::${ACCOUNT}:role/Auditor`;
export const CLOSED: string = `arn:aws:iam::${ACCOUNT}:role/Closed`;

/** A server whose console people sign in to at a real issuer. */
export interface Scene extends AsyncDisposable {
  /** Where browsers find the console: another site than the issuer's, `localhost` and an address being two. */
  readonly origin: string;
  readonly server: RunningServer;
  readonly issuer: OidcIssuer;
}

/** Starts both, with a role that trusts the person, and one that does not. */
export async function startScene(): Promise<Scene> {
  const stack = new AsyncDisposableStack();
  const folder = stack.use(temporaryFolder());
  const port = await freePort();
  const origin = `http://localhost:${port}`;
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
  return { origin, server, issuer, [Symbol.asyncDispose]: () => stack.disposeAsync() };
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
