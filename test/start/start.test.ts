import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { EncryptCommand, CreateKeyCommand, KMSClient, ListKeysCommand } from '@aws-sdk/client-kms';
import { eventsFrom } from '../crash/record-checks.ts';
import { startServer, temporaryFolder } from '../running-server.ts';

test('the first start makes a data directory for its owner alone, and shows the access key once', async () => {
  await using folder = temporaryFolder();
  const data = join(folder.path, 'data');
  let credentials;
  {
    await using first = await startServer(data);
    credentials = first.administrator;
    assert.ok(credentials !== undefined);
    for (const name of ['', 'seal.key', 'keywitness.db']) {
      assert.equal(statSync(join(data, name)).mode & 0o077, 0, `\`${name}\` is open to others`);
    }
    assert.equal((await get(first.endpoint, '/ready')).status, 200);
  }
  await using second = await startServer(data);
  assert.equal(second.administrator, undefined);
  assert.ok(!second.lines.join('\n').includes('SECRET'));
  const kms = new KMSClient({ endpoint: second.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  assert.deepEqual((await kms.send(new ListKeysCommand({}))).Keys, []);
  kms.destroy();
});

test('a start with --new-admin-credential adds one access key, on the record', async () => {
  await using folder = temporaryFolder();
  const first = await startServer(folder.path);
  await first.stop();
  await using second = await startServer(folder.path, ['--new-admin-credential']);
  assert.ok(second.administrator !== undefined);
  assert.notEqual(second.administrator.accessKeyId, first.administrator?.accessKeyId);
});

test('SIGTERM lets what has begun finish, and ends with code 0', async () => {
  await using folder = temporaryFolder();
  const server = await startServer(folder.path);
  assert.ok(server.administrator !== undefined);
  const kms = new KMSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.administrator,
    maxAttempts: 1,
  });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const sent = Array.from({ length: 50 }, () =>
    kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from('a') })),
  );
  await sent[0];
  const stopped = server.stop();
  const outcomes = await Promise.allSettled(sent);
  // Whoever was connected is answered; nobody is answered with half an answer.
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected') assert.match(String(outcome.reason), /ECONNRE|socket hang up/);
  }
  assert.equal(await stopped, 0);
  kms.destroy();
});

const unusable: readonly (readonly [name: string, flags: readonly string[], message: RegExp])[] = [
  ['an unknown flag', ['--no-such-setting'], /no-such-setting/],
  ['plain HTTP for others than loopback', ['--listen', '0.0.0.0:0'], /is not loopback/],
  ['half of a certificate', ['--tls-cert', 'x.pem'], /go together/],
  ['an account without 12 digits', ['--account', '12'], /does not have 12 digits/],
];

for (const [name, flags, message] of unusable) {
  test(`does not start with ${name}, and says why`, async () => {
    await using folder = temporaryFolder();
    await assert.rejects(startServer(folder.path, flags), message);
  });
}

test('does not start a second time on the same data directory', async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  assert.equal((await get(server.endpoint, '/health')).status, 200);
  await assert.rejects(startServer(folder.path), /another process has the store open/);
});

test('does not start with the seal of another installation', async () => {
  await using one = temporaryFolder();
  await using other = temporaryFolder();
  await (await startServer(one.path)).stop();
  await (await startServer(other.path)).stop();
  await assert.rejects(
    startServer(one.path, ['--seal-file', join(other.path, 'seal.key')]),
    /the seal does not open the root key/,
  );
});

test('does not begin anew beside a log whose database is lost', async () => {
  await using folder = temporaryFolder();
  await (await startServer(folder.path)).stop();
  for (const name of readdirSync(folder.path)) {
    if (name.startsWith('keywitness.db')) rmSync(join(folder.path, name));
  }
  await assert.rejects(startServer(folder.path), /is lost/);
});

test('serves TLS with a private CA that clients can trust', async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path, ['--tls-self-signed']);
  assert.match(server.endpoint, /^https:/);
  assert.match(server.lines.join('\n'), /AWS_CA_BUNDLE=/);
  const ca = readFileSync(join(folder.path, 'tls', 'ca.pem'));
  assert.equal((await get(server.endpoint, '/ready', ca)).status, 200);
  await assert.rejects(get(server.endpoint, '/ready', Buffer.alloc(0)), /self-signed|unable to (get|verify)/);
  await using other = temporaryFolder();
  const own = (name: string): string => join(folder.path, 'tls', name);
  await using given = await startServer(other.path, [
    '--tls-cert',
    own('cert.pem'),
    '--tls-key',
    own('key.pem'),
  ]);
  assert.equal((await get(given.endpoint, '/ready', ca)).status, 200);
});

test('health, metrics and the console are served; elsewhere is recorded and answered with 404', async () => {
  await using folder = temporaryFolder();
  await using server = await startServer(folder.path);
  assert.match((await get(server.endpoint, '/health')).body, /"status":"ok"/);
  assert.match((await get(server.endpoint, '/metrics')).body, /^keywitness_ledger_entries [1-9]/m);
  assert.match((await get(server.endpoint, '/console/')).body, /Keywitness/);
  assert.equal((await get(server.endpoint, '/elsewhere')).status, 404);
  const recorded = eventsFrom(folder.path, 0);
  const attempts = recorded.filter(({ bySystem }) => !bySystem).map(({ action }) => action);
  assert.deepEqual(attempts, ['request.unknown']);
  const [, entries] =
    /^keywitness_ledger_entries (\d+)$/m.exec((await get(server.endpoint, '/metrics')).body) ?? [];
  assert.ok(Number(entries) >= recorded.length);
});

async function get(
  endpoint: string,
  path: string,
  ca?: Buffer,
): Promise<{ readonly status: number | undefined; readonly body: string }> {
  const url = new URL(path, endpoint);
  const request =
    url.protocol === 'https:' ? httpsRequest(url, { ca, agent: false }) : httpRequest(url, { agent: false });
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject).end();
  });
  return { status: response.statusCode, body: await text(response) };
}
