import 'reflect-metadata';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { before, test } from 'node:test';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type JsonGeneralName,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import type { Client } from '../../core/audit/index.ts';
import { closed, type Fixture, listening } from './listening.test-fixture.ts';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const GET = 'GET /nowhere HTTP/1.1\r\nHost: h\r\n';
const versions = ['TLSv1.2', 'TLSv1.3'] as const;

let ca: Ca;
let server: Identity;
let good: Identity;

before(async () => {
  ca = await newCa('CN=Clients, O=Example');
  server = await issue(ca, {
    usage: ExtendedKeyUsage.serverAuth,
    sans: [{ type: 'dns', value: 'localhost' }],
  });
  good = await issue(ca);
});

/** A listener that asks for certificates of the CA. */
function asking(required = false, nowMs = (): number => Date.now()): Promise<Fixture> {
  const { cert, key } = server;
  return listening({ tls: { cert, key, clients: { ca: ca.pem, required } }, nowMs });
}

interface Asked {
  readonly answer: string;
  readonly reused: boolean;
  readonly session: Buffer | undefined;
}

async function open(
  port: number,
  identity: Identity | undefined,
  options: ConnectionOptions,
): Promise<TLSSocket> {
  const own = identity === undefined ? {} : { cert: identity.cert, key: identity.key };
  const socket = connect({
    port,
    host: '127.0.0.1',
    servername: 'localhost',
    ca: ca.pem,
    ...own,
    ...options,
  });
  await once(socket, 'secureConnect');
  return socket;
}

/** One request over a connection of its own. */
async function ask(port: number, identity?: Identity, options: ConnectionOptions = {}): Promise<Asked> {
  const socket = await open(port, identity, options);
  const reused = socket.isSessionReused();
  let session: Buffer | undefined = socket.getSession();
  socket.on('session', (latest: Buffer) => (session = latest));
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(`${GET}Connection: close\r\n\r\n`);
  await closed(socket);
  return { answer: Buffer.concat(chunks).toString('latin1'), reused, session };
}

function lastClient({ recorded, faults }: Fixture): Client {
  assert.deepEqual(faults, []);
  const last = recorded.at(-1);
  assert.ok(last !== undefined);
  return last.attempt.client;
}

for (const version of versions) {
  test(`a certificate of the CA is on the record (${version})`, async () => {
    const identity = await issue(ca, {
      subject: [{ C: ['DE'] }, { O: ['Example'] }, { CN: ['pay, ments'] }],
      serial: '0a4711',
      notAfter: new Date('2040-01-02T03:04:05Z'),
      sans: [
        { type: 'dns', value: 'app.example' },
        { type: 'url', value: 'spiffe://example/ns/a,b' },
        { type: 'ip', value: '192.0.2.1' },
      ],
    });
    await using listener = await asking();
    await ask(listener.port, identity, { maxVersion: version });
    const { certificate, certificateError, tlsVersion } = lastClient(listener);
    assert.equal(tlsVersion, version);
    assert.equal(certificateError, undefined);
    assert.deepEqual(certificate?.sans, [
      'DNS:app.example',
      String.raw`URI:"spiffe://example/ns/a\u002cb"`,
      'IP Address:192.0.2.1',
    ]);
    assert.equal(certificate.sha256, identity.sha256);
    assert.equal(certificate.issuer, 'O=Example,CN=Clients');
    assert.equal(certificate.serial, '0A4711');
    assert.equal(certificate.notAfter, '2040-01-02T03:04:05.000Z');
    assert.equal(certificate.subject, String.raw`CN=pay\, ments,O=Example,C=DE`);
    assert.deepEqual(Object.keys(certificate), Object.keys(certificate).toSorted());
  });

  test(`a session that is resumed has the certificate that it began with (${version})`, async () => {
    await using listener = await asking();
    const first = await ask(listener.port, good, { maxVersion: version });
    const second = await ask(listener.port, good, { maxVersion: version, session: first.session });
    assert.ok(second.reused, 'the session was not resumed');
    assert.equal(lastClient(listener).certificate?.sha256, good.sha256);
  });

  test(`a session without a certificate has none when it is resumed, whatever TLS makes of it (${version})`, async () => {
    await using listener = await asking();
    const first = await ask(listener.port, undefined, { maxVersion: version });
    const second = await ask(listener.port, good, { maxVersion: version, session: first.session });
    assert.ok(second.reused, 'the session was not resumed');
    const { certificate, certificateError } = lastClient(listener);
    assert.deepEqual([certificate, certificateError], [undefined, undefined]);
  });

  test(`a session with a certificate that does not count gains nothing by being resumed (${version})`, async () => {
    const other = await selfMade('CN=app');
    await using listener = await asking();
    const first = await ask(listener.port, other, { maxVersion: version });
    const second = await ask(listener.port, other, { maxVersion: version, session: first.session });
    assert.ok(second.reused, 'the session was not resumed');
    const { certificate, certificateError } = lastClient(listener);
    assert.deepEqual([certificate, certificateError], [undefined, 'DEPTH_ZERO_SELF_SIGNED_CERT']);
  });

  test(`a session that outlives its certificate is resumed without it (${version})`, async () => {
    const short = await issue(ca, { notAfter: new Date(Date.now() + HOUR_MS) });
    let aheadMs = 0;
    await using listener = await asking(false, () => Date.now() + aheadMs);
    const first = await ask(listener.port, short, { maxVersion: version });
    assert.equal(lastClient(listener).certificate?.sha256, short.sha256);
    aheadMs = 2 * HOUR_MS;
    const second = await ask(listener.port, short, { maxVersion: version, session: first.session });
    assert.ok(second.reused, 'the session was not resumed');
    const { certificate, certificateError } = lastClient(listener);
    assert.deepEqual([certificate, certificateError], [undefined, 'CERT_HAS_EXPIRED']);
  });
}

