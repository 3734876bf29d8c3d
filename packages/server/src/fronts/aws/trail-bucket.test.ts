import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrailFileEntry, TrailFiles } from '../../core/audit/index.ts';
import { place, TestBench } from '../../core/operations/kms/service.test-fixture.ts';
import { openMemoryStore } from '../../stores/memory/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { trailBucketRoute } from './trail-bucket.ts';

const BUCKET = `keywitness-cloudtrail-${place.account}`;
const PATHS = ['AWSLogs/a/1.gz', 'AWSLogs/a/2.gz', 'AWSLogs/b/3.gz', 'AWSLogs/top.gz'];
const content = new Uint8Array([1, 2, 3]);

/** A trail of a few files. */
const files: TrailFiles = {
  key: async () => ({ fingerprint: '', publicKey: new Uint8Array() }),
  async list({ after, limit, prefix }) {
    const found = PATHS.filter((path) => path > after && path.startsWith(prefix)).map(entryAt);
    return { files: found.slice(0, limit), isLast: found.length <= limit };
  },
  async read(path) {
    const { sha256, sinceMs } = entryAt(path);
    return PATHS.includes(path) ? { path, sha256, sinceMs, content, signature: 'ab' } : undefined;
  },
};

function entryAt(path: string): TrailFileEntry {
  return { path, bytes: 3, sha256: 'cd', sinceMs: 1_800_000_000_000 };
}

interface Setup {
  readonly bench: TestBench;
  readonly ask: (
    target: string,
    options?: { readonly method?: string; readonly caller?: string },
  ) => Promise<HttpAnswer>;
}

function setUp(served: TrailFiles = files): Setup {
  const bench = new TestBench(openMemoryStore());
  const callers = new Map([
    ['ann', bench.addUser('ann')],
    ['bob', bench.addUser('bob', [])],
  ]);
  const scope = { date: '20270115', region: place.region, service: 's3' };
  const route = trailBucketRoute({
    service: bench.service,
    files: served,
    place,
    verifySignature({ rawHeaders }) {
      const caller = callers.get(rawHeaders[1] ?? '');
      return caller === undefined
        ? { kind: 'refused', code: 'UnrecognizedClient', message: 'unknown' }
        : { kind: 'verified', caller, scope };
    },
  });
  return {
    bench,
    ask(target, { caller = 'ann', method = 'GET' } = {}) {
      assert.ok(route.matches(method, target.split('?')[0] ?? ''));
      const attempt = bench.request('-');
      return route.handle({ method, target, rawHeaders: ['x', caller], body: new Uint8Array(), attempt });
    },
  };
}

/** The texts of all elements of a name. */
function texts({ body }: HttpAnswer, name: string): readonly string[] {
  assert.ok(typeof body === 'string');
  const pattern = new RegExp(`<${name}>([^<]*)</${name}>`, 'g');
  return [...body.matchAll(pattern)].map(([, text]) => text ?? '');
}

test('files are listed in pages, in both versions', async () => {
  const { ask, bench } = setUp();
  assert.deepEqual(texts(await ask(`/${BUCKET}?prefix=AWSLogs%2Fa`), 'Key'), PATHS.slice(0, 2));
  assert.deepEqual(bench.lastEvent().parameters, { prefix: 'AWSLogs/a', after: '' });
  const first = await ask(`/${BUCKET}?max-keys=3`);
  assert.deepEqual(texts(first, 'IsTruncated'), ['true']);
  const rest = await ask(`/${BUCKET}?marker=${encodeURIComponent(texts(first, 'NextMarker')[0] ?? '')}`);
  assert.deepEqual([...texts(first, 'Key'), ...texts(rest, 'Key')], PATHS);
  const second = await ask(`/${BUCKET}/?list-type=2&start-after=AWSLogs%2Fb`);
  assert.deepEqual(texts(second, 'Key'), PATHS.slice(2));
  assert.deepEqual(texts(second, 'KeyCount'), ['2']);
  assert.deepEqual(texts(await ask(`/${BUCKET}?max-keys=0`), 'IsTruncated'), ['false']);
});

