import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LogCrypto, sha256 } from '../crypto/index.ts';
import { type CheckpointFields, keyTypes, openCheckpoint } from '../note/index.ts';
import { nodeCrypto } from '../node/index.ts';
import { sampleEntries, sampleKey, sampleLog, type SampleLog } from '../node/sample-log.test-model.ts';
import { encodeEntries, type LogFetch } from '../tiles/index.ts';
import { type LogReport, verifyLog, type VerifyLogOptions } from './index.ts';

const origin = 'log.example/one';
const ed25519 = sampleKey(origin, keyTypes.ed25519, 1);
const mlDsa44 = sampleKey(origin, keyTypes.mlDsa44Cosignature, 2);
const keys = { origin, logKeys: [ed25519.vkey, mlDsa44.vkey] };
const signers = [ed25519.signer, mlDsa44.signer];
const allEntries = sampleEntries(66_000);

function logOf(size: number): SampleLog {
  return sampleLog(origin, allEntries.slice(0, size), signers);
}

function fetchOf({ files }: { readonly files: ReadonlyMap<string, Uint8Array> }): LogFetch {
  return (path) => Promise.resolve(files.get(path) ?? null);
}

function verify(fetch: LogFetch, options: Partial<VerifyLogOptions> = {}): Promise<LogReport> {
  return verifyLog({ fetch, keys, crypto: nodeCrypto, ...options });
}

/** The log with some files changed; `null` takes one away. */
function changed(
  log: SampleLog,
  changes: Readonly<Record<string, ((bytes: Uint8Array) => Uint8Array) | null>>,
): LogFetch {
  const files = new Map(log.files);
  for (const [path, change] of Object.entries(changes)) {
    const bytes = files.get(path);
    assert(bytes, `the log has no \`${path}\``);
    if (change === null) files.delete(path);
    else files.set(path, change(bytes.slice()));
  }
  return fetchOf({ files });
}

function flip(offset: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => bytes.fill((bytes[offset] ?? 0) ^ 1, offset, offset + 1);
}

const log600 = logOf(600);
const logLarge = logOf(66_000);

for (const size of [0, 1, 255, 256, 257, 600, 65_535, 65_536, 65_537, 66_000]) {
  test(`an untouched log of ${size} entries verifies, every entry and its signatures`, async () => {
    const log = logOf(size);
    const report = await verify(fetchOf(log));
    assert.deepEqual(report.problems, []);
    assert.deepEqual(
      { ...report, signatures: report.signatures.length, note: undefined },
      {
        ok: true,
        size,
        root: log.root,
        note: undefined,
        signatures: 2,
        problems: [],
        entriesVerified: size,
      },
    );
    assert.deepEqual(report.note, log.files.get('checkpoint'));
  });
}

test('every file that the checkpoint asks for is read: without any one of them the log does not verify', async () => {
  for (const path of log600.files.keys()) {
    const report = await verify(changed(log600, { [path]: null }));
    assert(!report.ok);
    assert.deepEqual([report.problems.length, report.problems[0]?.code], [1, 'missing'], path);
    assert.equal(report.problems[0]?.file, path);
  }
});

test('progress is told after each bundle, up to the size', async () => {
  const told: number[] = [];
  await verify(fetchOf(log600), {
    onProgress: ({ entries, size }) => {
      assert.equal(size, 600);
      told.push(entries);
    },
  });
  assert.deepEqual(told, [256, 512, 600]);
});

test('a clock gives the entries per second, and one that stands still gives nothing', async () => {
  let now = 0;
  const ticking = await verify(fetchOf(log600), { nowMs: () => (now += 100) });
  assert.equal(ticking.entriesPerSecond, 6000);
  const still = await verify(fetchOf(log600), { nowMs: () => 1 });
  assert.equal(still.entriesPerSecond, undefined);
});

test('a verifier without the fast ways of a hasher comes to the same result', async () => {
  const crypto: LogCrypto = {
    sha256,
    verifyEd25519: (...parts) => nodeCrypto.verifyEd25519(...parts),
    verifyMlDsa44: (...parts) => nodeCrypto.verifyMlDsa44(...parts),
  };
  assert((await verify(fetchOf(log600), { crypto })).ok);
  const report = await verify(changed(log600, { 'tile/entries/001': flip(2) }), { crypto });
  assert.equal(report.problems[0]?.code, 'entry-altered');
});

test('a partial tile or bundle that is gone is taken from the full one', async () => {
  const files = new Map([...logOf(1000).files, ['checkpoint', log600.files.get('checkpoint')] as const]);
  const source: LogFetch = (path) =>
    Promise.resolve(path.includes('tile/1/') ? null : (files.get(path) ?? null));
  // Level 1 has no full tile yet, so its partial one must be there.
  const missing = await verify(source);
  assert.equal(missing.problems[0]?.file, 'tile/1/000.p/2');
  const fallback: LogFetch = async (path) =>
    path === 'tile/1/000.p/2' ? (log600.files.get(path) ?? null) : source(path);
  assert(files.has('tile/0/002') && !files.has('tile/0/002.p/88'));
  assert.deepEqual((await verify(fallback)).problems, []);
});

