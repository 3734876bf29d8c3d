import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench } from '../admin/admin-bench.test-fixture.ts';
import { awsRoute } from '../aws/index.ts';
import { codeOf, ConsoleBench, textOf } from './console-bench.test-fixture.ts';

const FILES = {
  'index.html': 'the page',
  'index.html.br': 'the page, by brotli',
  'favicon.svg': 'an icon',
  'assets/index-AbC_1-2.js': 'a script',
  'assets/index-AbC_1-2.js.br': 'a script, by brotli',
  'assets/index-AbC_1-2.js.gz': 'a script, by gzip',
  'assets/index-x.css': 'a sheet',
  'secret.key': 'no file of the console',
  'assets/.hidden.js': 'no file of the console',
};

function start(files: Readonly<Record<string, string>> = FILES): Promise<ConsoleBench<AdminBench>> {
  return ConsoleBench.start(
    {
      admin: (verifySignature) => new AdminBench(openMemoryStore(), { verifySignature }),
      aws: (service, verifySignature) => awsRoute({ service, verifySignature }),
    },
    { files },
  );
}

test('every view has an address, and none of them lets a page do more than load what is here', async () => {
  const bench = await start();
  const before = bench.events;
  const targets = ['/console/', '/console/sign-in?error=expired', '/console/keys/a.b/policy', '/console/x.y'];
  for (const target of targets) {
    const answer = await bench.ask('GET', target);
    assert.deepEqual([answer.status, textOf(answer)], [200, 'the page'], target);
    assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'no-cache');
    const policy = answer.headers['content-security-policy'] ?? '';
    assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.match(policy, /frame-ancestors 'none'; require-trusted-types-for 'script'$/);
    assert.ok(!/unsafe|https?:|\*|nonce/.test(policy), policy);
    assert.equal(answer.headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(answer.headers['referrer-policy'], 'no-referrer');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(answer.cookies, undefined);
  }
  for (const target of ['/', '/console', '/?to=//evil.example', '/console?x']) {
    const answer = await bench.ask('GET', target);
    assert.deepEqual([answer.status, answer.headers['location']], [303, '/console/']);
  }
  assert.equal(bench.events, before, 'pages are the same for everybody');
});

test('files under assets never change, and come in the smallest form that is accepted', async () => {
  const bench = await start();
  const script = '/console/assets/index-AbC_1-2.js';
  const cases: readonly (readonly [string | readonly string[], string | undefined, string])[] = [
    ['gzip, deflate, br, zstd', 'br', 'a script, by brotli'],
    ['gzip', 'gzip', 'a script, by gzip'],
    ['GZIP;q=0.5, br;q=0', 'gzip', 'a script, by gzip'],
    ['br;q=0.0, gzip;q=0.000', undefined, 'a script'],
    ['brotli', undefined, 'a script'],
    [['identity', 'br'], 'br', 'a script, by brotli'],
    ['', undefined, 'a script'],
  ];
  for (const [accepted, encoding, text] of cases) {
    const answer = await bench.ask('GET', script, { 'accept-encoding': accepted });
    assert.deepEqual([answer.status, textOf(answer)], [200, text]);
    assert.equal(answer.headers['content-encoding'], encoding);
    assert.equal(answer.headers['content-type'], 'text/javascript; charset=utf-8');
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(answer.headers['vary'], 'accept-encoding');
  }
  const sheet = await bench.ask('GET', '/console/assets/index-x.css', { 'accept-encoding': 'br' });
  assert.deepEqual([textOf(sheet), sheet.headers['content-encoding']], ['a sheet', undefined]);
  const icon = await bench.ask('HEAD', '/console/favicon.svg');
  assert.deepEqual([icon.status, icon.headers['cache-control']], [200, 'no-cache']);
});

test('what is no file of the console is not looked for anywhere, and asking for it is on the record', async () => {
  const bench = await start();
  const targets = [
    '/console/assets/',
    '/console/assets/missing.js',
    '/console/assets/.hidden.js',
    '/console/assets/../secret.key',
    '/console/assets/..%2Fsecret.key',
    '/console/assets/a/b.js',
    '/console/assets/a.exe',
    '/console/assets/a.js\0',
    '/console/missing.css',
  ];
  for (const target of targets) {
    const answer = await bench.ask('GET', target);
    assert.deepEqual([answer.status, codeOf(answer)], [404, 'NotFound'], target);
    assert.equal(bench.lastEvent().action, 'request.unknown');
    assert.equal(answer.headers['x-keywitness-event-id'], bench.lastEvent().id);
  }
  assert.equal(textOf(await bench.ask('GET', '/console/secret.key')), 'the page');
  assert.equal(textOf(await bench.ask('GET', '/console/../secret.key')), 'the page');
  const empty = await start({});
  assert.equal((await empty.ask('GET', '/console/')).status, 404);
});
