import assert from 'node:assert/strict';
import { execFile, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { openSqliteReader } from '../../packages/server/src/stores/sqlite/index.ts';
import { type AccessKey, type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const REGION = 'us-east-1';
const TIMEOUT_MS = 600_000;

/** What suites look at in an event. */
export interface RecordedEvent {
  readonly action: string;
  readonly outcome: string;
  readonly actor: { readonly name?: string };
  readonly client: { readonly userAgent?: string; readonly tlsVersion?: string };
  readonly context?: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string };
  readonly key?: { readonly arn?: string };
  readonly protocol?: { readonly operation?: string };
}

/** A server on TLS with a private CA, a key, and a user who may do so much with the key and no more. */
export interface TlsService extends AsyncDisposable {
  readonly server: RunningServer;
  /** A new folder for what clients write. */
  readonly folder: string;
  readonly caFile: string;
  readonly keyArn: string;
  /** The user's settings, in the variables that all AWS clients read; which CA to trust is left to the suite. */
  readonly environment: NodeJS.ProcessEnv;
  /** The same for the administrator. */
  readonly administratorEnvironment: NodeJS.ProcessEnv;
  /** Another key, on which the user may do the same. */
  createKey(): Promise<string>;
  /** Another user, with an access key. */
  addUser(name: string, permissions: readonly string[]): Promise<AccessKey>;
  /** Stops the server, and reads what it has recorded of the user, in order. */
  recorded(): Promise<readonly RecordedEvent[]>;
}

/**
 * Starts one. `permissions` are what the user `app` may do with any key, such as `kms:Decrypt`; `flags` are further ones of
 * the server.
 */
export async function startTlsService(
  permissions: readonly string[],
  flags: readonly string[] = [],
): Promise<TlsService> {
  const folder = temporaryFolder();
  const data = join(folder.path, 'data');
  const server = await startServer(data, ['--tls-self-signed', ...flags]);
  const { administrator, endpoint } = server;
  assert.ok(administrator !== undefined);
  const caFile = join(data, 'tls', 'ca.pem');
  const httpsAgent = new Agent({ ca: readFileSync(caFile) });
  const settings = { endpoint, region: REGION, credentials: administrator, requestHandler: { httpsAgent } };
  const kms = new KMSClient(settings);
  const createKey = async (): Promise<string> => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    return KeyMetadata?.Arn ?? '';
  };
  const keyArn = await createKey();
  const addUser = (name: string, allowed: readonly string[]): Promise<AccessKey> =>
    createUser(new IAMClient(settings), name, allowed);
  const key = await addUser('app', permissions);
  return {
    server,
    folder: folder.path,
    caFile,
    keyArn,
    environment: environmentOf(folder.path, endpoint, key),
    administratorEnvironment: environmentOf(folder.path, endpoint, administrator),
    createKey,
    addUser,
    async recorded() {
      await server.stop();
      return eventsIn(data).filter(({ actor }) => actor.name === 'app');
    },
    async [Symbol.asyncDispose]() {
      kms.destroy();
      httpsAgent.destroy();
      await server.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Runs a client to its end. */
export function run(
  program: string,
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
): SpawnSyncReturns<string> {
  const result = spawnSync(program, [...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (result.error !== undefined) throw result.error;
  return result;
}

/** Runs a client that has to succeed, and answers what it printed on standard output. */
export function mustRun(...args: Parameters<typeof run>): string {
  const { status, stdout, stderr } = run(...args);
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

/** The same for a client that has to reach this very process. */
export function mustRunBeside(
  program: string,
  args: readonly string[],
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const options = { cwd: folder, env: environment, timeout: TIMEOUT_MS };
  execFile(program, [...args], options, (failure, stdout, stderr) => {
    if (failure === null) resolve(stdout);
    else reject(new Error(`${stdout}${stderr}`, { cause: failure }));
  });
  return promise;
}

/** What each event was: its action, or its action and how it failed. */
export function shown(events: readonly RecordedEvent[]): readonly string[] {
  return events.map(({ action, error }) => (error === undefined ? action : `${action} ${error.code}`));
}

async function createUser(
  iam: IAMClient,
  UserName: string,
  permissions: readonly string[],
): Promise<AccessKey> {
  const statement = { Effect: 'Allow', Action: permissions, Resource: '*' };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await iam.send(new CreateUserCommand({ UserName }));
  if (permissions.length > 0) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'use', PolicyDocument }));
  }
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  iam.destroy();
  return { accessKeyId: key?.AccessKeyId ?? '', secretAccessKey: key?.SecretAccessKey ?? '' };
}

function environmentOf(home: string, endpoint: string, key: AccessKey): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: home,
    AWS_ENDPOINT_URL_KMS: endpoint,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: key.accessKeyId,
    AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

function eventsIn(data: string): readonly RecordedEvent[] {
  const reader = openSqliteReader({ path: join(data, 'keywitness.db') });
  try {
    const { entries } = reader.read(0, reader.size());
    return entries.map((entry) => {
      const event: unknown = JSON.parse(Buffer.from(entry).toString('utf8'));
      assert.ok(isEvent(event));
      return event;
    });
  } finally {
    reader.close();
  }
}

/** The server wrote it: its own tests hold its form. */
function isEvent(value: unknown): value is RecordedEvent {
  return typeof value === 'object' && value !== null && 'actor' in value && 'client' in value;
}
