import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consoleSignInSchema, readWith } from '@keywitness/api';
import { insecureDeterministicEntropy, takeSecretKey } from '../../../core/crypto/index.ts';
import { parseArn } from '../../../core/identity/index.ts';
import { Keyring } from '../../../core/keys/index.ts';
import type { Service } from '../../../core/operations/index.ts';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { AdminBench } from '../../admin/admin-bench.test-fixture.ts';
import { awsRoute } from '../../aws/index.ts';
import { createWebIdentityVerifier } from '../../federation/index.ts';
import type { HttpAnswer } from '../../http/index.ts';
import { type BenchHeaders, codeOf, ConsoleBench, sessionOf, textOf } from '../console-bench.test-fixture.ts';
import type { SingleSignOn } from '../index.ts';
import { CLIENT_ID, CLIENT_SECRET, ISSUER, makeIssuer, type TestIssuer } from './issuer.test-fixture.ts';

const ROLE = 'arn:aws:iam::111122223333:role/Auditor';
const UNTRUSTING = 'arn:aws:iam::111122223333:role/Closed';
const MISSING = 'arn:aws:iam::111122223333:role/Missing';
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/id.example/realms/main';
const START = `/console/sso/start?role=${encodeURIComponent(ROLE)}`;
const SKEW_MS = 60_000;

interface Scene {
  readonly bench: ConsoleBench<AdminBench>;
  readonly issuer: TestIssuer;
}

/** A sign-in that a browser has begun. */
interface Begun {
  readonly page: string;
  readonly cookie: string;
}

async function setUp(changes: Partial<SingleSignOn> = {}): Promise<Scene> {
  const issuer = await makeIssuer();
  const bench = await ConsoleBench.start(
    {
      admin: (verifySignature) => new AdminBench(openMemoryStore(), { verifySignature }),
      aws: (service, verifySignature) => awsRoute({ service, verifySignature }),
    },
    { more: (service) => ({ sso: { ...ssoOf(service, issuer), ...changes } }) },
  );
  const headers = bench.headersOf(await bench.signIn(), {
    'content-type': 'application/x-www-form-urlencoded',
  });
  const iam = async (form: Readonly<Record<string, string>>): Promise<void> => {
    const body = new URLSearchParams({ Version: '2010-05-08', ...form }).toString();
    const answer = await bench.ask('POST', '/', headers, body);
    assert.equal(answer.status, 200, textOf(answer));
  };
  await iam({ Action: 'CreateOpenIDConnectProvider', Url: ISSUER, 'ClientIDList.member.1': CLIENT_ID });
  await iam({ Action: 'CreateRole', RoleName: 'Auditor', AssumeRolePolicyDocument: trust('4711') });
  await iam({ Action: 'CreateRole', RoleName: 'Closed', AssumeRolePolicyDocument: trust('somebody-else') });
  return { bench, issuer };
}

function ssoOf(service: Service, issuer: TestIssuer): SingleSignOn {
  const keyring = new Keyring(takeSecretKey(new Uint8Array(32).fill(7)));
  const entropy = insecureDeterministicEntropy('sign-ins');
  const verifier = createWebIdentityVerifier({
    providers: (account, url) => service.identityProvider(account, url),
    fetch: issuer.fetch,
    nowMs: () => service.nowMs(),
    clockSkewMs: SKEW_MS,
  });
  return {
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: () => CLIENT_SECRET,
    roles: [ROLE, UNTRUSTING, MISSING],
    redirectUri: 'https://kms.example/console/sso/callback',
    fetch: issuer.fetch,
    allowLoopbackHttp: false,
    clockSkewMs: SKEW_MS,
    seal: (bytes) => keyring.sealSecret(['sign-in'], bytes, entropy),
    open(sealed) {
      try {
        return keyring.openSecret(['sign-in'], sealed);
      } catch {
        return undefined;
      }
    },
    verifyWebIdentity: (params) =>
      verifier.verify(params.text('webIdentityToken'), parseArn(params.text('roleArn'))?.account ?? ''),
  };
}