test('a client without a certificate is served as ever', async () => {
  await using listener = await asking();
  assert.match((await ask(listener.port)).answer, /^HTTP\/1\.1 404 /);
  const { certificate, certificateError } = lastClient(listener);
  assert.deepEqual([certificate, certificateError], [undefined, undefined]);
});

const refused: readonly (readonly [name: string, make: () => Promise<Identity>, code: string])[] = [
  [
    'that has ended',
    () =>
      issue(ca, { notBefore: new Date(Date.now() - 2 * HOUR_MS), notAfter: new Date(Date.now() - HOUR_MS) }),
    'CERT_HAS_EXPIRED',
  ],
  [
    'that has not begun',
    () => issue(ca, { notBefore: new Date(Date.now() + HOUR_MS) }),
    'CERT_NOT_YET_VALID',
  ],
  [
    'of another CA of the same name',
    async () => issue(await newCa('CN=Clients, O=Example')),
    'CERT_SIGNATURE_FAILURE',
  ],
  ['of another CA', async () => issue(await newCa('CN=Strangers')), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['that its owner made', () => selfMade('CN=app'), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['that is made for servers', () => issue(ca, { usage: ExtendedKeyUsage.serverAuth }), 'INVALID_PURPOSE'],
];

for (const [name, make, code] of refused) {
  test(`a certificate ${name} does not count, and the record says that it was shown`, async () => {
    const identity = await make();
    await using listener = await asking();
    assert.match((await ask(listener.port, identity)).answer, /^HTTP\/1\.1 404 /);
    const { certificate, certificateError } = lastClient(listener);
    assert.deepEqual([certificate, certificateError], [undefined, code]);
  });
}

test('where a certificate is required, whoever has none that counts is refused, on the record', async () => {
  await using listener = await asking(true);
  for (const identity of [undefined, await selfMade('CN=app')]) {
    assert.match((await ask(listener.port, identity)).answer, /^HTTP\/1\.1 403 /);
    const last = listener.recorded.at(-1);
    assert.equal(last?.action, 'request.unauthenticated');
    assert.equal(last.code, 'ClientCertificateRequired');
    assert.equal(last.outcome, 'denied');
  }
  assert.match((await ask(listener.port, good)).answer, /^HTTP\/1\.1 404 /);
});

test('over a connection that stays, a certificate is read once and counts until it ends', async () => {
  const short = await issue(ca, { notAfter: new Date(Date.now() + HOUR_MS) });
  let aheadMs = 0;
  await using listener = await asking(false, () => Date.now() + aheadMs);
  const socket = await open(listener.port, short, {});
  const found: Client[] = [];
  for (const ahead of [0, 0, 2 * HOUR_MS]) {
    aheadMs = ahead;
    socket.write(`${GET}\r\n`);
    await once(socket, 'data');
    found.push(lastClient(listener));
  }
  socket.destroy();
  const [first, second, third] = found;
  assert.equal(first?.certificate?.sha256, short.sha256);
  assert.equal(second?.certificate, first.certificate);
  assert.deepEqual([third?.certificate, third?.certificateError], [undefined, 'CERT_HAS_EXPIRED']);
  assert.equal(third?.port, first.port);
});

test('names of any length are cut, and say so', async () => {
  const long = await issue(ca, {
    subject: Array.from({ length: 12 }, (_value, index) => `OU=${index}${'x'.repeat(60)}`).join(','),
    sans: Array.from({ length: 60 }, (_value, index) => ({
      type: 'dns' as const,
      value: `${index}.${'y'.repeat(index % 2 === 0 ? 300 : 10)}`,
    })),
  });
  await using listener = await asking();
  await ask(listener.port, long);
  const { certificate } = lastClient(listener);
  assert.equal(certificate?.subject.length, 512);
  assert.ok(certificate.subject.endsWith('…'));
  assert.equal(certificate.sans?.length, 16);
  assert.deepEqual(
    certificate.sans.map((name) => name.endsWith('…')),
    certificate.sans.map((_name, index) => index % 2 === 0),
  );
  for (const name of certificate.sans) assert.ok(name.length <= 256);
});

test('nobody becomes somebody else in the middle of a connection', async () => {
  await using listener = await asking();
  const socket = await open(listener.port, good, { maxVersion: 'TLSv1.2' });
  socket.on('error', () => undefined);
  socket.resume();
  socket.renegotiate({ rejectUnauthorized: false }, () => undefined);
  await closed(socket);
  assert.deepEqual(
    listener.recorded.map(({ code }) => code),
    ['TlsHandshakeFailed'],
  );
});

test('TLS before 1.2 is refused', async () => {
  await using listener = await asking();
  const options = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await assert.rejects(open(listener.port, good, options));
});

interface KeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

/** A certificate and its private key, as PEM. */
interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly sha256: string;
}

/** What a test wants of a certificate; a good client certificate for a day where it says nothing. */
interface Wish {
  readonly subject?: string | JsonName;
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly usage?: ExtendedKeyUsage;
  readonly sans?: readonly JsonGeneralName[];
  readonly serial?: string;
}

/** A certification authority. */
interface Ca {
  readonly pem: string;
  readonly certificate: X509Certificate;
  readonly keys: KeyPair;
}

async function newCa(name: string): Promise<Ca> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name,
    ...day(),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign, true),
    ],
  });
  return { pem: certificate.toString('pem'), certificate, keys };
}

