import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { type SelfSigned, selfSignedCertificate } from '../../main/self-signed.ts';
import { AddressGuard, type Resolve } from '../outbound/index.ts';
import { mailOf } from './email-format.ts';
import type { SendingParts } from './ports.ts';
import { portOf, until, VirtualClock } from './receivers.test-fixture.ts';
import { hostileIncident, noticeLike } from './samples.test-fixture.ts';
import { sendMail } from './send-mail.ts';
import type { SendOutcome } from './send-outcome.ts';

const PASSWORD = 'canary-password';
const folder = mkdtempSync(join(tmpdir(), 'keywitness-mail-'));
const later = { kind: 'failed', again: 'later' } as const;
let tls: SelfSigned;
let ca: string;

before(async () => {
  tls = await selfSignedCertificate(folder, 'mail.example');
  ca = readFileSync(tls.caFile, 'utf8');
});

after(() => rmSync(folder, { recursive: true }));

/** A mail server that keeps what it takes. */
interface MailServer extends AsyncDisposable {
  readonly port: number;
  readonly mails: {
    readonly from: string;
    readonly to: readonly string[];
    readonly secure: boolean;
    readonly text: string;
  }[];
  readonly logins: (string | undefined)[];
}

async function mailServer(options: object = {}, refusal?: number): Promise<MailServer> {
  const mails: MailServer['mails'] = [];
  const logins: MailServer['logins'] = [];
  const server = new SMTPServer({
    cert: tls.cert,
    key: tls.key,
    authOptional: true,
    ...options,
    onAuth({ username, password }, _session, callback) {
      logins.push(username);
      if (password === PASSWORD) callback(null, { user: username });
      else callback(new Error('no'));
    },
    onData(stream, { envelope, secure }, callback) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
        const to = envelope.rcptTo.map(({ address }) => address);
        mails.push({ from, to, secure, text: Buffer.concat(pieces).toString('utf8') });
        if (refusal === undefined) callback(null);
        else callback(Object.assign(new Error('it quotes canary-0f9b'), { responseCode: refusal }));
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: portOf(server.server),
    mails,
    logins,
    async [Symbol.asyncDispose]() {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      server.close(() => resolve(undefined));
      await promise;
    },
  };
}

function send(
  port: number,
  change: object = {},
  secrets = {},
  parts: Partial<SendingParts> = {},
  resolve: Resolve = () => Promise.resolve(['127.0.0.1']),
): Promise<SendOutcome> {
  const clock = new VirtualClock();
  const settings = {
    host: 'mail.example',
    port: String(port),
    security: 'starttls',
    from: 'kms@example.com',
    to: 'a@example.com, b@example.com',
    ...change,
  };
  const whole: SendingParts = {
    nowMs: () => clock.nowMs,
    schedule: clock.schedule,
    allowAddresses: ['127.0.0.1'],
    allowPlainHttp: false,
    extraCertificates: ca,
    ...parts,
  };
  const guard = new AddressGuard(whole.allowAddresses, resolve);
  const mail = mailOf({ kind: 'single', notice: noticeLike({ incident: hostileIncident() }) }, { settings });
  return sendMail(mail, { settings }, secrets, guard, whole);
}

test('an e-mail goes over STARTTLS to all recipients, as plain text and HTML, under its own id', async () => {
  await using server = await mailServer();
  assert.deepEqual(await send(server.port), { kind: 'sent' });
  const [mail] = server.mails;
  assert.ok(mail !== undefined && mail.secure);
  assert.equal(mail.from, 'kms@example.com');
  assert.deepEqual(mail.to, ['a@example.com', 'b@example.com']);
  assert.match(mail.text, /^Message-ID: <019b0000-0000-7000-8000-0000000000ff\.oncall@example\.com>$/im);
  assert.match(mail.text, /^Auto-Submitted: auto-generated\r$/m);
  assert.match(mail.text, /^Content-Type: multipart\/alternative/m);
  assert.match(mail.text, /^Content-Type: text\/html/m);
  assert.doesNotMatch(mail.text.split('\r\n\r\n')[0] ?? '', /^Bcc:/im);
});

test('a password is given over TLS, of either kind', async () => {
  await using starting = await mailServer();
  await using whole = await mailServer({ secure: true });
  const secrets = { password: PASSWORD };
  assert.deepEqual(await send(starting.port, { user: 'kms' }, secrets), { kind: 'sent' });
  assert.deepEqual(await send(whole.port, { user: 'kms', security: 'tls' }, secrets), { kind: 'sent' });
  assert.deepEqual([starting.logins, whole.logins], [['kms'], ['kms']]);
  const wrong = await send(starting.port, { user: 'kms' }, { password: 'another' });
  assert.deepEqual(wrong, { ...later, reason: 'the mail server answered 535' });
});

test('a server without TLS gets nothing, unless the channel says so', async () => {
  await using server = await mailServer({ disabledCommands: ['STARTTLS'] });
  const outcome = await send(server.port);
  assert.equal(outcome.kind, 'failed');
  assert.equal(server.mails.length, 0);
  assert.deepEqual(await send(server.port, { security: 'dangerously-none' }), { kind: 'sent' });
  assert.equal(server.mails[0]?.secure, false);
});

test('a certificate of an unknown CA, or for another name, is not taken', async () => {
  await using server = await mailServer();
  for (const outcome of [
    await send(server.port, {}, {}, { extraCertificates: tls.cert }),
    await send(server.port, { host: 'other.example' }),
  ]) {
    assert.equal(outcome.kind, 'failed');
    assert.ok(!JSON.stringify(outcome).includes('never'));
  }
  assert.equal(server.mails.length, 0);
});

test('an address that is not allowed is not connected to', async () => {
  await using server = await mailServer();
  const outcome = await send(server.port, {}, {}, { allowAddresses: [] });
  assert.match(outcome.kind === 'failed' ? outcome.reason : '', /notify-allow-addresses/);
});

test('the number of a refusal is told, and not its words', async () => {
  await using busy = await mailServer({}, 451);
  await using strict = await mailServer({}, 552);
  assert.deepEqual(await send(busy.port), { ...later, reason: 'the mail server answered 451' });
  const never = { kind: 'failed', again: 'never', reason: 'the mail server answered 552' };
  assert.deepEqual(await send(strict.port), never);
});

test('a name server that hangs has ten seconds as well', async () => {
  const clock = new VirtualClock();
  const parts = { nowMs: () => clock.nowMs, schedule: clock.schedule };
  const sending = send(1, {}, {}, parts, () => new Promise(() => undefined));
  clock.pass(10_000);
  assert.deepEqual(await sending, { ...later, reason: 'the mail server did not answer within 10 seconds' });
});

test('a server that hangs has ten seconds', async () => {
  const clock = new VirtualClock();
  let connections = 0;
  const silent = createServer(() => {
    connections += 1;
  });
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const sending = send(portOf(silent), {}, {}, { nowMs: () => clock.nowMs, schedule: clock.schedule });
  await until(() => connections === 1, 'a connection');
  clock.pass(10_000);
  assert.deepEqual(await sending, { ...later, reason: 'the mail server did not answer within 10 seconds' });
  silent.close();
});

test('nobody listens', async () => {
  assert.deepEqual(await send(1), { ...later, reason: 'the connection failed with `ECONNREFUSED`' });
});
