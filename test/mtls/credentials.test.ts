import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { type Files, fingerprint, hasOpenssl, makeCa, makeCertificate } from './private-ca.ts';

const needed = hasOpenssl ? {} : { skip: 'openssl is not installed' };
const run = promisify(execFile);
const CLI = 'packages/cli/src/main.ts';
/** The exit code when the service refused. */
const REFUSED = 3;

test('a program that signs with the SDK uses a certificate by credential_process', needed, async () => {
  await using folder = temporaryFolder();
  const ca = makeCa(folder.path, 'clients');
  const app = makeCertificate(folder.path, ca, 'app');
  const data = join(folder.path, 'data');
  await using server = await startServer(data, ['--tls-self-signed', '--tls-client-ca', ca.cert]);
  const policy = join(folder.path, 'policy.json');
  writeFileSync(
    policy,
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}',
  );
  const admin = administratorEnv(server, data);
  await keywitness(['admin', 'principal', 'create', 'app', '--type', 'service', '--policy', policy], admin);
  await assert.rejects(credentials(server, data, app), { code: REFUSED });
  await keywitness(['admin', 'certificate', 'register', 'app', '--cert', app.cert], admin);
  const kms = await clientWith(server, data, app);
  await kms.send(new CreateKeyCommand({}));
  assert.equal((await kms.send(new ListKeysCommand({}))).Keys?.length, 1);
  await keywitness(['admin', 'certificate', 'disable', fingerprint(app)], admin);
  await assert.rejects(kms.send(new ListKeysCommand({})), { name: 'UnrecognizedClientException' });
  await assert.rejects(credentials(server, data, app), { code: REFUSED });
  kms.destroy();
});

type Environment = Readonly<Record<string, string>>;

function administratorEnv(server: RunningServer, data: string): Environment {
  assert.ok(server.administrator !== undefined);
  return {
    ...strangerEnv(server, data),
    AWS_ACCESS_KEY_ID: server.administrator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: server.administrator.secretAccessKey,
  };
}

function strangerEnv({ endpoint }: RunningServer, data: string): Environment {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    KEYWITNESS_ENDPOINT: endpoint,
    AWS_CA_BUNDLE: join(data, 'tls', 'ca.pem'),
  };
}

async function keywitness(args: readonly string[], env: Environment): Promise<string> {
  const { stdout } = await run(process.execPath, [CLI, ...args], { env });
  return stdout;
}

async function credentials(server: RunningServer, data: string, { cert, key }: Files): Promise<string> {
  return keywitness(['credentials', '--cert', cert, '--key', key], strangerEnv(server, data));
}

/** A client of the SDK with the credentials that the command prints; it shows no certificate itself. */
async function clientWith(server: RunningServer, data: string, app: Files): Promise<KMSClient> {
  const printed: unknown = JSON.parse(await credentials(server, data, app));
  assert.ok(typeof printed === 'object' && printed !== null);
  const members = new Map<string, unknown>(Object.entries(printed));
  assert.deepEqual([...members.keys()].toSorted(), [
    'AccessKeyId',
    'Expiration',
    'SecretAccessKey',
    'SessionToken',
    'Version',
  ]);
  assert.equal(members.get('Version'), 1);
  return new KMSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: {
      accessKeyId: String(members.get('AccessKeyId')),
      secretAccessKey: String(members.get('SecretAccessKey')),
      sessionToken: String(members.get('SessionToken')),
      expiration: new Date(String(members.get('Expiration'))),
    },
    maxAttempts: 1,
    requestHandler: { httpsAgent: new Agent({ ca: readFileSync(join(data, 'tls', 'ca.pem')) }) },
  });
}
