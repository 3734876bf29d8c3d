import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { CreateKeyCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { openSqliteReader } from '../../packages/server/src/stores/sqlite/index.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { type Files, fingerprint, hasOpenssl, makeCa, makeCertificate } from './private-ca.ts';

const hasCurl = spawnSync('curl', ['--version']).status === 0;
const needed = hasOpenssl && hasCurl ? {} : { skip: 'openssl or curl is not installed' };
const run = promisify(execFile);

test(
  'clients with a certificate and without one are served, and the record tells them apart',
  needed,
  async () => {
    await using folder = temporaryFolder();
    const { ca, app, stranger } = authorities(folder.path);
    const data = join(folder.path, 'data');
    await using server = await startServer(data, ['--tls-self-signed', '--tls-client-ca', ca.cert]);
    await encryptWith(server, data, app);
    assert.equal((await curl(server, data, [])).status, 200);
    assert.equal((await curl(server, data, identityFlags(app))).status, 200);
    assert.equal((await curl(server, data, identityFlags(stranger))).status, 200);
    await server.stop();
    const sha256 = fingerprint(app);
    const created = eventsOf(data, 'key.create');
    assert.deepEqual(created.map(shownBy), [[sha256, undefined]]);
    assert.deepEqual(eventsOf(data, 'key.encrypt').map(shownBy), Array(3).fill([sha256, undefined]));
    const [certificate] = created.map(({ client }) => client.certificate);
    assert.equal(certificate?.subject, 'CN=app,O=Example');
    assert.equal(certificate.issuer, 'CN=clients,O=Example');
    assert.deepEqual(certificate.sans, ['URI:spiffe://example/app']);
    assert.match(certificate.notAfter, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    assert.deepEqual(eventsOf(data, 'key.list').map(shownBy), [
      [undefined, undefined],
      [sha256, undefined],
      [undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ]);
  },
);

test('where a certificate is required, nobody without one gets anywhere', needed, async () => {
  await using folder = temporaryFolder();
  const { ca, app, stranger } = authorities(folder.path);
  const data = join(folder.path, 'data');
  const flags = ['--tls-self-signed', '--tls-client-ca', ca.cert, '--tls-client-required'];
  await using server = await startServer(data, flags);
  const without = await curl(server, data, []);
  assert.equal(without.status, 403);
  assert.match(without.body, /AccessDeniedException/);
  assert.equal((await curl(server, data, identityFlags(stranger))).status, 403);
  assert.equal((await curl(server, data, identityFlags(app))).status, 200);
  await server.stop();
  assert.deepEqual(eventsOf(data, 'request.unauthenticated').map(shownBy), [
    [undefined, undefined],
    [undefined, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ]);
  assert.equal(eventsOf(data, 'key.list').length, 1);
});

test('what a trusted proxy and the caller say of a request is on the record', needed, async () => {
  await using folder = temporaryFolder();
  const told = [
    '-H',
    'X-Forwarded-For: 203.0.113.9, 2001:DB8::7, 10.1.2.3',
    '-H',
    'X-Forwarded-Proto: https',
  ];
  const reason = ['-H', 'X-Keywitness-Justification: ticket 4711'];
  const trusting = join(folder.path, 'trusting');
  {
    await using server = await startServer(trusting, ['--trusted-proxies', '127.0.0.1,10.0.0.0/8']);
    assert.equal((await curl(server, trusting, [...told, ...reason])).status, 200);
  }
  const [behind] = eventsOf(trusting, 'key.list');
  assert.equal(behind?.client.address, '2001:db8::7');
  assert.deepEqual(behind.client.proxies, ['10.1.2.3', '127.0.0.1']);
  assert.equal(behind.justification, 'ticket 4711');
  const plain = join(folder.path, 'plain');
  {
    await using server = await startServer(plain);
    assert.equal((await curl(server, plain, told)).status, 200);
  }
  const [direct] = eventsOf(plain, 'key.list');
  assert.equal(direct?.client.address, '127.0.0.1');
  assert.equal(direct.client.proxies, undefined);
  assert.equal(direct.justification, undefined);
});

const unusable: readonly (readonly [name: string, flags: readonly string[], message: RegExp])[] = [
  ['client certificates without TLS', ['--tls-client-ca', 'x.pem'], /need TLS/],
  [
    'client certificates required of no CA',
    ['--tls-self-signed', '--tls-client-required'],
    /needs `tls-client-ca`/,
  ],
  ['a CA file that is missing', ['--tls-self-signed', '--tls-client-ca', 'no-such.pem'], /cannot be read/],
  [
    'a CA file without certificates',
    ['--tls-self-signed', '--tls-client-ca', 'README.md'],
    /does not hold cert/,
  ],
  ['a proxy that is no address', ['--trusted-proxies', 'proxy.example'], /no address range/],
  ['a proxy with a prefix that is too long', ['--trusted-proxies', '10.0.0.0/33'], /from 1 to 32 bits/],
  ['everybody as a proxy', ['--trusted-proxies', '::/0'], /from 1 to 128 bits/],
];

for (const [name, flags, message] of unusable) {
  test(`does not start with ${name}, and says why`, async () => {
    await using folder = temporaryFolder();
    await assert.rejects(startServer(folder.path, flags), message);
  });
}

interface Authorities {
  /** The CA that the server trusts. */
  readonly ca: Files;
  readonly app: Files;
  /** A certificate of another CA. */
  readonly stranger: Files;
}

function authorities(folder: string): Authorities {
  const ca = makeCa(folder, 'clients');
  const app = makeCertificate(folder, ca, 'app');
  return { ca, app, stranger: makeCertificate(folder, makeCa(folder, 'strangers'), 'stranger') };
}

/** Makes a key and encrypts under it, over one connection that stays. */
async function encryptWith(server: RunningServer, data: string, { cert, key }: Files): Promise<void> {
  const own = { cert: readFileSync(cert), key: readFileSync(key), ca: readFileSync(serverCa(data)) };
  const httpsAgent = new Agent({ ...own, keepAlive: true, maxSockets: 1 });
  assert.ok(server.administrator !== undefined);
  const kms = new KMSClient({
    endpoint: server.endpoint,
    region: 'us-east-1',
    credentials: server.administrator,
    maxAttempts: 1,
    requestHandler: { httpsAgent },
  });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  for (const text of ['a', 'b', 'c']) {
    await kms.send(new EncryptCommand({ KeyId: KeyMetadata?.KeyId, Plaintext: Buffer.from(text) }));
  }
  kms.destroy();
  httpsAgent.destroy();
}

/** Lists keys with `curl`, which signs for itself. */
async function curl(
  { endpoint, administrator }: RunningServer,
  data: string,
  flags: readonly string[],
): Promise<{ readonly status: number; readonly body: string }> {
  assert.ok(administrator !== undefined);
  const { accessKeyId, secretAccessKey } = administrator;
  const config = join(data, 'curl.conf');
  writeFileSync(config, `user = "${accessKeyId}:${secretAccessKey}"\n`, { mode: 0o600 });
  const signing = ['--config', config, '--aws-sigv4', 'aws:amz:us-east-1:kms'];
  const headers = [
    '-H',
    'X-Amz-Target: TrentService.ListKeys',
    '-H',
    'Content-Type: application/x-amz-json-1.1',
  ];
  const trust = endpoint.startsWith('https:') ? ['--cacert', serverCa(data)] : [];
  const sending = ['--silent', '--data', '{}', '--write-out', '\n%{http_code}', `${endpoint}/`];
  const { stdout } = await run('curl', [...signing, ...headers, ...trust, ...flags, ...sending]);
  const end = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
}

function identityFlags({ cert, key }: Files): readonly string[] {
  return ['--cert', cert, '--key', key];
}

function serverCa(data: string): string {
  return join(data, 'tls', 'ca.pem');
}

/** What these tests look at in an event. */
interface RecordedEvent {
  readonly action: string;
  readonly justification?: string;
  readonly client: {
    readonly address: string;
    readonly proxies?: readonly string[];
    readonly certificateError?: string;
    readonly certificate?: {
      readonly issuer: string;
      readonly notAfter: string;
      readonly sans?: readonly string[];
      readonly sha256: string;
      readonly subject: string;
    };
  };
}

/** What an event says that its client showed. */
function shownBy({ client }: RecordedEvent): readonly (string | undefined)[] {
  return [client.certificate?.sha256, client.certificateError];
}

/** The events of one kind in the database of a server that has stopped, in order. */
function eventsOf(data: string, action: string): readonly RecordedEvent[] {
  const reader = openSqliteReader({ path: join(data, 'keywitness.db') });
  try {
    const events = reader
      .read(0, reader.size())
      .entries.map((entry) => parsed(Buffer.from(entry).toString('utf8')));
    return events.filter((event) => event.action === action);
  } finally {
    reader.close();
  }
}

function parsed(text: string): RecordedEvent {
  const event: unknown = JSON.parse(text);
  assert.ok(isEvent(event));
  return event;
}

/** The server wrote it: its own tests hold its form. */
function isEvent(value: unknown): value is RecordedEvent {
  return typeof value === 'object' && value !== null && 'client' in value && 'action' in value;
}
