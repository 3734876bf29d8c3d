import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { keyTypes } from '../note/index.ts';
import { verifyLog } from '../verify/index.ts';
import { directoryFetch, httpFetch, nodeCrypto, nodeNoteSigner } from './index.ts';
import { sampleEntries, sampleKey, sampleLog, writeSampleLog } from './sample-log.test-model.ts';

const origin = 'log.example/one';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 1);
const keys = { origin, logKeys: [ed25519.vkey] };
const log = sampleLog(origin, sampleEntries(600), [ed25519.signer]);

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-log-'));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    assert(address !== null && typeof address === 'object');
    await use(`http://127.0.0.1:${address.port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

test('a log is verified from its folder', async () => {
  await inFolder(async (folder) => {
    writeSampleLog(folder, log.files);
    const report = await verifyLog({ fetch: directoryFetch(folder), keys, crypto: nodeCrypto });
    assert.deepEqual(report.problems, []);
    assert.equal(report.entriesVerified, 600);
  });
});

test('only the paths of a log are read from a folder', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'secret'), 'x');
    const log2 = join(folder, 'log');
    writeSampleLog(log2, log.files);
    const fetch = directoryFetch(log2);
    for (const path of [
      '../secret',
      '',
      '.',
      'tile',
      'tile/0/../../../secret',
      '/etc/passwd',
      'checkpoint/',
    ]) {
      assert.equal(await fetch(path), null, path);
    }
    assert.equal(await fetch('tile/0/009'), null);
    assert.equal(await fetch('tile/0/000.p/7'), null, 'a file is no folder');
    assert.equal((await fetch('tile/0/000'))?.length, 8192);
  });
});

test('what is no regular file, or larger than a file of a log can be, is not read', async () => {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'tile/0/000'), { recursive: true });
    writeFileSync(join(folder, 'checkpoint'), '');
    truncateSync(join(folder, 'checkpoint'), 30 * 1024 * 1024);
    const fetch = directoryFetch(folder);
    await assert.rejects(fetch('checkpoint'), { code: 'missing-file' });
    await assert.rejects(fetch('tile/0/000'));
    execFileSync('/usr/bin/mkfifo', [join(folder, 'tile/0/001')]);
    await assert.rejects(fetch('tile/0/001'), { code: 'missing-file' });
  });
});

test('a log is verified over HTTP, under a prefix, compressed or not', async () => {
  const asked: (string | undefined)[] = [];
  await onServer(
    (request, response) => {
      const path = request.url?.replace('/logs/one/', '') ?? '';
      asked.push(request.headers.authorization);
      const bytes = log.files.get(path);
      if (bytes === undefined) response.writeHead(404).end();
      else if (path.startsWith('tile/entries/')) {
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(bytes));
      } else response.end(bytes);
    },
    async (url) => {
      const options = { headers: { authorization: 'Bearer x' } };
      for (const prefix of [`${url}/logs/one`, `${url}/logs/one/`]) {
        const fetch = httpFetch(prefix, options);
        assert.equal(await fetch('tile/0/007'), null);
        assert.deepEqual((await verifyLog({ fetch, keys, crypto: nodeCrypto })).problems, []);
      }
      assert.deepEqual(new Set(asked), new Set(['Bearer x']));
    },
  );
});

test('gone is missing; an error of the server, a broken body and an endless one are no answer', async () => {
  await onServer(
    (request, response) => {
      if (request.url === '/tile/0/000') response.writeHead(410).end();
      else if (request.url === '/tile/0/001') response.writeHead(503).end('busy');
      else if (request.url === '/tile/0/002') {
        response.writeHead(200, { 'content-length': '8192' });
        response.write('x', () => response.destroy());
      } else response.end(Buffer.alloc(21 * 1024 * 1024));
    },
    async (url) => {
      const fetch = httpFetch(url);
      assert.equal(await fetch('tile/0/000'), null);
      await assert.rejects(fetch('tile/0/001'), /`503`/);
      await assert.rejects(fetch('tile/0/002'));
      await assert.rejects(fetch('tile/0/003'), /too long/);
    },
  );
});

test('a server that does not answer in time is given up', async () => {
  await onServer(
    () => {
      // Never answers.
    },
    async (url) => {
      await assert.rejects(httpFetch(url, { timeoutMs: 50 })('checkpoint'), { name: 'TimeoutError' });
    },
  );
});

test('bytes that are no key or no signature have signed nothing', () => {
  const message = Buffer.from('message');
  for (const length of [0, 31, 32, 33, 64, 1312]) {
    const bytes = new Uint8Array(length).fill(255);
    assert(!nodeCrypto.verifyEd25519(bytes, message, new Uint8Array(64)));
    assert(!nodeCrypto.verifyMlDsa44(bytes, message, new Uint8Array(2420)));
    assert(!nodeCrypto.verifyEd25519(ed25519.publicKey, message, bytes));
  }
});

test('more keys than are kept can be used in turn', () => {
  const message = Buffer.from('message');
  for (let seed = 1; seed <= 70; seed += 1) {
    const { signer, publicKey } = sampleKey(origin, keyTypes.ed25519, seed);
    assert(nodeCrypto.verifyEd25519(publicKey, message, signer.sign(message)));
  }
});

test('a key of another algorithm does not become a signer', () => {
  const { privateKey } = generateKeyPairSync('x25519');
  for (const type of Object.values(keyTypes)) {
    assert.throws(() => nodeNoteSigner({ name: origin, type, privateKey, nowSeconds: () => 0 }), {
      code: 'malformed-key',
    });
  }
});
