import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Params } from '../../core/operations/index.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench } from '../admin/admin-bench.test-fixture.ts';
import { endpoints } from '../admin/endpoints.ts';
import { awsRoute } from '../aws/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import {
  type BenchHeaders,
  codeOf,
  ConsoleBench,
  type SignedIn,
  textOf,
} from './console-bench.test-fixture.ts';

const JSON_TYPE = 'application/x-amz-json-1.1';
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** A request to each front: those of AWS's services are `POST`, as all of them are. */
const REQUESTS: readonly (readonly [string, string, BenchHeaders, string])[] = [
  ['GET', '/console/session', {}, ''],
  ['GET', '/v1/principals', {}, ''],
  ['GET', '/log/log.vkey', {}, ''],
  ['POST', '/', { 'content-type': JSON_TYPE, 'x-amz-target': 'TrentService.ListKeys' }, '{}'],
  ['POST', '/', { 'content-type': FORM_TYPE }, 'Action=GetCallerIdentity&Version=2011-06-15'],
  ['POST', '/', { 'content-type': FORM_TYPE }, 'Action=ListUsers&Version=2010-05-08'],
];

function start(): Promise<ConsoleBench<AdminBench>> {
  return ConsoleBench.start({
    admin: (verifySignature) => new AdminBench(openMemoryStore(), { verifySignature }),
    aws: (service, verifySignature) => awsRoute({ service, verifySignature }),
  });
}

