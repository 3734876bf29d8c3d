import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type ConsoleSession, consoleSessionSchema, readWith } from '@keywitness/api';
import { AwsClient } from 'aws4fetch';
import { type BrowserPage, findBrowser, openPage } from '../evidence/browser.ts';
import { consoleClient, person } from '../federation/oidc-issuer.ts';
import { type AccessKey, temporaryFolder } from '../running-server.ts';
import { ACCOUNT, AUDITOR, CLOSED, REGION, type Scene, startScene } from './sign-in-scene.ts';
import { StrictBrowser } from './strict-browser.ts';

let scene: Promise<Scene> | undefined;

before(async () => {
  await ready();
});
after(async () => {
  await (await ready())[Symbol.asyncDispose]();
});

/** The one scene of this file: a server takes its time to start. */
function ready(): Promise<Scene> {
  scene ??= startScene();
  return scene;
}

function startOf(origin: string, role: string, to: string): string {
  return `${origin}/console/sso/start?${new URLSearchParams({ role, to }).toString()}`;
}

async function sessionFrom(response: Response): Promise<ConsoleSession> {
  const text = await response.text();
  const reading = readWith('the session', consoleSessionSchema, JSON.parse(text));
  assert.ok(reading.kind === 'read', text);
  return reading.value;
}

test("a person signs in at the company's issuer, works in the role, and signs out", async () => {
  const { origin, server } = await ready();
  const browser = new StrictBrowser();
  const page = `${origin}/console/sign-in`;
  const landed = await browser.visit(startOf(origin, AUDITOR, '/console/audit?outcome=denied'), page);
  assert.equal(landed.url.href, `${origin}/console/audit?outcome=denied`);
  assert.equal(landed.status, 200);
  const session = await sessionFrom(await browser.ask(`${origin}/console/session`));
  assert.equal(session.principalArn, `arn:aws:sts::${ACCOUNT}:assumed-role/Auditor/${person.subject}`);
  const events = await browser.ask(`${origin}/v1/events?action=session.assume-role-with-web-identity`);
  const record = await events.text();
  assert.match(record, /"outcome":"success"/);
  assert.match(record, /"mfa":true/);
  const denied = await browser.ask(`${origin}/v1/principals`);
  assert.equal(denied.status, 403, 'the role may read events and nothing else');
  const headers = { 'x-keywitness-csrf': session.csrfToken };
  const out = await browser.ask(`${origin}/console/session`, { method: 'DELETE', headers });
  assert.equal(out.status, 200);
  assert.equal((await browser.ask(`${origin}/console/session`)).status, 204);
  assert.ok(browser.lines.every((line) => !line.startsWith('keywitness-') || line.includes('; HttpOnly')));
  for (const hidden of [consoleClient.secret, ...landed.way.flatMap(codesIn)]) {
    assert.ok(!record.includes(hidden) && !server.lines.join('\n').includes(hidden));
  }
});

function codesIn(address: string): readonly string[] {
  const code = new URL(address).searchParams.get('code');
  return code === null ? [] : [code];
}

test('a role that does not trust the person, and an answer that was used, sign nobody in', async () => {
  const { issuer, origin } = await ready();
  const page = `${origin}/console/sign-in`;
  const browser = new StrictBrowser();
  const refused = await browser.visit(startOf(origin, CLOSED, '/console/'), page);
  assert.equal(refused.url.pathname, '/console/sign-in');
  assert.equal(refused.url.searchParams.get('error'), 'access-denied');
  assert.equal((await browser.ask(`${origin}/console/session`)).status, 204);

  const other = new StrictBrowser();
  const landed = await other.visit(startOf(origin, AUDITOR, '/console/'), page);
  const callback = landed.way.find((address) => address.includes('/console/sso/callback')) ?? '';
  for (const again of [other, new StrictBrowser()]) {
    const replayed = await again.visit(callback, issuer.url);
    assert.equal(replayed.url.searchParams.get('error'), 'expired');
  }
  const mixed = callback.replace(/iss=[^&]*/, `iss=${encodeURIComponent('https://evil.example')}`);
  assert.notEqual(mixed, callback, 'the issuer names itself in its answers');
});

test('whoever signs in with an access key is known on every thread, and to their browser alone', async () => {
  const { origin, server } = await ready();
  const { administrator } = server;
  assert.ok(administrator !== undefined);
  const browser = new StrictBrowser();
  const client = new AwsClient({ ...administrator, service: 'keywitness', region: REGION });
  const target = `${origin}/console/session`;
  const signed = await client.sign(target, { method: 'POST' });
  const made = await browser.ask(target, { method: 'POST', headers: signed.headers });
  assert.equal(made.status, 201);
  const session = await sessionFrom(made);
  for (let count = 0; count < 8; count += 1) {
    const headers = { connection: 'close', 'x-keywitness-csrf': session.csrfToken };
    const kms = {
      ...headers,
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'TrentService.ListKeys',
    };
    const asked = await browser.ask(`${origin}/`, { method: 'POST', headers: kms, body: '{}' });
    assert.equal(asked.status, 200, await asked.text());
  }
  const followed = await browser.visit(`${origin}/v1/principals`, 'https://evil.example/');
  assert.equal(followed.status, 403, 'a link from elsewhere brings no cookie, and nobody is let in');
});

