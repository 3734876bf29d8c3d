import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench } from '../admin/admin-bench.test-fixture.ts';
import { awsRoute } from '../aws/index.ts';
import {
  codeOf,
  ConsoleBench,
  type ConsoleBenchOptions,
  cookieOf,
  type OtherFronts,
  sessionOf,
  textOf,
} from './console-bench.test-fixture.ts';

function start(options: ConsoleBenchOptions = {}): Promise<ConsoleBench<AdminBench>> {
  const others: OtherFronts<AdminBench> = {
    admin: (verifySignature) => new AdminBench(openMemoryStore(), { verifySignature }),
    aws: (service, verifySignature) => awsRoute({ service, verifySignature }),
  };
  return ConsoleBench.start(others, options);
}

test('who signs in with an access key gets a session of a working day in a cookie that no script reads', async () => {
  const bench = await start();
  const before = Date.now();
  const headers = await bench.signed('POST', '/console/session');
  const answer = await bench.ask('POST', '/console/session', { ...headers, 'sec-fetch-site': 'same-origin' });
  assert.equal(answer.status, 201);
  assert.match(
    answer.cookies?.join() ?? '',
    /^__Host-keywitness-session=1\.ASIA[A-Z2-7]{16}\.[^;]+; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  const session = sessionOf(answer);
  assert.deepEqual(
    [session.principalArn, session.name, session.accountId, session.region],
    [bench.administrator.arn, 'admin', '111122223333', 'us-east-1'],
  );
  const hours = (Date.parse(session.expiresAt) - before) / 3_600_000;
  assert.ok(hours > 7.9 && hours < 8.1, String(hours));
  const event = bench.lastEvent();
  assert.deepEqual([event.action, event.outcome], ['session.create', 'success']);
  assert.deepEqual(event.protocol, { front: 'console', operation: 'CreateSession', service: 'keywitness' });
  assert.equal(answer.headers['x-keywitness-event-id'], event.id);
  assert.equal(answer.headers['cache-control'], 'no-store');
});

test('over plain HTTP the cookie has neither prefix nor Secure, and the other name counts for nothing', async () => {
  const bench = await start({ isSecure: false });
  const signedIn = await bench.signIn();
  assert.match(signedIn.cookie, /^keywitness-session=1\./);
  const told = await bench.ask('GET', '/console/session', bench.headersOf(signedIn));
  assert.equal(told.status, 200);
  const cookie = `__Host-${signedIn.cookie}`;
  const other = await bench.ask('GET', '/console/session', bench.headersOf({ ...signedIn, cookie }));
  assert.deepEqual([other.status, codeOf(other)], [401, 'MissingAuthenticationToken']);
});

test('a session is told of in the same words until it is ended, and then its cookie is gone', async () => {
  const bench = await start();
  const signedIn = await bench.signIn();
  const told = await bench.ask('GET', '/console/session', bench.headersOf(signedIn));
  assert.deepEqual(sessionOf(told), signedIn.session);
  assert.deepEqual([bench.lastEvent().action, bench.lastEvent().outcome], ['identity.read-own', 'success']);
  assert.equal(bench.lastEvent().actor.session?.console, true);
  const ended = await bench.ask('DELETE', '/console/session', bench.headersOf(signedIn));
  assert.equal(ended.status, 200);
  assert.match(
    ended.cookies?.join() ?? '',
    /^__Host-keywitness-session=; Path=\/; HttpOnly;.* Max-Age=0; Secure$/,
  );
  assert.deepEqual([bench.lastEvent().action, bench.lastEvent().outcome], ['session.end', 'success']);
  for (const method of ['GET', 'DELETE']) {
    const after = await bench.ask(method, '/console/session', bench.headersOf(signedIn));
    assert.deepEqual([after.status, codeOf(after)], [401, 'CredentialInvalid']);
    assert.equal(cookieOf(after), '__Host-keywitness-session=');
    assert.equal(bench.lastEvent().outcome, 'denied');
  }
});

test('a cookie proves who asks on every front, and the record says that it did', async () => {
  const bench = await start();
  const headers = bench.headersOf(await bench.signIn());
  const json = { ...headers, 'content-type': 'application/x-amz-json-1.1' };
  const form = { ...headers, 'content-type': 'application/x-www-form-urlencoded' };
  const identity = 'Action=GetCallerIdentity&Version=2011-06-15';
  const asked = [
    await bench.ask('GET', '/v1/principals', headers),
    await bench.ask('GET', '/v1/events?limit=1', headers),
    await bench.ask('GET', '/log/log.vkey', headers),
    await bench.ask('POST', '/', { ...json, 'x-amz-target': 'TrentService.ListKeys' }, '{}'),
    await bench.ask('POST', '/', form, identity),
    await bench.ask('POST', '/', form, 'Action=ListUsers&Version=2010-05-08'),
  ];
  for (const answer of asked) assert.equal(answer.status, 200, textOf(answer));
  for (const answer of asked) assert.equal(answer.headers['cache-control'] ?? 'no-store', 'no-store');
  const events = bench.admin.events().slice(-asked.length);
  assert.deepEqual(
    events.map(({ action, outcome }) => `${action} ${outcome}`),
    [
      'principal.list success',
      'audit.list success',
      'log.read success',
      'key.list success',
      'identity.read-own success',
      'user.list success',
    ],
  );
  for (const entry of bench.admin.entries().slice(-asked.length)) assert.match(entry, /"console":true/);
});

test('a page asks another Region by a header', async () => {
  const bench = await start();
  const headers = bench.headersOf(await bench.signIn(), {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'TrentService.ListKeys',
  });
  const wrong = await bench.ask('POST', '/', { ...headers, 'x-keywitness-region': 'eu-north-1' }, '{}');
  assert.deepEqual([wrong.status, codeOf(wrong)], [400, 'IncompleteSignatureException']);
  assert.equal(bench.lastEvent().outcome, 'denied');
});

test('a browser in which nobody has signed in is told so, and that is no attempt on anything', async () => {
  const bench = await start();
  const before = bench.admin.attempts();
  const own = { 'sec-fetch-site': 'same-origin' };
  for (const headers of [own, { ...own, cookie: 'theme=dark' }]) {
    const answer = await bench.ask('GET', '/console/session', headers);
    assert.deepEqual([answer.status, answer.body], [204, '']);
    assert.equal(answer.headers['cache-control'], 'no-store');
  }
  assert.equal(bench.admin.attempts(), before);
  const claimed = await bench.ask('GET', '/console/session', {
    cookie: '__Host-keywitness-session=x',
    'sec-fetch-site': 'same-origin',
  });
  assert.equal(claimed.status, 401);
  const foreign = await bench.ask('GET', '/console/session', { 'sec-fetch-site': 'cross-site' });
  assert.deepEqual([foreign.status, codeOf(foreign)], [403, 'CrossSiteRequest']);
  assert.equal(bench.admin.attempts(), before + 2);
});