test('a full tile in place of a partial one must itself be whole', async () => {
  const log = logOf(300);
  const files = new Map(log.files);
  files.set('tile/0/001', new Uint8Array(8191));
  files.delete('tile/0/001.p/44');
  const report = await verify(fetchOf({ files }));
  assert.deepEqual([report.problems[0]?.code, report.problems[0]?.file], ['malformed', 'tile/0/001']);
});

test('an altered entry is told by its bundle, its bytes and its index', async () => {
  const bundle = log600.files.get('tile/entries/001');
  assert(bundle);
  const start = encodeEntries(allEntries.slice(256, 300)).length;
  const entry = allEntries[300];
  assert(entry);
  const report = await verify(changed(log600, { 'tile/entries/001': flip(start + 5) }));
  assert.equal(report.entriesVerified, 256);
  const [problem] = report.problems;
  assert(problem);
  assert.deepEqual(
    { ...problem, message: '' },
    {
      code: 'entry-altered',
      file: 'tile/entries/001',
      bytes: { start, end: start + 2 + entry.length },
      entry: 300,
      message: '',
    },
  );
  assert.match(problem.message, /`tile\/entries\/001` bytes \d+\.\.\d+ \(entry 300\)/);
});

test('an altered hash is told by its tile and its bytes, at every level', async () => {
  for (const [path, position] of [
    ['tile/0/003', 17],
    ['tile/0/257.p/208', 207],
    ['tile/1/000', 200],
    ['tile/1/001.p/1', 0],
    ['tile/2/000.p/1', 0],
  ] as const) {
    const report = await verify(changed(logLarge, { [path]: flip(position * 32 + 31) }));
    const [problem] = report.problems;
    assert(problem);
    assert.deepEqual([problem.code, problem.file], ['tile-altered', path]);
    assert.deepEqual(problem.bytes, { start: position * 32, end: position * 32 + 32 });
  }
});

test('an entry that was altered together with its hash is told by the tile above', async () => {
  const bundle = allEntries.slice(256, 512).with(3, Buffer.from('forged'));
  const report = await verify(
    changed(log600, {
      'tile/entries/001': () => encodeEntries(bundle),
      'tile/0/001': (bytes) => {
        bytes.set(nodeCrypto.sha256(Buffer.concat([Buffer.of(0), Buffer.from('forged')])), 3 * 32);
        return bytes;
      },
    }),
  );
  const [problem] = report.problems;
  assert(problem);
  assert.deepEqual([problem.code, problem.file], ['tile-altered', 'tile/0/001']);
  assert.match(problem.message, /entries 256 to 511 are not those of the signed tree/);
});

test('bytes after the last entry or hash, and files that end early, are told by the file', async () => {
  const longer =
    (...more: readonly number[]) =>
    (bytes: Uint8Array): Uint8Array =>
      Buffer.concat([bytes, Buffer.from(more)]);
  const shorter = (bytes: Uint8Array): Uint8Array => bytes.subarray(0, -1);
  for (const path of ['tile/entries/001', 'tile/entries/002.p/88', 'tile/0/001', 'tile/1/000.p/2']) {
    for (const change of [longer(0), longer(0, 0), longer(...new Uint8Array(32)), shorter]) {
      const report = await verify(changed(log600, { [path]: change }));
      assert.deepEqual([report.problems[0]?.code, report.problems[0]?.file], ['malformed', path]);
      assert.notEqual(report.problems[0]?.bytes, undefined);
    }
  }
});

test('when nothing vouches for either side, both files are named', async () => {
  const report = await verify(
    changed(log600, { 'tile/entries/000': flip(5), 'tile/0/000': flip(40), 'tile/1/000.p/2': flip(1) }),
  );
  const [problem] = report.problems;
  assert.equal(problem?.code, 'mismatch');
  assert.equal(problem.file, 'tile/entries/000');
  assert.match(problem.message, /`tile\/0\/000`/);
  const above = await verify(
    changed(logLarge, { 'tile/1/000': (bytes) => flip(40)(flip(8)(bytes)), 'tile/2/000.p/1': flip(1) }),
  );
  assert.deepEqual([above.problems[0]?.code, above.problems[0]?.file], ['mismatch', 'tile/1/000']);
});

