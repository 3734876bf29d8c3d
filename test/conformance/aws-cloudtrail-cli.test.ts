import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { openSqliteStore } from '../../packages/server/src/stores/sqlite/index.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';
import { type ClientRun, missing, runClientBeside } from './python-clients.ts';

const HOUR_MS = 3_600_000;

/** What somebody does to an answer on its way; `undefined` for a file that is gone. */
type Tampering = (path: string, body: Buffer) => Buffer | undefined;

suite('aws cloudtrail, unmodified', { skip: missing('aws') }, () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  let administrator: NonNullable<RunningServer['administrator']>;
  let proxy: Server;
  let tampering: Tampering = (_path, body) => body;
  let firstHourMs = 0;

  before(async () => {
    const first = await startServer(folder.path);
    assert.ok(first.administrator !== undefined);
    administrator = first.administrator;
    await first.stop();
    addEvents([0.9, 1.1, 1.2, 2.1, 3.1]);
    server = await startServer(folder.path);
    proxy = tamperingProxy(server.port, (path, body) => tampering(path, body));
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });

  after(async () => {
    proxy.close();
    await server.stop();
    await folder[Symbol.asyncDispose]();
  });

  /** Hours end when the log says so: events of hours to come end those before them. */
  function addEvents(hours: readonly number[]): void {
    const store = openSqliteStore({ path: join(folder.path, 'keywitness.db') });
    const [first = new Uint8Array()] = store.read(0, 1).entries;
    const [, begun = ''] = /"time":"([^"]+)"/.exec(Buffer.from(first).toString('utf8')) ?? [];
    firstHourMs = Math.floor(Date.parse(begun) / HOUR_MS) * HOUR_MS;
    for (const hour of hours) {
      const time = new Date(firstHourMs + hour * HOUR_MS).toISOString();
      const event = {
        action: 'key.list',
        actor: { name: 'ann', type: 'user' },
        client: { address: '203.0.113.7' },
        id: `event-of-${time}`,
        outcome: 'success',
        protocol: { front: 'aws', operation: 'ListKeys', service: 'kms' },
        requestId: 'r',
        revision: store.size(),
        schema: 'keywitness.event/1',
        time,
      };
      const entry = Buffer.from(JSON.stringify(event));
      store.commit([{ judgedAt: store.size(), reads: [], writes: [], entry }]);
    }
    store.close();
  }

  function run(...args: readonly string[]): Promise<ClientRun> {
    const address: AddressInfo | string | null = proxy.address();
    assert.ok(typeof address === 'object' && address !== null);
    return runClientBeside('aws', args, `http://127.0.0.1:${address.port}`, administrator);
  }

  /** What a command that must succeed printed. */
  async function aws(...args: readonly string[]): Promise<string> {
    const { code, error, out } = await run(...args);
    assert.equal(code, 0, error);
    return out.trim();
  }

  async function validateLogs(): Promise<ClientRun> {
    const arn = await aws(
      'cloudtrail',
      'describe-trails',
      '--query',
      'trailList[0].TrailARN',
      '--output',
      'text',
    );
    const window = [-1, 6].map((hours) => new Date(firstHourMs + hours * HOUR_MS).toISOString());
    const [start = '', end = ''] = window;
    const times = ['--start-time', start, '--end-time', end];
    return run('cloudtrail', 'validate-logs', '--trail-arn', arn, ...times, '--verbose');
  }

  test('lookup-events finds what was done, over pages', async () => {
    const ann = ['--lookup-attributes', 'AttributeKey=Username,AttributeValue=ann'];
    const asked = ['cloudtrail', 'lookup-events', ...ann, '--page-size', '2', '--output', 'json'];
    const names: unknown = JSON.parse(await aws(...asked, '--query', 'Events[].EventName'));
    assert.deepEqual(
      names,
      Array.from({ length: 5 }, () => 'ListKeys'),
    );
    const own = ['--lookup-attributes', 'AttributeKey=EventName,AttributeValue=LookupEvents'];
    const text = await aws('cloudtrail', 'lookup-events', ...own, '--query', 'Events[0].CloudTrailEvent');
    assert.match(text, /eventVersion.*1\.11.*cloudtrail\.amazonaws\.com/);
  });

  test('the trail is described', async () => {
    const named = ['--name', 'keywitness', '--output', 'text', '--query'];
    assert.equal(await aws('cloudtrail', 'get-trail-status', ...named, 'IsLogging'), 'True');
    assert.equal(await aws('cloudtrail', 'get-trail', ...named, 'Trail.Name'), 'keywitness');
    assert.equal(
      await aws('cloudtrail', 'list-trails', '--query', 'Trails[0].Name', '--output', 'text'),
      'keywitness',
    );
    const selectors = ['get-event-selectors', '--trail-name', 'keywitness', '--output', 'text', '--query'];
    assert.equal(await aws('cloudtrail', ...selectors, 'EventSelectors[0].ReadWriteType'), 'All');
  });

  test('validate-logs finds every digest and log valid', async () => {
    const { code, error, out } = await validateLogs();
    assert.equal(code, 0, error);
    assert.match(out, /3\/3 digest files valid/);
    assert.match(out, /3\/3 log files valid/);
  });

  test('s3 lists the files and reads them', async () => {
    const bucket = `keywitness-cloudtrail-${server.account}`;
    const listed = await aws('s3', 'ls', '--recursive', `s3://${bucket}/AWSLogs/`);
    assert.equal(listed.split('\n').length, 6);
    assert.match(
      await aws('s3', 'ls', `s3://${bucket}/AWSLogs/${server.account}/`),
      /PRE CloudTrail-Digest\/\s+PRE CloudTrail\//,
    );
    const key = /AWSLogs\/\S+\/CloudTrail\/\S+/.exec(listed)?.[0] ?? '';
    const head = ['s3api', 'head-object', '--bucket', bucket, '--key', key];
    assert.equal(await aws(...head, '--query', 'ContentEncoding', '--output', 'text'), 'gzip');
    const put = await run('s3api', 'delete-object', '--bucket', bucket, '--key', key);
    assert.match(put.error, /NotImplemented/);
  });

  test('a log that was replaced is found', async () => {
    let done = false;
    tampering = (path, body) => {
      if (done || !path.includes('/CloudTrail/')) return body;
      done = true;
      return gzipSync(
        gunzipSync(body).toString().replaceAll('203.0.113.7', '203.0.113.8').replace('admin', 'other'),
      );
    };
    const { code, error, out } = await validateLogs();
    assert.equal(code, 1);
    assert.match(error, /INVALID: hash value doesn't match/);
    assert.match(out, /2\/3 log files valid, 1\/3 log files INVALID/);
  });

  test('a digest that was deleted is found', async () => {
    const middle = new Date(firstHourMs + 2 * HOUR_MS).toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
    tampering = (path, body) => (path.endsWith(`_${middle}Z.json.gz`) ? undefined : body);
    const { code, error, out } = await validateLogs();
    assert.equal(code, 1);
    assert.match(error, /INVALID: not found/);
    assert.match(out, /2\/3 digest files valid, 1\/3 digest files INVALID/);
  });

  test('a log that is missing is found', async () => {
    let gone = '';
    tampering = (path, body) => {
      if (gone === '' && path.includes('/CloudTrail/')) gone = path;
      return path === gone ? undefined : body;
    };
    const { code, error, out } = await validateLogs();
    assert.equal(code, 1);
    assert.match(error, /Log file\ts3:\S+\tINVALID: not found/);
    assert.match(out, /2\/3 log files valid, 1\/3 log files INVALID/);
  });

  test('a digest that was made to fit is found', async () => {
    tampering = (path, body) =>
      path.includes('/CloudTrail-Digest/')
        ? gzipSync(
            gunzipSync(body)
              .toString()
              .replace(/"hashValue":"../, '"hashValue":"00'),
          )
        : body;
    const { code, error } = await validateLogs();
    assert.equal(code, 1);
    assert.match(error, /INVALID: signature verification failed/);
  });
});

/** Hands requests on to the server, and answers to the client as they are, but for files of the trail. */
function tamperingProxy(port: number, tamper: Tampering): Server {
  return createServer((incoming, outgoing) => {
    const { headers, method, url = '/' } = incoming;
    const path = url.split('?')[0] ?? '';
    const onward = request({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => {
        const body = Buffer.concat(chunks);
        const isFile = method === 'GET' && path.endsWith('.json.gz') && answer.statusCode === 200;
        const changed = isFile ? tamper(path, body) : body;
        if (changed === undefined) {
          outgoing.writeHead(404, { 'content-type': 'application/xml' });
          outgoing.end('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>');
          return;
        }
        const length = isFile ? { 'content-length': changed.length } : {};
        outgoing.writeHead(answer.statusCode ?? 500, { ...answer.headers, ...length });
        outgoing.end(changed);
      });
    });
    incoming.pipe(onward);
  });
}