/** Sends the same headers to every front, each of which must refuse and record it. */
async function assertRefused(
  bench: ConsoleBench<AdminBench>,
  headers: BenchHeaders,
  code: RegExp,
  what: string,
): Promise<void> {
  for (const [method, target, own, body] of REQUESTS) {
    const before = bench.admin.attempts();
    const answer = await bench.ask(method, target, { ...own, ...headers }, body);
    assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${target} ${answer.status}`);
    assert.match(codeOf(answer) ?? '', code, `${what}: ${target} ${textOf(answer)}`);
    assert.equal(bench.admin.attempts(), before + 1, `${what}: ${target} is on the record`);
    assert.equal(bench.lastEvent().outcome, 'denied', `${what}: ${target}`);
    assert.equal(bench.lastEvent().actor.type, code === GONE ? 'user' : 'anonymous', what);
  }
}

/** Nobody's, and those of a session that was one. */
const UNKNOWN = /^(UnrecognizedClient(Exception)?|InvalidClientTokenId)$/;
const GONE = /^(CredentialInvalid|UnrecognizedClientException|InvalidClientTokenId)$/;
const EXPIRED = /^ExpiredToken(Exception)?$/;
const CROSS_SITE = /^CrossSiteRequest$/;
const MISSING = /^MissingAuthenticationToken(Exception)?$/;

function withoutMember(headers: BenchHeaders, name: string): BenchHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([candidate]) => candidate !== name));
}

/** The parts of a cookie. */
function partsOf({ cookie }: SignedIn): readonly string[] {
  return cookie.slice(cookie.indexOf('=') + 1).split('.');
}

function cookieFrom(...parts: readonly string[]): string {
  return `__Host-keywitness-session=${parts.join('.')}`;
}

test('a cookie that is wrong in any part proves nothing, on any front, and is on the record', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  const other = await bench.signIn();
  const [version = '', id = '', secret = '', token = ''] = partsOf(mine);
  const [, otherId = '', otherSecret = '', otherToken = ''] = partsOf(other);
  const wrong: Readonly<Record<string, string>> = {
    'a wrong secret': cookieFrom(
      version,
      id,
      `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`,
      token,
    ),
    'an empty secret': cookieFrom(version, id, '', token),
    'a token without its secret': cookieFrom(version, id, token),
    'a token alone': cookieFrom(token),
    'no token': cookieFrom(version, id, secret, ''),
    "another session's secret": cookieFrom(version, id, otherSecret, token),
    "another session's token": cookieFrom(version, id, secret, otherToken),
    "another session's id": cookieFrom(version, otherId, secret, token),
    'a token with a bit changed': cookieFrom(
      version,
      id,
      secret,
      `${token.slice(0, 40)}${token[40] === 'A' ? 'B' : 'A'}${token.slice(41)}`,
    ),
    'a token that is cut': cookieFrom(version, id, secret, token.slice(0, -4)),
    'another version': cookieFrom('2', id, secret, token),
    'more parts': cookieFrom(version, id, secret, token, token),
    'a long-lived access key': cookieFrom(
      version,
      bench.administrator.accessKeyId,
      bench.administrator.secretAccessKey,
      token,
    ),
    'an oversized one': cookieFrom(version, id, secret, `${token}${'A'.repeat(8192)}`),
    'an empty one': cookieFrom(''),
    garbage: cookieFrom('\u00ff\u0001"<script>'),
    'quotation marks': cookieFrom(`"${partsOf(mine).join('.')}"`),
    'the same one twice': `${mine.cookie}; ${mine.cookie}`,
    'two sessions': `${mine.cookie}; ${other.cookie}`,
    'an own one after a stranger': `__Host-keywitness-session=x; ${mine.cookie}`,
  };
  for (const [what, cookie] of Object.entries(wrong)) {
    await assertRefused(bench, bench.headersOf({ ...mine, cookie }), UNKNOWN, what);
  }
  const twoLines = bench.headersOf(mine, { cookie: [mine.cookie, other.cookie] });
  await assertRefused(bench, twoLines, UNKNOWN, 'two lines of cookies');
  // What has another name is another cookie.
  for (const name of [
    'keywitness-session',
    '__host-keywitness-session',
    '__Host-keywitness-session2',
    'x-keywitness-session',
  ]) {
    const cookie = mine.cookie.replace('__Host-keywitness-session', name);
    await assertRefused(bench, bench.headersOf({ ...mine, cookie }), MISSING, name);
  }
  const record = bench.admin.entries().join('');
  for (const hidden of [secret, otherSecret, token, otherToken, mine.session.csrfToken]) {
    assert.ok(!record.includes(hidden) && !record.includes(hidden.slice(0, 24)));
  }
});

test('a cookie counts among those of others, and however it is sent', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  for (const cookie of [
    `a=b; ${mine.cookie}`,
    `${mine.cookie};c=d`,
    ` ${mine.cookie} ; x`,
    ['a=b', mine.cookie],
    `keywitness-session=1.x; ${mine.cookie}`,
  ]) {
    const answer = await bench.ask('GET', '/v1/principals', bench.headersOf(mine, { cookie }));
    assert.equal(answer.status, 200, String(cookie));
  }
});

test('only a page of this origin is believed, and what it changes it has to mean', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  const other = await bench.signIn();
  const sites = ['cross-site', 'same-site', 'none', '', 'Same-Origin', 'same-origin ', 'same-origin,none'];
  for (const site of sites) {
    await assertRefused(bench, bench.headersOf(mine, { 'sec-fetch-site': site }), CROSS_SITE, site);
  }
  await assertRefused(
    bench,
    { cookie: mine.cookie, 'x-keywitness-csrf': mine.session.csrfToken },
    CROSS_SITE,
    '-',
  );
  const two = bench.headersOf(mine, { 'sec-fetch-site': ['same-origin', 'same-origin'] });
  await assertRefused(bench, two, CROSS_SITE, 'said twice');
  const { csrfToken } = mine.session;
  const tokens = [
    '',
    other.session.csrfToken,
    csrfToken.toUpperCase(),
    csrfToken.slice(1),
    `${csrfToken}0`,
    [csrfToken, csrfToken],
  ];
  const keys = bench.headersOf(mine, { 'content-type': JSON_TYPE, 'x-amz-target': 'TrentService.CreateKey' });
  const changing: readonly (readonly [string, string, BenchHeaders, string])[] = [
    ['DELETE', '/console/session', bench.headersOf(mine), ''],
    ['POST', '/v1/principals', bench.headersOf(mine), '{"name":"eve","type":"user"}'],
    ['PUT', '/v1/principals/admin/policies/x', bench.headersOf(mine), '{"document":"{}"}'],
    ['DELETE', '/v1/credentials/AKIAABCDEFGHIJKLMNOP', bench.headersOf(mine), ''],
    ['PATCH', '/v1/principals', bench.headersOf(mine), ''],
    ['POST', '/', keys, '{}'],
  ];
  for (const [method, target, headers, body] of changing) {
    const without = withoutMember(headers, 'x-keywitness-csrf');
    for (const token of [undefined, ...tokens]) {
      const sent = token === undefined ? without : { ...without, 'x-keywitness-csrf': token };
      const answer = await bench.ask(method, target, sent, body);
      assert.deepEqual(
        [answer.status, codeOf(answer)],
        [403, 'CrossSiteRequest'],
        `${method} ${String(token)}`,
      );
      assert.equal(answer.cookies, undefined, 'another site cannot sign anybody out');
      const event = bench.lastEvent();
      assert.deepEqual([event.action, event.outcome], ['request.unauthenticated', 'denied']);
      assert.deepEqual([event.actor.credentialId, event.actor.unverified], [mine.session.accessKeyId, true]);
    }
  }
  const read = bench.headersOf(mine, { 'x-keywitness-csrf': 'wrong' });
  assert.equal((await bench.ask('GET', '/v1/principals', read)).status, 200, 'reading needs none');
});

test('whoever signs, well or badly, is not helped by a cookie', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  const headers = bench.headersOf(mine);
  for (const [name, value] of [
    ['authorization', 'Bearer x'],
    ['authorization', ''],
    ['Authorization', 'AWS4-HMAC-SHA256 Credential=AKIA'],
    ['x-amz-security-token', 'x'],
  ] as const) {
    const answer = await bench.ask('GET', '/v1/principals', { ...headers, [name]: value });
    assert.equal(answer.status, 401, `${name}: ${value}`);
    assert.notEqual(bench.lastEvent().actor.type, 'user');
  }
  const presigned = await bench.ask('GET', '/v1/principals?X-Amz-Signature=x', headers);
  assert.deepEqual([presigned.status, codeOf(presigned)], [401, 'IncompleteSignature']);
  const signed = await bench.signed('GET', '/v1/principals');
  const answer = await bench.ask('GET', '/v1/principals', { ...headers, ...signed, cookie: 'garbage' });
  assert.equal(answer.status, 200);
  assert.equal(bench.lastEvent().actor.credentialId, bench.administrator.accessKeyId);
  assert.equal(bench.lastEvent().actor.session, undefined);
  const told = await bench.ask('GET', '/console/session', await bench.signed('GET', '/console/session'));
  assert.deepEqual([told.status, codeOf(told)], [401, 'MissingAuthenticationToken']);
});

test('a session ends when it, its principal or its credential does, on every front at once', async () => {
  const endings: readonly ((ann: SignedIn, accessKeyId: string) => readonly [string, string, string])[] = [
    ({ session }) => ['POST', `/v1/sessions/${session.accessKeyId}/revoke`, '{}'],
    ({ session }) => ['POST', '/v1/sessions/revoke', JSON.stringify({ principalArn: session.principalArn })],
    () => ['POST', '/v1/principals/ann/disable', ''],
    (_ann, accessKeyId) => ['POST', `/v1/credentials/${accessKeyId}/disable`, ''],
    (_ann, accessKeyId) => ['DELETE', `/v1/credentials/${accessKeyId}`, ''],
  ];
  for (const ending of endings) {
    const bench = await start();
    const asAdmin = async (method: string, target: string, body: string): Promise<Params> => {
      const headers = await bench.signed(method, target, bench.administrator, body);
      const answer = await bench.ask(method, target, headers, body);
      assert.equal(answer.status, 200, textOf(answer));
      const value: unknown = JSON.parse(textOf(answer));
      return new Params({ ...(typeof value === 'object' ? value : {}) });
    };
    await asAdmin('POST', '/v1/principals', '{"name":"ann","type":"user"}');
    const made = await asAdmin('POST', '/v1/principals/ann/credentials', '');
    const accessKeyId = made.text('accessKeyId');
    const ann = await bench.signIn({ accessKeyId, secretAccessKey: made.text('secretAccessKey') });
    const known = await bench.ask('GET', '/console/session', bench.headersOf(ann));
    assert.equal(known.status, 200);
    await asAdmin(...ending(ann, accessKeyId));
    await assertRefused(bench, bench.headersOf(ann), GONE, ending.toString());
  }
});

test('expired sessions are told from others, on every front', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  bench.admin.aheadMs = 8 * 3_600_000 + 1;
  await assertRefused(bench, bench.headersOf(mine), EXPIRED, 'expired');
});

test('signing in makes another session each time, for a page of this origin alone', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  const planted = await bench.signIn(bench.administrator, { cookie: mine.cookie });
  assert.notEqual(planted.cookie, mine.cookie);
  assert.notEqual(planted.session.accessKeyId, mine.session.accessKeyId);
  assert.notEqual(planted.session.csrfToken, mine.session.csrfToken);
  const signed = await bench.signed('POST', '/console/session');
  for (const site of ['cross-site', 'same-site', 'none', undefined]) {
    const headers = site === undefined ? signed : { ...signed, 'sec-fetch-site': site };
    const answer = await bench.ask('POST', '/console/session', headers);
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'CrossSiteRequest']);
    assert.equal(answer.cookies, undefined);
    assert.equal(bench.lastEvent().outcome, 'denied');
  }
  const byCookie = await bench.ask('POST', '/console/session', bench.headersOf(mine));
  assert.deepEqual([byCookie.status, codeOf(byCookie)], [401, 'MissingAuthenticationToken']);
  const wrong = await bench.signed('POST', '/console/session', {
    accessKeyId: bench.administrator.accessKeyId,
    secretAccessKey: 'wrong',
  });
  const refused = await bench.ask('POST', '/console/session', { ...wrong, 'sec-fetch-site': 'same-origin' });
  assert.deepEqual([refused.status, codeOf(refused)], [401, 'InvalidSignature']);
  assert.equal(refused.cookies, undefined);
  const event = bench.lastEvent();
  assert.deepEqual(
    [event.action, event.outcome, event.protocol.operation, event.actor.credentialId, event.actor.unverified],
    ['request.unauthenticated', 'denied', 'CreateSession', bench.administrator.accessKeyId, true],
  );
  const put = await bench.ask('PUT', '/console/session', bench.headersOf(mine));
  assert.deepEqual(
    [put.status, codeOf(put), bench.lastEvent().action],
    [405, 'MethodNotAllowed', 'request.unknown'],
  );
});

test('a client certificate proves nothing for a page of another site, nor in the place of a cookie', async () => {
  const bench = await start();
  const sha256 = 'c'.repeat(64);
  const body = JSON.stringify({ principalName: 'admin', sha256 });
  const headers = await bench.signed('POST', '/v1/certificates', bench.administrator, body);
  const registered = await bench.ask('POST', '/v1/certificates', headers, body);
  assert.equal(registered.status, 200, textOf(registered));
  const certificate = {
    sha256,
    issuer: 'CN=ca',
    subject: 'CN=admin',
    serial: '01',
    notAfter: '2100-01-01T00:00:00.000Z',
  };
  const connection = { client: { address: '192.0.2.7', certificate } };
  const ask = async (method: string, target: string, more: BenchHeaders): Promise<HttpAnswer> =>
    bench.ask(method, target, more, '', connection);
  for (const site of ['cross-site', 'same-site', 'x']) {
    const answer = await ask('GET', '/v1/principals', { 'sec-fetch-site': site });
    assert.deepEqual([answer.status, codeOf(answer)], [403, 'CrossSiteRequest']);
  }
  for (const more of [{}, { 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'none' }]) {
    assert.equal((await ask('GET', '/v1/principals', more)).status, 200);
  }
  const stale = { cookie: '__Host-keywitness-session=1.x', 'sec-fetch-site': 'same-origin' };
  const answer = await ask('GET', '/v1/principals', stale);
  assert.deepEqual([answer.status, codeOf(answer)], [401, 'UnrecognizedClient']);
  assert.equal((await ask('POST', '/console/session', {})).status, 403);
  const signedIn = await ask('POST', '/console/session', { 'sec-fetch-site': 'same-origin' });
  assert.equal(signedIn.status, 201);
  assert.equal((await ask('GET', '/console/session', { 'sec-fetch-site': 'same-origin' })).status, 204);
});

test('nothing that a request without a token against cross-site requests can ask changes anything', () => {
  const reading = /^(Get|List|Tail|Explain|Read|Export|Suggest|Summarize)[A-Z]/;
  const safe = endpoints.filter(({ method }) => method === 'GET' || method === 'HEAD');
  assert.ok(safe.length > 15);
  for (const { operation, path } of safe) assert.match(operation.name, reading, path.join('/'));
});

test('whatever is made of a cookie and its headers, it is refused and counted, unless it is all of it', async () => {
  const bench = await start();
  const mine = await bench.signIn();
  const value = mine.cookie.slice(mine.cookie.indexOf('=') + 1);
  const changed = fc
    .tuple(fc.nat({ max: value.length - 1 }), fc.string({ unit: 'binary-ascii', minLength: 0, maxLength: 3 }))
    .map(([at, text]) => `${value.slice(0, at)}${text}${value.slice(at + 1)}`);
  const anyValue = fc.oneof(changed, fc.string(), fc.constant(value));
  const anySite = fc.constantFrom('same-origin', 'cross-site', 'none', '');
  const anyToken = fc.constantFrom(mine.session.csrfToken, '', 'x');
  await fc.assert(
    fc.asyncProperty(
      anyValue,
      anySite,
      anyToken,
      fc.constantFrom(...REQUESTS),
      async (text, site, token, asked) => {
        const [method, target, own, body] = asked;
        const before = bench.admin.attempts();
        const cookie = `__Host-keywitness-session=${text}`;
        const headers = { ...own, cookie, 'sec-fetch-site': site, 'x-keywitness-csrf': token };
        const answer: HttpAnswer = await bench.ask(method, target, headers, body);
        const isWhole = text.trim() === value && site === 'same-origin';
        const isMeant = method === 'GET' || token === mine.session.csrfToken;
        assert.equal(answer.status === 200, isWhole && isMeant, textOf(answer));
        assert.equal(bench.admin.attempts(), before + 1);
      },
    ),
    { numRuns: 120 },
  );
});