function trust(subject: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: PROVIDER },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'id.example/realms/main:sub': subject } },
      },
    ],
  });
}

async function begin({ bench }: Scene, target: string = START): Promise<Begun> {
  const answer = await bench.ask('GET', target, { 'sec-fetch-site': 'same-origin' });
  const page = answer.headers['location'] ?? '';
  assert.ok(page.startsWith(`${ISSUER}/auth?`), page);
  return { page, cookie: answer.cookies?.[0]?.split(';', 1)[0] ?? '' };
}

function comeBack({ bench }: Scene, query: URLSearchParams, cookie?: string): Promise<HttpAnswer> {
  const headers: BenchHeaders = {
    'sec-fetch-site': 'cross-site',
    ...(cookie === undefined ? {} : { cookie }),
  };
  return bench.ask('GET', `/console/sso/callback?${query.toString()}`, headers);
}

/** Asserts that a sign-in failed: nobody is signed in, the person is told, and it is on the record. */
function assertFailed({ bench }: Scene, answer: HttpAnswer, error: string, code: string): void {
  const where = new URL(answer.headers['location'] ?? '', 'https://kms.example');
  assert.deepEqual(
    [answer.status, where.origin, where.pathname, where.searchParams.get('error')],
    [303, 'https://kms.example', '/console/sign-in', error],
    where.href,
  );
  assert.deepEqual(
    (answer.cookies ?? []).map((line) => line.replace(/;.*/, '')),
    ['__Host-keywitness-sign-in='],
  );
  const event = bench.lastEvent();
  assert.equal(event.error?.code, code, String(event.error?.message));
  assert.notEqual(event.outcome, 'success');
  assert.equal(where.searchParams.get('event'), event.id);
  assert.equal(answer.headers['x-keywitness-event-id'], event.id);
}

test('who the issuer vouches for signs in to a role, once, and lands where they wanted to be', async () => {
  const scene = await setUp();
  const { bench, issuer } = scene;
  const before = bench.events;
  const { cookie, page } = await begin(
    scene,
    `${START}&to=${encodeURIComponent('/console/keys?state=Enabled')}`,
  );
  assert.equal(bench.events, before);
  const asked = new URL(page).searchParams;
  assert.deepEqual(
    ['kind', 'client_id', 'response_type', 'scope', 'code_challenge_method', 'redirect_uri'].map((name) =>
      asked.get(name),
    ),
    ['web', CLIENT_ID, 'code', 'openid profile email', 'S256', 'https://kms.example/console/sso/callback'],
  );
  const answered = issuer.signIn(page);
  const answer = await comeBack(scene, answered, cookie);
  assert.deepEqual([answer.status, answer.headers['location']], [303, '/console/keys?state=Enabled']);
  const [session = '', cleared = ''] = answer.cookies ?? [];
  assert.match(session, /^__Host-keywitness-session=1\..*; HttpOnly; SameSite=Strict; Secure$/);
  assert.match(cleared, /^__Host-keywitness-sign-in=; .* Max-Age=0/);
  const event = bench.lastEvent();
  assert.deepEqual([event.action, event.outcome], ['session.assume-role-with-web-identity', 'success']);
  assert.equal(event.protocol.front, 'console');
  assert.equal(event.actor.session?.subject, '4711');
  const told = await bench.ask('GET', '/console/session', {
    cookie: session.split(';', 1)[0] ?? '',
    'sec-fetch-site': 'same-origin',
  });
  assert.equal(sessionOf(told).principalArn, 'arn:aws:sts::111122223333:assumed-role/Auditor/ann');
  assert.equal(sessionOf(told).name, 'ann');
  // The code is spent, and so would the browser's cookie be; whoever kept both gets nothing for them.
  assertFailed(scene, await comeBack(scene, answered, cookie), 'issuer-refused', 'IssuerRefused');
});

