import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type SelfSigned, selfSignedCertificate } from '../../main/self-signed.ts';
import { AddressGuard, type Resolve } from '../outbound/index.ts';

import type { SendingParts } from './ports.ts';
import { HttpReceiver, type Reply, until, VirtualClock } from './receivers.test-fixture.ts';
import { retryWaitMs } from './retry-schedule.ts';
import { sendHttp } from './send-http.ts';
import type { SendOutcome } from './send-outcome.ts';

const LOOPBACK = ['127.0.0.0/8', '::1'];
const folder = mkdtempSync(join(tmpdir(), 'keywitness-notify-'));
let tls: SelfSigned;
let ca: string;

before(async () => {
  tls = await selfSignedCertificate(folder, 'hooks.example');
  ca = readFileSync(tls.caFile, 'utf8');
});

after(() => rmSync(folder, { recursive: true }));

function partsOf(clock: VirtualClock, change: Partial<SendingParts> = {}): SendingParts {
  const { schedule } = clock;
  return { nowMs: () => clock.nowMs, schedule, allowAddresses: LOOPBACK, allowPlainHttp: true, ...change };
}

function send(url: string, parts: SendingParts, resolve?: Resolve): Promise<SendOutcome> {
  const message = { url, headers: { 'content-type': 'application/json' }, body: '{"a":"ä"}' };
  return sendHttp(message, new AddressGuard(parts.allowAddresses, resolve), parts);
}

async function outcomeOf(reply: Reply): Promise<SendOutcome> {
  await using receiver = await new HttpReceiver().start();
  receiver.reply = () => reply;
  return await send(receiver.url, partsOf(new VirtualClock()));
}

test('a message arrives as it was written', async () => {
  await using receiver = await new HttpReceiver().start();
  assert.deepEqual(await send(receiver.url, partsOf(new VirtualClock())), { kind: 'sent' });
  const [request] = receiver.requests;
  assert.equal(request?.method, 'POST');
  assert.equal(request.body, '{"a":"ä"}');
  assert.equal(request.headers['content-length'], '10');
  assert.equal(request.headers['content-type'], 'application/json');
});

