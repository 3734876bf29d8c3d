import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { type LogFetch, verifyLog } from '@keywitness/log';
import { httpFetch, nodeCrypto } from '@keywitness/log/node';
import { EvidenceFolder } from '../evidence/index.ts';
import { nodeFileOperations } from '../files/index.ts';
import { ObjectStore } from '../object-store/index.ts';
import { History } from '../testing/history.test-kit.ts';
import { objectStoreMissing, type StoreFault, TestObjectStore } from '../testing/object-store.test-kit.ts';
import { runKeywitness, temporaryFolder } from '../testing/run-keywitness.test-kit.ts';
import { KeptCheckpoint } from './kept-checkpoint.ts';
import { Mirror, type MirrorOutcome } from './mirror.ts';
import { ObjectTarget } from './object-target.ts';

const main = History.create(800);
const keys = main.keys();
const bucket = 'audit-copy';
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

describe('a mirror in an object store', { skip: objectStoreMissing, timeout: 300_000 }, () => {
  let store: TestObjectStore;
  let places = 0;

  before(async () => {
    store = await TestObjectStore.start();
    await store.createBucket(bucket);
  });
  after(() => store[Symbol.asyncDispose]());

  /** A prefix that nobody has used, and a folder for the state. */
  class Place implements Disposable {
    readonly prefix: string;
    readonly state = temporaryFolder();

    constructor() {
      places += 1;
      this.prefix = `kms/${places}/`;
    }

    path(name: string): string {
      return `${bucket}/${this.prefix}${name}`;
    }

    mirror(source: LogFetch): Mirror {
      const bucketUrl = `${store.endpoint}/${bucket}`;
      const objects = new ObjectStore({ bucketUrl, region: 'us-east-1', credentials });
      return new Mirror({
        source,
        keys,
        target: new ObjectTarget(`s3://${bucket}/${this.prefix}`, { store: objects, prefix: this.prefix }),
        evidence: new EvidenceFolder(this.state.path, nodeFileOperations),
        kept: new KeptCheckpoint(this.state.path, nodeFileOperations),
        timeMs: () => 2e12,
      });
    }

    step(source: LogFetch): Promise<MirrorOutcome> {
      return this.mirror(source).step();
    }

    /** The size of the log that anybody reads over HTTP, which must verify as a whole. */
    async verified(): Promise<number> {
      const fetched = httpFetch(`${store.upstream}/${this.path('')}`);
      const report = await verifyLog({ fetch: fetched, keys, crypto: nodeCrypto });
      assert.deepEqual(report.problems, []);
      return report.size;
    }

    async objects(): Promise<readonly string[]> {
      const text = (await store.get(`${bucket}?list-type=2&prefix=${this.prefix}`)).toString('utf8');
      return [...text.matchAll(/<Key>([^<]+)</g)].map(([, key = '']) => key.slice(this.prefix.length));
    }

    [Symbol.dispose](): void {
      this.state[Symbol.dispose]();
    }
  }

  test('is a published log at every size, which anybody reads over HTTP, and leaves nothing behind', async () => {
    using place = new Place();
    let copied = 0;
    for (const size of [0, 1, 255, 256, 257, 513]) {
      assert.deepEqual(await place.step(main.fetch(size)), { kind: 'copied', size, before: copied });
      assert.equal(await place.verified(), size);
      assert.equal((await place.step(main.fetch(size))).kind, 'current');
      copied = size;
    }
    assert.deepEqual(
      (await place.objects()).toSorted(),
      [...main.files(513).keys()].toSorted(),
      'what a log of this size has, and nothing else',
    );
    const text = ['text/plain; charset=utf-8', 'no-cache'];
    assert.deepEqual(await store.headers(place.path('checkpoint')), text);
    const full = ['application/octet-stream', 'public, max-age=31536000, immutable'];
    assert.deepEqual(await store.headers(place.path('tile/entries/000')), full);
    const partial = ['application/octet-stream', 'public, max-age=60'];
    assert.deepEqual(await store.headers(place.path('tile/0/002.p/1')), partial);
  });

  test('writes the checkpoint after all that it covers', async () => {
    using place = new Place();
    store.requests = [];
    await place.step(main.fetch(600));
    const puts = store.requests.filter((line) => line.startsWith('PUT '));
    assert.equal(puts.at(-1), `PUT /${place.path('checkpoint')}`);
    assert.equal(puts.length, main.files(600).size);
  });

  test('refuses a store in which something that it goes on from was altered, removed or swapped', async () => {
    const tampers: readonly (readonly [string, (place: Place) => Promise<void>])[] = [
      ['altered', (place) => store.put(place.path('tile/0/001.p/44'), Buffer.alloc(44 * 32))],
      ['removed', (place) => store.remove(place.path('tile/entries/001.p/44'))],
      [
        'swapped',
        async (place) =>
          store.put(place.path('tile/0/001.p/44'), await store.get(place.path('tile/1/000.p/1'))),
      ],
      ['no checkpoint', (place) => store.remove(place.path('checkpoint'))],
      ['older', (place) => store.put(place.path('checkpoint'), Buffer.from(main.note(257)))],
      ['nonsense', (place) => store.put(place.path('checkpoint'), Buffer.from('nonsense'))],
    ];
    for (const [what, tamper] of tampers) {
      using place = new Place();
      await place.step(main.fetch(300));
      await tamper(place);
      await assert.rejects(place.step(main.fetch(600)), /is not a whole mirror of this log: /, what);
    }
  });

  test('finds what was altered further back when the copy is verified', async () => {
    for (const path of ['tile/entries/000', 'tile/0/000']) {
      using place = new Place();
      await place.step(main.fetch(600));
      const bytes = await store.get(place.path(path));
      bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
      await store.put(place.path(path), bytes);
      const env = { AWS_ENDPOINT_URL_S3: store.upstream };
      writeFileSync(place.state.file('log.vkey'), `${main.verifierKeys().join('\n')}\n`);
      const log = ['log', 'verify', `s3://${bucket}/${place.prefix}`, '--key', place.state.file('log.vkey')];
      const run = await runKeywitness(log, { env });
      assert.equal(run.code, 1, run.stderr);
      assert.ok(run.stdout.includes(path), run.stdout);
    }
  });

  test('keeps both checkpoints when another history of the log was put in its place', async () => {
    using place = new Place();
    await place.step(main.fetch(300));
    for (const [kind, size] of [
      ['fork', 300],
      ['inconsistent', 500],
    ] as const) {
      for (const [path, bytes] of main.fork(100).files(size)) await store.put(place.path(path), bytes);
      const outcome = await place.step(main.fetch(600));
      assert.ok(outcome.kind === 'conflict' && outcome.conflict.kind === kind, JSON.stringify(outcome));
      const evidence = await new EvidenceFolder(place.state.path, nodeFileOperations).list();
      assert.ok(evidence.some((one) => one.kind === kind));
    }
  });

  test('refuses a log that is a fork of what the store holds, and leaves the store as it was', async () => {
    using place = new Place();
    await place.step(main.fetch(300));
    const outcome = await place.step(main.fork(100).fetch(500));
    assert.ok(outcome.kind === 'conflict' && outcome.conflict.kind === 'inconsistent');
    assert.deepEqual(await place.step(main.fetch(257)), { kind: 'stale', size: 257, before: 300 });
    assert.equal(await place.verified(), 300);
  });

  test('signs so that a store which checks it does what it is asked to, and says so when it does not', async () => {
    await using strict = await TestObjectStore.start();
    await strict.createBucket(bucket);
    const known = await strict.requireSignatures();
    const open = (secretAccessKey: string): ObjectStore =>
      new ObjectStore({
        bucketUrl: `${strict.upstream}/${bucket}`,
        region: 'us-east-1',
        credentials: { ...known, secretAccessKey },
      });
    const objects = open(known.secretAccessKey);
    const options = { contentType: 'text/plain', cacheControl: 'no-cache' };
    // Every character that a path or a query writes in another way.
    for (const key of ['plain', "with space/and+plus(1)!*'&=%", 'ü/é']) {
      assert.equal((await objects.put(key, Buffer.from(key), options)).kind, 'written');
      const again = { ...options, condition: { kind: 'absent' } } as const;
      assert.deepEqual(await objects.put(key, Buffer.from('x'), again), { kind: 'unmet' });
      const found = await objects.get(key);
      assert.equal(Buffer.from(found?.bytes ?? []).toString(), key);
      const same = { ...options, condition: { kind: 'same', etag: found?.etag ?? '' } } as const;
      assert.equal((await objects.put(key, Buffer.from('new'), same)).kind, 'written');
      assert.deepEqual(await objects.put(key, Buffer.from('newer'), same), { kind: 'unmet' });
      assert.deepEqual(await objects.list(key.slice(0, -1)), [key]);
      await objects.delete(key);
      assert.equal(await objects.get(key), undefined);
    }
    await assert.rejects(open('wrong').get('plain'), /answered 403 \(SignatureDoesNotMatch\)/);
  });

  test('compares a full file that is there already, and replaces one that no checkpoint covers', async () => {
    using place = new Place();
    const files = main.files(600);
    await store.put(place.path('tile/0/000'), files.get('tile/0/000') ?? Buffer.alloc(0));
    await store.put(place.path('tile/0/001'), Buffer.from('what a broken run has left'));
    store.requests = [];
    await place.step(main.fetch(600));
    const asked = (path: string): readonly string[] =>
      store.requests.filter((line) => line.endsWith(`/${place.path(path)}`)).map((line) => line.slice(0, 4));
    assert.deepEqual(asked('tile/0/000'), ['PUT ', 'GET ']);
    assert.deepEqual(asked('tile/0/001'), ['PUT ', 'GET ', 'PUT ']);
    assert.equal(await place.verified(), 600);
  });

  test('does not undo what another mirror has written in the meantime', async () => {
    using place = new Place();
    const slow = place.mirror(main.fetch(300));
    const other = place.mirror(main.fetch(600));
    const late: LogFetch = async (path) => {
      if (path === 'tile/entries/001.p/44') assert.equal((await other.step()).kind, 'copied');
      return main.fetch(300)(path);
    };
    await slow.covered();
    await assert.rejects(place.mirror(late).step(), /another mirror writes to it/);
    assert.equal(await place.verified(), 600);
  });

  test('goes on after the loss of any one request or answer', async () => {
    const run = async (fault?: StoreFault): Promise<number> => {
      using place = new Place();
      store.fault = fault;
      store.requests = [];
      let count = 0;
      try {
        for (const size of [254, 257]) {
          // A new process each time, as after a crash.
          for (let attempt = 0; ; attempt += 1) {
            const outcome = await place.step(main.fetch(size)).catch((error: unknown) => {
              assert.ok(error instanceof TypeError, String(error));
              return undefined;
            });
            if (outcome !== undefined) break;
            assert.ok(attempt < 2);
            const shown = await place.objects();
            if (shown.includes('checkpoint')) await place.verified();
          }
          assert.equal(await place.verified(), size);
        }
        count = store.requests.length;
      } finally {
        store.fault = undefined;
      }
      const left = (await place.objects()).filter((path) => !main.files(257).has(path));
      // A process that dies at the end leaves the partial tiles of the checkpoint before, which are still right.
      assert.ok(
        left.every((path) => main.files(254).has(path) && path.includes('.p/')),
        left.join(),
      );
      if (fault === undefined) assert.deepEqual(left, []);
      return count;
    };
    const count = await run();
    assert.ok(count > 20, `only ${count} requests`);
    for (let at = 1; at <= count; at += 1) {
      for (const kind of ['before', 'after'] as const) await run({ at, kind });
    }
  });
});