test('the client shows its secret to the token endpoint alone, in the way that the issuer knows', async () => {
  const ways = [
    [{}, true],
    [{ token_endpoint_auth_methods_supported: ['client_secret_post'] }, false],
  ] as const;
  for (const [document, isInHeader] of ways) {
    const scene = await setUp();
    scene.issuer.document = document;
    const { cookie, page } = await begin(scene);
    assert.equal((await comeBack(scene, scene.issuer.signIn(page), cookie)).headers['location'], '/console/');
    const last = scene.issuer.received.filter(({ url }) => url.endsWith('/token')).at(-1);
    assert.equal(last?.authorization?.startsWith('Basic '), isInHeader ? true : undefined);
    assert.equal(last?.form.get('client_secret'), isInHeader ? null : CLIENT_SECRET);
    assert.match(last?.form.get('code_verifier') ?? '', /^[\w-]{43}$/);
    const others = scene.issuer.received.filter(({ url }) => !url.endsWith('/token'));
    assert.ok(others.every(({ authorization, form }) => authorization === null && form.size === 0));
  }
});

test('everybody may know how to sign in, and nobody can where it is not set up', async () => {
  const { bench } = await setUp();
  const told: unknown = JSON.parse(textOf(await bench.ask('GET', '/console/sso')));
  const reading = readWith('the answer', consoleSignInSchema, told);
  assert.deepEqual(reading, {
    kind: 'read',
    value: {
      region: 'us-east-1',
      issuer: ISSUER,
      roles: [
        { arn: ROLE, name: 'Auditor' },
        { arn: UNTRUSTING, name: 'Closed' },
        { arn: MISSING, name: 'Missing' },
      ],
    },
  });
  const without = await ConsoleBench.start({
    admin: (verifySignature) => new AdminBench(openMemoryStore(), { verifySignature }),
    aws: (service, verifySignature) => awsRoute({ service, verifySignature }),
  });
  assert.equal(textOf(await without.ask('GET', '/console/sso')), '{"region":"us-east-1","roles":[]}\n');
  for (const target of [START, '/console/sso/callback?code=secret-code&state=x', '/console/sso/other']) {
    const answer = await without.ask('GET', target, { 'sec-fetch-site': 'same-origin' });
    assert.deepEqual([answer.status, codeOf(answer)], [404, 'NotFound']);
    assert.equal(without.lastEvent().action, 'request.unknown');
  }
  assert.ok(!without.admin.entries().join('').includes('secret-code'));
});

test('a sign-in is begun by the person, here, and for a role that is offered', async () => {
  const scene = await setUp();
  for (const site of ['cross-site', 'same-site', 'same-origin, cross-site', '']) {
    const answer = await scene.bench.ask('GET', START, site === '' ? {} : { 'sec-fetch-site': site });
    assertFailed(scene, answer, 'cross-site', 'CrossSiteRequest');
  }
  const roles = [
    '',
    'Auditor',
    `${ROLE}x`,
    ROLE.toLowerCase(),
    'arn:aws:iam::111122223333:role/Administrator',
  ];
  for (const role of roles) {
    const target = `/console/sso/start?role=${encodeURIComponent(role)}`;
    const answer = await scene.bench.ask('GET', target, { 'sec-fetch-site': 'same-origin' });
    assertFailed(scene, answer, 'unknown-role', 'NotFound');
  }
  assert.equal(scene.issuer.received.length, 0);
});