test('a whole log that leads to another root than the signed one is told so', async () => {
  const files = new Map(sampleLog(origin, sampleEntries(599).concat(Buffer.from('forged')), signers).files);
  files.set('checkpoint', log600.files.get('checkpoint') ?? Buffer.of());
  const report = await verify(fetchOf({ files }));
  assert.deepEqual([report.ok, report.problems[0]?.code], [false, 'root-mismatch']);
});

test('what cannot be read is not called altered', async () => {
  for (const path of ['checkpoint', 'tile/entries/001', 'tile/0/001', 'tile/1/000.p/2']) {
    const source = fetchOf(log600);
    const report = await verify((asked) =>
      asked === path ? Promise.reject(new Error('the network is down')) : source(asked),
    );
    assert.deepEqual([report.problems[0]?.code, report.problems[0]?.file], ['unreadable', path]);
    assert.match(report.problems[0]?.message ?? '', /the network is down/);
  }
});

test('an extension of a trusted checkpoint verifies, from size 0 up to the same size', async () => {
  for (const size of [0, 1, 255, 256, 257, 511, 512, 600]) {
    const previous = { origin, size, root: logOf(size).root };
    assert.deepEqual((await verify(fetchOf(log600), { previous: [previous] })).problems, [], `from ${size}`);
  }
  for (const size of [65_535, 65_536, 65_537, 65_793]) {
    const previous = { origin, size, root: logOf(size).root };
    assert((await verify(fetchOf(logLarge), { previous: [previous] })).ok, `from ${size}`);
  }
});

test('a log that is no extension of a trusted checkpoint is a rollback', async () => {
  const forked = sampleLog(origin, [Buffer.from('forged'), ...allEntries.slice(1, 600)], signers);
  for (const [log, previous] of [
    [logOf(599), { origin, size: 600, root: log600.root }],
    [forked, { origin, size: 600, root: log600.root }],
    [forked, { origin, size: 257, root: logOf(257).root }],
    [log600, { origin, size: 600, root: logOf(599).root }],
    [log600, { origin, size: 0, root: log600.root }],
    [log600, { origin: 'log.example/two', size: 600, root: log600.root }],
  ] as const) {
    assert((await verify(fetchOf(log))).ok);
    const report = await verify(fetchOf(log), { previous: [previous] });
    assert.deepEqual([report.ok, report.problems[0]?.code], [false, 'rollback']);
    assert.equal(report.entriesVerified, log.entries.length);
  }
});

test('each of several trusted checkpoints is held against the log, not the largest alone', async () => {
  const at = (size: number): CheckpointFields => ({ origin, size, root: logOf(size).root });
  assert((await verify(fetchOf(log600), { previous: [at(599), at(257), at(256), at(0)] })).ok);
  const forged = { ...at(257), root: logOf(256).root };
  const report = await verify(fetchOf(log600), { previous: [at(599), forged] });
  assert.deepEqual([report.problems.length, report.problems[0]?.code], [1, 'rollback']);
});

test('a report keeps the note, from which the next verification starts', async () => {
  const report = await verify(fetchOf(logOf(300)));
  assert(report.note);
  const opened = openCheckpoint(report.note, keys, nodeCrypto);
  assert(opened.ok);
  assert((await verify(fetchOf(log600), { previous: [opened.checkpoint] })).ok);
});

test('a checkpoint that is not believed ends the verification, and nothing else is read', async () => {
  const asked: string[] = [];
  const log = sampleLog(origin, allEntries.slice(0, 600), [ed25519.signer]);
  const source = fetchOf(log);
  const report = await verify((path) => {
    asked.push(path);
    return source(path);
  });
  assert.deepEqual([report.ok, report.problems[0]?.code, report.size], [false, 'checkpoint', 0]);
  assert.deepEqual(report.problems[0]?.bytes, { start: 0, end: log.files.get('checkpoint')?.length });
  assert.deepEqual(asked, ['checkpoint']);
});

test('no read is under way any more when the report is there', async () => {
  let underWay = 0;
  let read = 0;
  const source = fetchOf(changed600());
  const report = await verify(async (path) => {
    underWay += 1;
    read += 1;
    // What is read ahead takes longer than all that decides.
    for (let turn = 0; turn < (path.startsWith('tile/entries/002') ? 100 : 1); turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const bytes = await source(path);
    underWay -= 1;
    return bytes;
  });
  assert.equal(report.problems[0]?.code, 'entry-altered');
  assert.deepEqual([underWay, read > 3], [0, true]);
});

function changed600(): { readonly files: ReadonlyMap<string, Uint8Array> } {
  const files = new Map(log600.files);
  files.set('tile/entries/000', flip(4)((files.get('tile/entries/000') ?? Buffer.of()).slice()));
  return { files };
}

test('trusted keys that cannot be used are an error', async () => {
  await assert.rejects(verify(fetchOf(log600), { keys: { origin, logKeys: [] } }), { code: 'malformed-key' });
});
