import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import {
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  GetKeyPolicyCommand,
  KMSClient,
} from '@aws-sdk/client-kms';
import { type ApiClient, ApiError, createApiClient } from '@keywitness/api';
import { type AccessKey, startServer, temporaryFolder } from '../running-server.ts';

const CLI = 'packages/cli/src/main.ts';
const REGION = 'us-east-1';

function policy(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

const useKeys = {
  Sid: 'UseInTheOffice',
  Effect: 'Allow',
  Action: ['kms:Encrypt', 'kms:Decrypt'],
  Resource: '*',
  Condition: { IpAddress: { 'aws:SourceIp': ['127.0.0.0/8', '10.0.0.0/8'] } },
};

function kms(endpoint: string, credentials: AccessKey): KMSClient {
  return new KMSClient({ endpoint, region: REGION, credentials, maxAttempts: 1 });
}

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function keywitness(endpoint: string, key: AccessKey, ...args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [CLI, 'access', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      KEYWITNESS_ENDPOINT: endpoint,
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(60_000),
  });
  const exit = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code: child.exitCode, stdout, stderr };
}

interface Company extends AsyncDisposable {
  readonly endpoint: string;
  readonly administrator: AccessKey;
  readonly ann: AccessKey;
  readonly client: ApiClient;
  readonly keyId: string;
  /** Writes a policy of one statement; answers the name of its file. */
  file(statement: object): string;
}

/** A service whose record has what ann did with a key, and what she was refused. */
async function startCompany(): Promise<Company> {
  const folder = temporaryFolder();
  const server = await startServer(folder.path);
  const { administrator, endpoint } = server;
  assert.ok(administrator !== undefined);
  const client = createApiClient({ endpoint, region: REGION, credentials: async () => administrator });
  await client.createPrincipal({ name: 'ann', type: 'user', policy: policy(useKeys) });
  const ann = await client.createCredential('ann');
  const { KeyMetadata } = await kms(endpoint, administrator).send(new CreateKeyCommand({}));
  const keyId = KeyMetadata?.KeyId ?? '';
  await work(kms(endpoint, ann), keyId);
  return {
    endpoint,
    administrator,
    ann,
    client,
    keyId,
    file(statement) {
      const path = join(folder.path, 'policy.json');
      writeFileSync(path, policy(statement));
      return path;
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function work(hers: KMSClient, keyId: string): Promise<void> {
  for (const customer of ['1', '2', '2']) {
    const EncryptionContext = { customer };
    const Plaintext = Buffer.from('x');
    const encrypted = await hers.send(new EncryptCommand({ KeyId: keyId, Plaintext, EncryptionContext }));
    const { CiphertextBlob } = encrypted;
    await hers.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  }
  await assert.rejects(hers.send(new GetKeyPolicyCommand({ KeyId: keyId })), {
    name: 'AccessDeniedException',
  });
}

describe('a running service', { timeout: 120_000 }, () => {
  test('tells who may do what, and why, from its state and its record', async () => {
    await using company = await startCompany();
    const { administrator, client, endpoint, keyId } = company;
    const whoCan = await keywitness(endpoint, administrator, 'who-can', 'Decrypt', keyId);
    assert.equal(whoCan.code, 0, whoCan.stderr);
    assert.match(whoCan.stdout, /user\/admin +yes +allowed by the statement `Administrator`/);
    assert.match(whoCan.stdout, /user\/ann +if .*if aws:SourceIp IpAddress `127\.0\.0\.0\/8` or `10/);
    const whatCan = await keywitness(endpoint, administrator, 'what-can', 'ann', '--source-ip', '10.0.0.7');
    assert.match(whatCan.stdout, new RegExp(`${keyId} +yes +Decrypt, Encrypt`));
    const { events } = await client.listEventsPage({ outcome: 'denied', limit: 1 });
    const explained = await keywitness(endpoint, administrator, 'explain', events[0]?.event.id ?? '');
    assert.equal(explained.code, 0, explained.stderr);
    assert.match(explained.stdout, /kms:GetKeyPolicy on arn.*\n {2}then: denied: no identity-based policy/);
    assert.match(explained.stdout, /`UseInTheOffice` .* \(user `ann`\) speaks of other actions/);
  });

  test('tells what a policy would change before it does', async () => {
    await using company = await startCompany();
    const { administrator, endpoint, keyId } = company;
    const condition = { StringEquals: { 'kms:EncryptionContext:customer': '2' } };
    const narrower = company.file({ ...useKeys, Condition: condition });
    const replayed = ['replay', '--policy', narrower, '--for', 'user:ann'];
    const replay = await keywitness(endpoint, administrator, ...replayed);
    assert.equal(replay.code, 0, replay.stderr);
    assert.match(replay.stdout, /: 2 newly denied, 0 newly allowed/);
    const json = await keywitness(endpoint, administrator, ...replayed, '--json');
    const answer: unknown = JSON.parse(json.stdout);
    assert.ok(typeof answer === 'object' && answer !== null && 'newlyDenied' in answer);
    const diff = await keywitness(endpoint, administrator, 'diff', 'current', narrower, '--for', 'user:ann');
    assert.equal(diff.code, 0, diff.stderr);
    assert.match(diff.stdout, /Under other conditions:/);
    const lint = await keywitness(endpoint, administrator, 'lint', `key:${keyId}`);
    assert.equal(lint.code, 0, lint.stderr);
    assert.match(lint.stdout, /^WARNING/);
    const unused = await keywitness(endpoint, administrator, 'unused');
    assert.equal(unused.code, 0, unused.stderr);
  });

  test('tells nobody who may not ask, and nothing of what there is not', async () => {
    await using company = await startCompany();
    const { administrator, ann, endpoint, keyId } = company;
    const annsClient = createApiClient({ endpoint, region: REGION, credentials: async () => ann });
    const question = { action: 'kms:Decrypt', key: keyId };
    await assert.rejects(annsClient.access.whoCan(question), (error) => {
      return error instanceof ApiError && error.code === 'AccessDenied' && error.eventId !== undefined;
    });
    const missing = await keywitness(endpoint, administrator, 'who-can', 'Decrypt', 'alias/none');
    assert.equal(missing.code, 3);
    assert.match(missing.stderr, /there is no key `alias\/none`/);
  });
});