const later = { kind: 'failed', again: 'later' } as const;
const answers: readonly (readonly [what: string, reply: Reply, outcome: SendOutcome])[] = [
  ['204', { status: 204 }, { kind: 'sent' }],
  [
    'a redirect',
    { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
    { ...later, reason: 'the receiver answered 302' },
  ],
  [
    '400 with a word',
    { status: 400, body: 'invalid_payload' },
    { kind: 'failed', again: 'never', reason: 'the receiver answered 400 `invalid_payload`' },
  ],
  [
    '400 with what it was sent',
    { status: 400, body: '{"routing_key":"x"}' },
    { kind: 'failed', again: 'never', reason: 'the receiver answered 400' },
  ],
  ['404', { status: 404 }, { ...later, reason: 'the receiver answered 404' }],
  ['410', { status: 410 }, { ...later, reason: 'the receiver answered 410', waitMs: 3_600_000 }],
  ['413', { status: 413 }, { kind: 'failed', again: 'never', reason: 'the receiver answered 413' }],
  [
    '429 with seconds',
    { status: 429, headers: { 'retry-after': '30' } },
    { ...later, reason: 'the receiver answered 429', waitMs: 30_000 },
  ],
  [
    '429 with a date',
    { status: 429, headers: { 'retry-after': 'Tue, 01 Jan 2030 12:02:00 GMT' } },
    { ...later, reason: 'the receiver answered 429', waitMs: 120_000 },
  ],
  [
    '503 with a very long wait',
    { status: 503, headers: { 'retry-after': '999999999' } },
    { ...later, reason: 'the receiver answered 503', waitMs: 3_600_000 },
  ],
  [
    '503 with nonsense',
    { status: 503, headers: { 'retry-after': 'soon' } },
    { ...later, reason: 'the receiver answered 503' },
  ],
  ['an endless answer', { status: 200, body: 'x'.repeat(1_000_000) }, { kind: 'sent' }],
];

for (const [what, reply, outcome] of answers) {
  test(`a receiver answers ${what}`, async () => {
    assert.deepEqual(await outcomeOf(reply), outcome);
  });
}

test('a redirect is not followed', async () => {
  await using other = await new HttpReceiver().start();
  await outcomeOf({ status: 307, headers: { location: other.url } });
  assert.equal(other.requests.length, 0);
});

test('a receiver that hangs has ten seconds', async () => {
  await using receiver = await new HttpReceiver().start();
  receiver.reply = () => 'hang';
  const clock = new VirtualClock();
  const sending = send(receiver.url, partsOf(clock));
  await until(() => receiver.requests.length === 1, 'a request');
  clock.pass(10_000);
  assert.deepEqual(await sending, { ...later, reason: 'the receiver did not answer within 10 seconds' });
});

test('nobody listens', async () => {
  const outcome = await send('http://127.0.0.1:1/', partsOf(new VirtualClock()));
  assert.deepEqual(outcome, { ...later, reason: 'the connection failed with `ECONNREFUSED`' });
});

test('http takes a setting', async () => {
  await using receiver = await new HttpReceiver().start();
  const outcome = await send(receiver.url, partsOf(new VirtualClock(), { allowPlainHttp: false }));
  assert.match(outcome.kind === 'failed' ? outcome.reason : '', /not https/);
  assert.equal(receiver.requests.length, 0);
});

test('a certificate must be of a known CA, and for the name', async () => {
  await using receiver = await new HttpReceiver(tls).start();
  const resolve: Resolve = () => Promise.resolve(['127.0.0.1']);
  const clock = new VirtualClock();
  const url = `https://hooks.example:${receiver.port}/`;
  const trusting = partsOf(clock, { extraCertificates: ca });
  assert.deepEqual(await send(url, trusting, resolve), { kind: 'sent' });
  const unknown = await send(url, partsOf(clock), resolve);
  assert.match(unknown.kind === 'failed' ? unknown.reason : '', /`(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)\w+`/);
  const misnamed = await send(`https://other.example:${receiver.port}/`, trusting, resolve);
  assert.match(misnamed.kind === 'failed' ? misnamed.reason : '', /ERR_TLS_CERT_ALTNAME_INVALID/);
  assert.equal(receiver.requests.length, 1);
});

test('a name is looked up once: what was checked is what is connected to', async () => {
  await using receiver = await new HttpReceiver().start();
  const asked: string[] = [];
  // The second answer would lead to the receiver on loopback.
  const resolve: Resolve = (host) => {
    asked.push(host);
    return Promise.resolve([asked.length === 1 ? '127.0.0.2' : '127.0.0.1']);
  };
  const parts = partsOf(new VirtualClock(), { allowAddresses: ['127.0.0.2'] });
  const url = `http://rebinding.example:${receiver.port}/`;
  assert.equal((await send(url, parts, resolve)).kind, 'failed');
  assert.deepEqual(asked, ['rebinding.example']);
  assert.match(JSON.stringify(await send(url, parts, resolve)), /notify-allow-addresses/);
  assert.equal(receiver.requests.length, 0);
});

const refused = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.255',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '64:ff9b::7f00:1',
  'fc00::1',
  'fd12:3456::1',
  'fe80::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2001::1',
  '3fff::1',
  'fd00:ec2::254',
];
const allowed = [
  '1.1.1.1',
  '172.32.0.1',
  '100.128.0.1',
  '192.169.0.1',
  '2606:4700::1111',
  '2a00:1450:4001::1',
];

test('no address is connected to that is not of the public Internet', async () => {
  const guard = new AddressGuard([], (host) => Promise.resolve(host.split('.or.')));
  for (const address of refused) {
    assert.equal((await guard.check(address)).kind, 'refused', address);
    assert.equal((await guard.check(`1.1.1.1.or.${address}`)).kind, 'refused', `${address} among others`);
  }
  for (const address of allowed) assert.equal((await guard.check(address)).kind, 'allowed', address);
  assert.equal((await guard.check('[::1]')).kind, 'refused');
  assert.equal((await guard.check('[2606:4700::1111]')).kind, 'allowed');
});

test('ranges can be allowed, and nothing beside them is', async () => {
  const guard = new AddressGuard(['10.1.0.0/16', 'fd12::/16']);
  for (const address of ['10.1.2.3', 'fd12::1', '::ffff:10.1.2.3']) {
    assert.equal((await guard.check(address)).kind, 'allowed', address);
  }
  for (const address of ['10.2.0.1', 'fd13::1', '127.0.0.1']) {
    assert.equal((await guard.check(address)).kind, 'refused', address);
  }
  assert.throws(() => new AddressGuard(['10.0.0.0/99']), TypeError);
});

test('a name without an address is one to ask for again later', async () => {
  for (const resolve of [
    (): Promise<string[]> => Promise.reject(new Error('no')),
    () => Promise.resolve([]),
  ]) {
    const outcome = await send('https://nobody.example/', partsOf(new VirtualClock()), resolve);
    assert.deepEqual(outcome, { ...later, reason: 'the name of the receiver has no address' });
  }
});

test('waiting doubles from a second up to ten minutes, less what chance takes away', () => {
  assert.deepEqual(
    [1, 2, 3, 4, 10, 11, 1000].map((failures) => retryWaitMs(failures, 0)),
    [1000, 2000, 4000, 8000, 512_000, 600_000, 600_000],
  );
  assert.equal(retryWaitMs(3, 0.999), 2002);
  assert.equal(retryWaitMs(1, 0.5, 30_000), 30_000);
});