async function issue(by: Ca, wish: Wish = {}): Promise<Identity> {
  const { subject = 'CN=app', usage = ExtendedKeyUsage.clientAuth, sans = [], serial } = wish;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.create({
    subject,
    issuer: by.certificate.subject,
    notBefore: wish.notBefore ?? day().notBefore,
    notAfter: wish.notAfter ?? day().notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: by.keys.privateKey,
    ...(serial === undefined ? {} : { serialNumber: serial }),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new ExtendedKeyUsageExtension([usage]),
      ...(sans.length === 0 ? [] : [new SubjectAlternativeNameExtension([...sans])]),
    ],
  });
  return identityOf(certificate, keys);
}

/** A certificate that nobody but its owner vouches for. */
async function selfMade(subject: string): Promise<Identity> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const wish = { name: subject, ...day(), signingAlgorithm: ALGORITHM, keys };
  return identityOf(await X509CertificateGenerator.createSelfSigned(wish), keys);
}

async function identityOf(certificate: X509Certificate, keys: KeyPair): Promise<Identity> {
  const key = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    cert: certificate.toString('pem'),
    key: PemConverter.encode(key, 'PRIVATE KEY'),
    sha256: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
  };
}

function day(): { readonly notBefore: Date; readonly notAfter: Date } {
  return { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + DAY_MS) };
}