test('what lies below a folder is listed as the folder', async () => {
  const { ask } = setUp();
  const listed = await ask(`/${BUCKET}?delimiter=%2F&prefix=AWSLogs%2F`);
  assert.deepEqual(texts(listed, 'Prefix'), ['AWSLogs/', 'AWSLogs/a/', 'AWSLogs/b/']);
  assert.deepEqual(texts(listed, 'Key'), ['AWSLogs/top.gz']);
  const page = await ask(`/${BUCKET}?delimiter=%2F&prefix=AWSLogs%2F&max-keys=1&list-type=2`);
  const [token = ''] = texts(page, 'NextContinuationToken');
  const next = await ask(
    `/${BUCKET}?delimiter=%2F&prefix=AWSLogs%2F&list-type=2&continuation-token=${encodeURIComponent(token)}`,
  );
  assert.deepEqual(texts(next, 'Prefix'), ['AWSLogs/', 'AWSLogs/b/']);
});

test('a file is released with its signature, and the reading is on the record', async () => {
  const { ask, bench } = setUp();
  for (const [method, operation] of [
    ['GET', 'GetObject'],
    ['HEAD', 'HeadObject'],
  ] as const) {
    const { body, headers, status } = await ask(`/${BUCKET}/${PATHS[0] ?? ''}`, { method });
    assert.equal(status, 200);
    assert.equal(body, content);
    assert.equal(headers['x-amz-meta-signature'], 'ab');
    assert.equal(headers['x-amz-meta-signature-algorithm'], 'SHA256withRSA');
    const { action, id, parameters, protocol } = bench.lastEvent();
    assert.equal(headers['x-keywitness-event-id'], id);
    assert.deepEqual(protocol, { front: 'aws', service: 's3', operation });
    assert.deepEqual([action, parameters], ['trail.read-file', { path: PATHS[0] }]);
  }
});

test('the bucket says where it is', async () => {
  const { ask } = setUp();
  const { body } = await ask(`/${BUCKET}?location`);
  assert.ok(typeof body === 'string');
  assert.match(body, />eu-central-1<\/LocationConstraint>$/);
  const head = await ask(`/${BUCKET}`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['x-amz-bucket-region']], [200, place.region]);
});

test('who may not read is told nothing of what there is', async () => {
  const { ask, bench } = setUp();
  for (const target of ['?location', '?prefix=', `/${PATHS[0] ?? ''}`, '/nothing']) {
    const denied = await ask(`/${BUCKET}${target}`, { caller: 'bob' });
    assert.deepEqual([denied.status, texts(denied, 'Code')], [403, ['AccessDenied']], target);
    assert.equal(bench.lastEvent().outcome, 'denied');
    const stranger = await ask(`/${BUCKET}${target}`, { caller: 'eve' });
    assert.deepEqual([stranger.status, texts(stranger, 'Code')], [403, ['InvalidAccessKeyId']]);
  }
  const absent = await ask(`/${BUCKET}/nothing`);
  assert.deepEqual([absent.status, texts(absent, 'Code')], [404, ['NoSuchKey']]);
});

test('nothing can be changed', async () => {
  const { ask, bench } = setUp();
  for (const method of ['PUT', 'POST', 'DELETE']) {
    const refused = await ask(`/${BUCKET}/${PATHS[0] ?? ''}`, { method });
    assert.deepEqual([refused.status, texts(refused, 'Code')], [501, ['NotImplemented']]);
    assert.equal(bench.lastEvent().action, 'request.unknown');
  }
  assert.equal((await ask(`/${BUCKET}?acl`)).status, 501);
  assert.equal((await ask(`/${BUCKET}?max-keys=x`)).status, 501);
});

test('a record that cannot be written releases nothing (G1)', async () => {
  const { ask, bench } = setUp();
  bench.fault = 'Unavailable';
  assert.equal((await ask(`/${BUCKET}/${PATHS[0] ?? ''}`)).status, 503);
});

test('who comes while files are being made is told to try again, on the record', async () => {
  const busy = Object.assign(new Error('not yet'), { code: 'CatchingUp' });
  const { ask, bench } = setUp({
    ...files,
    list: () => Promise.reject(busy),
    read: () => Promise.reject(busy),
  });
  for (const target of [`/${BUCKET}?list-type=2`, `/${BUCKET}/AWSLogs/top.gz`]) {
    const answer = await ask(target);
    assert.equal(answer.status, 503);
    assert.deepEqual(texts(answer, 'Code'), ['SlowDown']);
  }
  assert.equal(bench.events().length, 2);
});
