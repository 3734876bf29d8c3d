import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { runKeywitness } from '../testing/run-keywitness.test-kit.ts';
import { startStubService, type StubRequest } from '../testing/stub-service.test-kit.ts';

const hostile = '\u001b]0;owned\u0007\u202eadmin\u009b2J';

function event(index: number): { readonly index: number; readonly event: Readonly<Record<string, unknown>> } {
  return {
    index,
    event: {
      schema: 'keywitness.event/1',
      id: `01980000-0000-7000-8000-${String(index).padStart(12, '0')}`,
      time: `2026-07-01T12:00:${String(index % 60).padStart(2, '0')}.000Z`,
      action: 'key.decrypt',
      outcome: index % 2 === 0 ? 'success' : 'denied',
      actor: { type: 'user', name: index === 3 ? hostile : 'alice' },
      client: { address: '192.0.2.7', userAgent: hostile },
      protocol: { front: 'aws', service: 'kms', operation: 'Decrypt' },
      requestId: 'r-1',
      revision: 0,
      key: { requested: 'alias/files', id: 'k-1' },
      context: { customer: '4711' },
    },
  };
}

/** Answers pages of events below the cursor, newest first, out of `size`. */
function pageOf(size: number, { query }: StubRequest): object {
  const beyond = Number(query.get('cursor') ?? size);
  const limit = Number(query.get('limit'));
  const first = Math.max(0, beyond - limit);
  const events = Array.from({ length: beyond - first }, (_, at) => event(beyond - 1 - at));
  return first === 0 ? { events, size } : { events, size, next: String(first) };
}

test('events are listed in a table, and nothing in them reaches the terminal as a command', async () => {
  await using stub = await startStubService((request) => ({ body: pageOf(4, request) }));
  const run = await runKeywitness(['audit', 'list', '--utc'], { env: { ...stub.env, COLUMNS: '100' } });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(run.stdout.split('\n'), [
    'INDEX  TIME (UTC)           WHO           WHAT         KEY          ASSET         OUTCOME  FROM',
    '3      2026-07-01 12:00:03  \\u{1b}]0;ow…  key.decrypt  alias/files  customer=47…  denied   192.0.2.7',
    '2      2026-07-01 12:00:02  alice         key.decrypt  alias/files  customer=47…  success  192.0.2.7',
    '1      2026-07-01 12:00:01  alice         key.decrypt  alias/files  customer=47…  denied   192.0.2.7',
    '0      2026-07-01 12:00:00  alice         key.decrypt  alias/files  customer=47…  success  192.0.2.7',
    '',
  ]);
});

test('filters are asked for as they were given, times as instants', async () => {
  await using stub = await startStubService((request) => ({ body: pageOf(0, request) }));
  const filters = ['--key', 'k-1', '--principal', 'alice', '--action', 'key.*', '--outcome', 'denied'];
  const more = ['--asset', 'customer=a=b', '--source', '192.0.2.7', '--credential', 'AKIA1', '--oldest'];
  const session = ['--account', '1', '--session', 's1', '--issuer', 'https://i', '--subject', 'repo:o/r'];
  const words = [
    '--operation',
    'Decrypt',
    '--error-code',
    'NotFound',
    '--user-agent',
    'aws-*',
    '--text',
    'a b',
  ];
  const window = ['--since', '2026-07-01', '--to', '2026-07-01T12:00+02:00', '--limit', '7', '--utc'];
  const run = await runKeywitness(['audit', 'list', ...filters, ...more, ...session, ...words, ...window], {
    env: stub.env,
  });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(Object.fromEntries(stub.requests[0]?.query ?? []), {
    key: 'k-1',
    principal: 'alice',
    action: 'key.*',
    outcome: 'denied',
    asset: 'customer=a=b',
    source: '192.0.2.7',
    credential: 'AKIA1',
    account: '1',
    session: 's1',
    issuer: 'https://i',
    subject: 'repo:o/r',
    operation: 'Decrypt',
    errorCode: 'NotFound',
    userAgent: 'aws-*',
    text: 'a b',
    order: 'oldest',
    from: '2026-07-01T00:00:00.000Z',
    to: '2026-07-01T10:00:00.000Z',
    limit: '7',
  });
});