test('an answer counts in the browser that asked for it, and for ten minutes', async () => {
  const scene = await setUp();
  const { cookie, page } = await begin(scene);
  const other = await begin(scene);
  const answered = scene.issuer.signIn(page);
  const value = cookie.slice(cookie.indexOf('=') + 1);
  const flipped = `${cookie.slice(0, -8)}${cookie.at(-8) === 'A' ? 'B' : 'A'}${cookie.slice(-7)}`;
  const strange = [
    undefined,
    '',
    `keywitness-sign-in=${value}`,
    `${cookie}; ${cookie}`,
    `${cookie}; ${other.cookie}`,
    flipped,
    '__Host-keywitness-sign-in=',
    '__Host-keywitness-sign-in=e30=',
  ];
  for (const sent of strange) {
    assertFailed(scene, await comeBack(scene, answered, sent), 'expired', 'SignInExpired');
  }
  assertFailed(scene, await comeBack(scene, answered, other.cookie), 'invalid-answer', 'InvalidAnswer');
  scene.bench.admin.aheadMs = 601_000;
  assertFailed(scene, await comeBack(scene, answered, cookie), 'expired', 'SignInExpired');
  scene.bench.admin.aheadMs = -60_000;
  assertFailed(scene, await comeBack(scene, answered, cookie), 'expired', 'SignInExpired');
  const tokens = scene.issuer.received.filter(({ url }) => url.endsWith('/token'));
  assert.equal(tokens.length, 0, 'no code was spent on an answer that did not belong here');
});

test('an answer with another state, of another issuer, or without what it must have is not used', async () => {
  const changes: readonly ((answered: URLSearchParams) => void)[] = [
    (answered) => answered.set('state', 'other'),
    (answered) => answered.delete('state'),
    (answered) => answered.append('state', answered.get('state') ?? ''),
    (answered) => answered.set('iss', 'https://evil.example'),
    (answered) => answered.set('iss', `${ISSUER}/`),
    (answered) => answered.delete('iss'),
    (answered) => answered.append('iss', ISSUER),
    (answered) => answered.set('id_token', 'a.b.c'),
    (answered) => answered.set('response', 'a.b.c'),
    (answered) => answered.append('code', 'other'),
    (answered) => answered.delete('code'),
  ];
  for (const change of changes) {
    const scene = await setUp();
    const { cookie, page } = await begin(scene);
    const answered = scene.issuer.signIn(page);
    change(answered);
    assertFailed(scene, await comeBack(scene, answered, cookie), 'invalid-answer', 'InvalidAnswer');
    const tokens = scene.issuer.received.filter(({ url }) => url.endsWith('/token'));
    assert.equal(tokens.length, 0, change.toString());
  }
});

test('a token for another sign-in, client or person, or of nobody who may sign, signs nobody in', async () => {
  const cases: readonly (readonly [(issuer: TestIssuer) => void, string, string])[] = [
    [(issuer) => (issuer.claims = { nonce: 'of another sign-in' }), 'invalid-answer', 'InvalidAnswer'],
    [(issuer) => (issuer.claims = { nonce: undefined }), 'invalid-answer', 'InvalidAnswer'],
    [(issuer) => (issuer.claims = { aud: 'other-client' }), 'invalid-answer', 'InvalidAnswer'],
    [(issuer) => (issuer.claims = { iss: 'https://evil.example' }), 'invalid-answer', 'InvalidAnswer'],
    [(issuer) => (issuer.claims = { exp: 1_700_000_000 }), 'invalid-answer', 'InvalidAnswer'],
    [(issuer) => (issuer.claims = { sub: '' }), 'invalid-token', 'InvalidIdentityToken'],
    [(issuer) => (issuer.claims = { sub: '4712' }), 'access-denied', 'AccessDenied'],
    [(issuer) => (issuer.claims = { sub: 'x'.repeat(256) }), 'invalid-token', 'InvalidIdentityToken'],
    [(issuer) => (issuer.signsWithOtherKey = true), 'invalid-token', 'InvalidIdentityToken'],
  ];
  for (const [change, error, code] of cases) {
    const scene = await setUp();
    const { cookie, page } = await begin(scene);
    change(scene.issuer);
    assertFailed(scene, await comeBack(scene, scene.issuer.signIn(page), cookie), error, code);
  }
});

test('a role that does not trust the person, and one that is not there, are denied alike, on the record', async () => {
  for (const role of [UNTRUSTING, MISSING]) {
    const scene = await setUp();
    const { cookie, page } = await begin(scene, `/console/sso/start?role=${encodeURIComponent(role)}`);
    const answer = await comeBack(scene, scene.issuer.signIn(page), cookie);
    assertFailed(scene, answer, 'access-denied', 'AccessDenied');
    assert.equal(scene.bench.lastEvent().action, 'session.assume-role-with-web-identity');
  }
});

