import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import {
  AssumeRoleCommand,
  type Credentials,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts';
import { type ApiClient, createApiClient } from '@keywitness/api';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const PRODUCTION = '444455556666';
const ROLE = `arn:aws:iam::${PRODUCTION}:role/AccountAdministrator`;

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

test('an account is administered through its role with the SDK, until the session is revoked', async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  const { administrator } = server;
  assert.ok(administrator !== undefined);
  const api = apiClient(server, administrator);
  await api.organization.createAccount({ name: 'production', accountId: PRODUCTION });
  const sts = new STSClient(configOf(server, administrator));
  const assumed = await sts.send(
    new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'setup', SourceIdentity: 'ann' }),
  );
  assert.equal(
    assumed.AssumedRoleUser?.Arn,
    `arn:aws:sts::${PRODUCTION}:assumed-role/AccountAdministrator/setup`,
  );
  assert.equal(assumed.SourceIdentity, 'ann');
  const lastsMs = (assumed.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
  assert.ok(lastsMs > 3_500_000 && lastsMs <= 3_600_000, `${lastsMs}`);
  const session = keysOf(assumed.Credentials);
  const acting = new STSClient(configOf(server, session));
  const { Account, UserId } = await acting.send(new GetCallerIdentityCommand({}));
  assert.equal(Account, PRODUCTION);
  assert.match(UserId ?? '', /^AROA[A-Z2-7]{16}:setup$/);
  const kms = new KMSClient(configOf(server, session));
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  assert.equal(KeyMetadata?.AWSAccountId, PRODUCTION);
  await api.sessions.revoke(session.accessKeyId);
  await assert.rejects(kms.send(new ListKeysCommand({})), { name: 'UnrecognizedClientException' });
  await assert.rejects(acting.send(new GetCallerIdentityCommand({})), { name: 'InvalidClientTokenId' });
});

test('a session of a user works with the SDK and gets no other one of its own', async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  const { administrator } = server;
  assert.ok(administrator !== undefined);
  const sts = new STSClient(configOf(server, administrator));
  const { Credentials: credentials } = await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  const session = keysOf(credentials);
  const acting = new STSClient(configOf(server, session));
  assert.match((await acting.send(new GetCallerIdentityCommand({}))).Arn ?? '', /:user\/admin$/);
  await assert.rejects(acting.send(new GetSessionTokenCommand({})), { name: 'AccessDenied' });
  const missing = new AssumeRoleCommand({ RoleArn: ROLE, RoleSessionName: 'setup' });
  await assert.rejects(acting.send(missing), {
    name: 'AccessDenied',
    message:
      /^User: arn:aws:iam::\d{12}:user\/admin is not authorized to perform: sts:AssumeRole on resource: \S+$/,
  });
});

function configOf(
  { endpoint }: RunningServer,
  credentials: Keys,
): {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Keys;
  readonly maxAttempts: number;
} {
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 };
}

function apiClient({ endpoint }: RunningServer, credentials: Keys): ApiClient {
  return createApiClient({ endpoint, region: 'us-east-1', credentials: async () => credentials });
}

function keysOf(credentials: Credentials | undefined): Required<Keys> {
  const { AccessKeyId, SecretAccessKey, SessionToken } = credentials ?? {};
  assert.ok(AccessKeyId !== undefined && SecretAccessKey !== undefined && SessionToken !== undefined);
  return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
}