test('as many events are listed as were asked for, over several pages', async () => {
  await using stub = await startStubService((request) => ({ body: pageOf(5000, request) }));
  const run = await runKeywitness(['audit', 'list', '--limit', '1500', '--json'], { env: stub.env });
  assert.equal(run.code, 0, run.stderr);
  const lines = run.stdout.trimEnd().split('\n');
  assert.equal(lines.length, 1500);
  assert.equal(lines[1499], JSON.stringify(JSON.parse(lines[1499] ?? '')));
  assert.match(lines[1499] ?? '', /^\{"action":"key\.decrypt",.*"id":"01980000-0000-7000-8000-000000003500"/);
  const table = await runKeywitness(['audit', 'list', '--limit', '3'], { env: stub.env });
  assert.equal(table.stdout.split('\n').length, 5);
  assert.match(table.stderr, /there are more than these 3 events/);
});

test('a command line that is wrong asks nothing and exits with 64', async () => {
  await using stub = await startStubService((request) => ({ body: pageOf(0, request) }));
  const wrong: readonly (readonly string[])[] = [
    ['list', '--outcome', 'maybe'],
    ['list', '--asset', '4711'],
    ['list', '--limit', '0'],
    ['list', '--since', 'yesterday'],
    ['list', '--since', '1h', '--from', '2h'],
    ['list', '--colour'],
    ['list', 'extra'],
    ['show'],
    ['show', 'no-event'],
    ['forget'],
  ];
  for (const args of wrong) {
    const run = await runKeywitness(['audit', ...args], { env: stub.env });
    assert.equal(run.code, 64, args.join(' '));
    assert.match(run.stderr, /^keywitness: .+\n/, args.join(' '));
  }
  assert.equal(stub.requests.length, 0);
});

test('one event is shown with all that is recorded of it, or as its very bytes', async () => {
  const leaf = `{"context":{"10":"x","9":"\u202eadmin\u009b2J"},"id":"e"}`;
  await using stub = await startStubService(({ path }) =>
    path === '/v1/events'
      ? { body: { events: [event(3)], size: 4 } }
      : { body: { ...event(3), leaf: Buffer.from(leaf).toString('base64') } },
  );
  const shown = await runKeywitness(['audit', 'show', '3'], { env: stub.env });
  assert.equal(shown.code, 0, shown.stderr);
  assert.match(shown.stdout, /^ {2}context\.9 +\\u\{202e\}admin\\u\{9b\}2J$/m);
  assert.deepEqual(Object.fromEntries(stub.requests[0]?.query ?? []), {
    order: 'oldest',
    limit: '1',
    cursor: '2',
  });
  assert.equal(stub.requests[1]?.path, `/v1/events/${String(event(3).event['id'])}`);
  const raw = await runKeywitness(['audit', 'show', String(event(3).event['id']), '--json'], {
    env: stub.env,
  });
  assert.equal(raw.stdout, leaf);
});

test('the tail begins where the log ended when it was asked, and shows events as they come', async () => {
  await using stub = await startStubService(({ path, query }) => {
    if (path === '/v1/events') return { body: { events: [event(41)], size: 42 } };
    if (query.get('after') === '41') return { body: [event(42), event(43)].map(jsonLine).join('') };
    return { status: 403, body: { error: { code: 'AccessDenied', message: 'revoked', requestId: 'r' } } };
  });
  const run = await runKeywitness(['audit', 'tail', '--outcome', 'denied', '--json'], { env: stub.env });
  const events = run.stdout.trimEnd().split('\n');
  assert.deepEqual(
    events.map((line) => /"id":"[^"]*(\d\d)"/.exec(line)?.[1]),
    ['42', '43'],
  );
  assert.equal(run.code, 3);
  assert.match(run.stderr, /revoked/);
  assert.deepEqual(
    stub.requests.map(({ query }) => query.get('after')),
    [null, '41', '43'],
  );
});

test('a reader that leaves early ends the command quietly', async () => {
  await using stub = await startStubService((request) => ({ body: pageOf(1_000_000, request) }));
  const child = spawn(
    process.execPath,
    [resolve(import.meta.dirname, '../main.ts'), 'audit', 'list', '--limit', '1000000', '--json'],
    { env: { ...stub.env, PATH: process.env['PATH'] ?? '' }, signal: AbortSignal.timeout(60_000) },
  );
  const stderr = text(child.stderr);
  const closed = once(child, 'close');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await closed;
  assert.equal(child.exitCode, 0);
  assert.equal(await stderr, '');
});

function jsonLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}