test('what the issuer answers instead of a token is told in words of ours', async () => {
  const long = 'x'.repeat(300_000);
  const cases: readonly (readonly [() => Response, string, string])[] = [
    [() => Response.json({ error: 'invalid_client' }, { status: 401 }), 'issuer-refused', 'IssuerRefused'],
    [() => new Response('<html>', { status: 500 }), 'invalid-answer', 'InvalidAnswer'],
    [() => Response.json({}), 'invalid-answer', 'InvalidAnswer'],
    [() => Response.json({ access_token: 'a', token_type: 'Bearer' }), 'invalid-answer', 'InvalidAnswer'],
    [() => Response.redirect('https://evil.example/token', 307), 'invalid-answer', 'InvalidAnswer'],
    [() => Response.json({ id_token: long }), 'issuer-unreachable', 'IdentityProviderUnreachable'],
  ];
  for (const [answer, error, code] of cases) {
    const scene = await setUp();
    const { cookie, page } = await begin(scene);
    scene.issuer.answer = answer;
    assertFailed(scene, await comeBack(scene, scene.issuer.signIn(page), cookie), error, code);
  }
  const scene = await setUp();
  const { cookie, page } = await begin(scene);
  const refused = scene.issuer.signIn(page);
  refused.delete('code');
  refused.set('error', 'access_denied');
  refused.set('error_description', 'call +1 555 0100');
  assertFailed(scene, await comeBack(scene, refused, cookie), 'issuer-refused', 'IssuerRefused');
  assert.equal(scene.bench.lastEvent().error?.message, 'the issuer refused the sign-in: `access_denied`');
  assert.ok(!scene.bench.admin.entries().join('').includes('555'));
});

test('an issuer that is down, or that is somebody else, is asked again only after a while', async () => {
  const scene = await setUp();
  const { bench, issuer } = scene;
  issuer.isDown = true;
  const start = (): Promise<HttpAnswer> => bench.ask('GET', START, { 'sec-fetch-site': 'none' });
  assertFailed(scene, await start(), 'issuer-unreachable', 'IdentityProviderUnreachable');
  issuer.isDown = false;
  assertFailed(scene, await start(), 'issuer-unreachable', 'IdentityProviderUnreachable');
  bench.admin.aheadMs += 6000;
  issuer.document = { issuer: 'https://evil.example' };
  assertFailed(scene, await start(), 'invalid-answer', 'InvalidAnswer');
  bench.admin.aheadMs += 6000;
  issuer.document = { authorization_endpoint: 'http://id.example/auth' };
  assertFailed(scene, await start(), 'invalid-answer', 'InvalidAnswer');
  const asked = issuer.received.length;
  bench.admin.aheadMs += 600_000;
  issuer.document = {};
  assert.equal((await start()).status, 303);
  await begin(scene);
  assert.equal(issuer.received.length, asked + 1, 'what is known of an issuer is kept');
});

test('no code, token, secret or cookie of a sign-in is ever on the record', async () => {
  const scene = await setUp();
  const { cookie, page } = await begin(scene);
  const answered = scene.issuer.signIn(page);
  const answer = await comeBack(scene, answered, cookie);
  await comeBack(scene, answered, cookie);
  await comeBack(scene, answered);
  const record = scene.bench.admin.entries().join('');
  const session = (answer.cookies?.[0] ?? '').split(';', 1)[0]?.split('.') ?? [];
  const secrets = [
    answered.get('code') ?? '',
    answered.get('state') ?? '',
    CLIENT_SECRET,
    new URL(page).searchParams.get('nonce') ?? '',
    cookie.slice(cookie.indexOf('=') + 1),
    ...session.slice(2),
  ];
  for (const secret of secrets) {
    assert.ok(secret.length > 10);
    assert.ok(!record.includes(secret), secret.slice(0, 4));
  }
});