/** Signs a sign-in as the page's script does; the browser itself says which host it is for. */
async function signedSignIn(origin: string, key: AccessKey): Promise<Readonly<Record<string, string>>> {
  const client = new AwsClient({ ...key, service: 'keywitness', region: REGION });
  const request = await client.sign(`${origin}/console/session`, { method: 'POST' });
  return Object.fromEntries(request.headers);
}

/** The status of what a script of the page asks for. */
async function statusOf(page: BrowserPage, target: string, init: object = {}): Promise<unknown> {
  const asked = `fetch(${JSON.stringify(target)}, ${JSON.stringify(init)})`;
  // What the browser keeps from a page of another site looks like a network that is down.
  return page.evaluate(`${asked}.then((response) => response.status, () => 0)`);
}

/** Goes to another page, and waits until it is there. */
async function goTo(page: BrowserPage, url: string, until: string): Promise<void> {
  await page.evaluate(`void location.assign(${JSON.stringify(url)})`);
  const limit = AbortSignal.timeout(30_000);
  for (;;) {
    limit.throwIfAborted();
    const here = await page.evaluate("document.readyState + ' ' + location.href").catch(() => '');
    if (String(here).startsWith(`complete ${until}`)) return;
  }
}

const chromium = findBrowser();
const unless = chromium === undefined ? { skip: 'there is no Chromium; CHROME_PATH may name one' } : {};

test('a real browser keeps the session from scripts and from other sites', unless, async () => {
  const { origin, server } = await ready();
  assert.ok(chromium !== undefined && server.administrator !== undefined);
  await using folder = temporaryFolder();
  await using page = await openPage(chromium, join(folder.path, 'profile'), `${origin}/console/`);
  const headers = await signedSignIn(origin, server.administrator);
  assert.equal(await statusOf(page, '/console/session', { method: 'POST', headers }), 201);
  assert.equal(await page.evaluate('document.cookie'), '');
  const csrfToken = await page.evaluate(
    `fetch('/console/session').then((r) => r.json()).then((s) => s.csrfToken)`,
  );
  assert.equal(await statusOf(page, '/v1/principals'), 200);
  const kms = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.CreateKey' };
  assert.equal(await statusOf(page, '/', { method: 'POST', body: '{}', headers: kms }), 403);
  const meant = { ...kms, 'x-keywitness-csrf': csrfToken };
  assert.equal(await statusOf(page, '/', { method: 'POST', body: '{}', headers: meant }), 200);
  const violated = `new Promise((resolve) => {
    addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
    document.body.append(Object.assign(document.createElement('img'), { src: 'https://evil.example/x.png' }));
  })`;
  assert.equal(await page.evaluate(violated), 'img-src');
  await assert.rejects(async () => page.evaluate(`document.body.innerHTML = '<b>text</b>'`), /TrustedHTML/);

  await using elsewhere = await serveEmptyPage();
  await goTo(page, elsewhere.url, elsewhere.url);
  const asked = { credentials: 'include', mode: 'no-cors' };
  const targets = ['/v1/principals', '/console/session', '/console/sso/start', '/'];
  for (const target of targets) assert.equal(await statusOf(page, `${origin}${target}`, asked), 0, target);
  // A form needs nobody's leave to be sent anywhere.
  const form = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'Action=CreateUser&UserName=eve&Version=2010-05-08',
  };
  await statusOf(page, `${origin}/`, { ...asked, ...form });
  await goTo(page, `${origin}/v1/principals`, `${origin}/v1/principals`);
  assert.match(String(await page.evaluate('document.body.innerText')), /CrossSiteRequest/);
  await goTo(page, `${origin}/console/`, `${origin}/console/`);
  const recorded = await page.evaluate(
    `fetch('/v1/events?errorCode=CrossSiteRequest&limit=50').then((r) => r.text())`,
  );
  const text = String(recorded);
  for (const operation of ['ListPrincipals', 'GetSession', 'BeginSignIn', 'CreateUser']) {
    assert.ok(text.includes(`"operation":"${operation}"`), `${operation}: ${text}`);
  }
});

test('a real browser comes back from the issuer, which is another site, signed in', unless, async () => {
  const { origin } = await ready();
  assert.ok(chromium !== undefined);
  await using folder = temporaryFolder();
  await using page = await openPage(chromium, join(folder.path, 'profile'), `${origin}/console/sign-in`);
  await goTo(page, startOf(origin, AUDITOR, '/console/audit'), `${origin}/console/audit`);
  assert.equal(await statusOf(page, '/console/session'), 200);
  assert.equal(await page.evaluate('document.cookie'), '');
});

/** A page of another site. */
async function serveEmptyPage(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>elsewhere</title>');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
