import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../stores/memory/index.ts';
import { AdminBench } from './admin-bench.test-fixture.ts';

function fill(bench: AdminBench): void {
  for (const path of ['checkpoint', 'tile/0/000', 'tile/0/000.p/7', 'tile/entries/000']) {
    bench.log.files.set(path, Buffer.from(path));
  }
}

test('the log is served with the media types of tlog-tiles, and each reading is recorded', async () => {
  const bench = new AdminBench(openMemoryStore());
  const admin = await bench.administrator();
  fill(bench);
  const cases = [
    ['checkpoint', 'text/plain; charset=utf-8', 'no-cache'],
    ['tile/0/000', 'application/octet-stream', 'private, max-age=31536000, immutable'],
    ['tile/0/000.p/7', 'application/octet-stream', 'private, max-age=60'],
    ['tile/entries/000', 'application/octet-stream', 'private, max-age=31536000, immutable'],
  ] as const;
  for (const [path, contentType, cacheControl] of cases) {
    const answer = await bench.call('GET', `/log/${path}`, admin);
    assert.equal(answer.text(), path);
    assert.equal(answer.headers['content-type'], contentType);
    assert.equal(answer.headers['cache-control'], cacheControl);
    assert.deepEqual([bench.lastEvent().action, bench.lastEvent().parameters], ['log.read', { path }]);
    assert.equal(answer.headers['x-keywitness-event-id'], bench.lastEvent().id);
  }
  const index = await bench.call('GET', '/log/index', admin);
  assert.equal(index.text(), await bench.answers.indexCheckpoint());
  assert.deepEqual(
    [index.headers['content-type'], index.headers['cache-control']],
    ['text/plain; charset=utf-8', 'no-cache'],
  );
  const keys = await bench.call('GET', '/log/log.vkey', admin);
  assert.equal(keys.text(), await bench.log.verifierKeys());
  assert.equal((await bench.call('GET', '/log/tile/1/000', admin)).status, 404);
});

test('nothing but names of log resources comes to the files', async () => {
  const bench = new AdminBench(openMemoryStore(), { publicLog: true });
  fill(bench);
  const targets = [
    '',
    'tile',
    'tile/0/0',
    'tile/0/000.p/256',
    '../seal.key',
    'tile/0/%30%30%30',
    'checkpoint?x',
  ];
  for (const target of targets) {
    const answer = await bench.call('GET', `/log/${target}`);
    assert.deepEqual([answer.status, answer.code()], [404, 'UnknownOperation'], target);
    assert.equal(bench.lastEvent().action, 'request.unknown');
  }
  assert.equal((await bench.call('POST', '/log/checkpoint')).status, 404);
  assert.deepEqual(bench.log.reads, []);
});

test('without a signature the log is closed, unless it is public, when reading it is no attempt', async () => {
  const closed = new AdminBench(openMemoryStore());
  fill(closed);
  const refused = await closed.call('GET', '/log/checkpoint');
  assert.deepEqual([refused.status, closed.lastEvent().action], [401, 'request.unauthenticated']);
  const open = new AdminBench(openMemoryStore(), { publicLog: true });
  fill(open);
  const answer = await open.call('GET', '/log/tile/0/000');
  assert.deepEqual([answer.status, answer.text()], [200, 'tile/0/000']);
  assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.deepEqual(open.events(), []);
});
