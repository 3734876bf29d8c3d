import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import type { TrailFiles } from '../../core/audit/index.ts';
import { BUCKET, DIGESTS, eventAt, LOGS, membersOf, paths, setUp, textOf } from './rig.test-model.ts';

/** The one log file that a digest is about. */
function onlyLog({ logFiles }: Readonly<Record<string, unknown>>): {
  readonly hash: unknown;
  readonly path: string;
} {
  assert.ok(Array.isArray(logFiles) && logFiles.length === 1);
  const log: unknown = logFiles[0];
  assert.ok(typeof log === 'object' && log !== null && 'hashValue' in log && 's3Object' in log);
  return { hash: log.hashValue, path: String(log.s3Object) };
}

/** The ids of the events in each log file. */
async function idsIn(files: TrailFiles): Promise<readonly (readonly string[])[]> {
  const found = await paths(files, LOGS);
  return Promise.all(
    found.map(async (path) =>
      [...(await textOf(files, path)).matchAll(/"eventID":"([^"]+)"/g)].map(([, id]) => id ?? ''),
    ),
  );
}

test('hours that are over have their events in log files, and a digest each', async (context) => {
  const { add, open } = setUp(context);
  add('09:10:00', '09:50:00', '10:00:00', '12:30:00');
  const files = open();
  assert.deepEqual(await idsIn(files), [['09:10:00', '09:50:00'], ['10:00:00']]);
  assert.deepEqual(
    (await paths(files, DIGESTS)).map((path) => path.slice(-20)),
    ['0827T100000Z.json.gz', '0827T110000Z.json.gz', '0827T120000Z.json.gz'],
  );
  assert.deepEqual(await paths(files, LOGS), [
    `${LOGS}eu-central-1/2026/08/27/111122223333_CloudTrail_eu-central-1_20260827T0900Z_0000000000000000.json.gz`,
    `${LOGS}eu-central-1/2026/08/27/111122223333_CloudTrail_eu-central-1_20260827T1000Z_0000000000000002.json.gz`,
  ]);
});

test('each digest is signed, names its files by what is in them, and the digest before', async (context) => {
  const { add, open } = setUp(context);
  add('09:10:00', '10:00:00', '11:30:00');
  const files = open();
  const { fingerprint, publicKey } = await files.key();
  const rsa = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'pkcs1' });
  let previous: { readonly path: string; readonly hash: string; readonly signature: string } | undefined;
  for (const path of await paths(files, DIGESTS)) {
    const text = await textOf(files, path);
    const members = await membersOf(files, path);
    const signature = (await files.read(path))?.signature ?? '';
    const hash = sha256(text);
    const signed = [members['digestEndTime'], `${BUCKET}/${path}`, hash, previous?.signature ?? 'null'].join(
      '\n',
    );
    assert.ok(verify('sha256', Buffer.from(signed), rsa, Buffer.from(signature, 'hex')));
    assert.equal(members['digestS3Object'], path);
    assert.equal(members['digestPublicKeyFingerprint'], fingerprint);
    assert.equal(members['previousDigestS3Object'], previous?.path ?? null);
    assert.equal(members['previousDigestHashValue'], previous?.hash ?? null);
    assert.equal(members['previousDigestSignature'], previous?.signature ?? null);
    const log = onlyLog(members);
    assert.equal(log.hash, sha256(await textOf(files, log.path)));
    previous = { path, hash, signature };
  }
  assert.ok(previous !== undefined);
});

test('an hour is not over before the log says so, and then it never changes', async (context) => {
  const { add, open } = setUp(context);
  const files = open();
  assert.deepEqual(await paths(files, ''), []);
  add('09:10:00', '09:59:59');
  assert.deepEqual(await paths(files, ''), []);
  add('10:00:00');
  const [digest = ''] = await paths(files, DIGESTS);
  const before = await textOf(files, digest);
  // Decided in the hour before, and recorded late.
  add('09:59:59', '11:00:00');
  assert.equal(await textOf(files, digest), before);
  assert.deepEqual(await idsIn(files), [
    ['09:10:00', '09:59:59'],
    ['10:00:00', '09:59:59'],
  ]);
});

test('hours end although the clock went back since', async (context) => {
  const { add, open } = setUp(context);
  add('09:10:00', '11:00:00', '08:00:00');
  const files = open();
  assert.deepEqual(await idsIn(files), [['09:10:00']]);
  add('08:30:00', '12:00:00');
  assert.deepEqual(await idsIn(files), [['09:10:00'], ['11:00:00', '08:00:00', '08:30:00']]);
});

test('the same log gives the same files, whenever they are made and whatever was kept', async (context) => {
  const { add, open, entries, path } = setUp(context);
  add('09:10:00', '10:00:00', '11:30:00');
  const first = open();
  const digests = await paths(first, DIGESTS);
  const texts = await Promise.all(digests.map((digest) => textOf(first, digest)));
  const kept = readFileSync(path, 'utf8');
  for (const damaged of [
    '',
    kept,
    kept.slice(0, -9),
    kept.replace('"end":2', '"end":1'),
    kept.replace(/"sha256":"../, '"sha256":"00'),
    ...whole(kept, (line) => line.replace('"end":1', '"end":2')),
    ...whole(kept, (line) => line.replace(/"startMs":[0-9]+/, '"startMs":1e99')),
    ...whole(kept, (line) => line.replace(/"files":.*\]/, '"files":[null]')),
    ...whole(kept, (line) => line.replace(/"sha256":"../, '"sha256":"00')),
    `nonsense\n${kept}`,
  ]) {
    writeFileSync(path, damaged);
    const again = open();
    assert.deepEqual(await paths(again, DIGESTS), digests);
    assert.deepEqual(await Promise.all(digests.map((digest) => textOf(again, digest))), texts);
    assert.equal(readFileSync(path, 'utf8'), kept);
  }
  assert.equal(entries.length, 3);
});

/** What somebody leaves who has changed a line and made it look whole. */
function whole(kept: string, change: (line: string) => string): readonly string[] {
  const lines = kept.trimEnd().split('\n');
  return lines.map((line, at) => {
    const text = change(line.slice(line.indexOf(' ') + 1));
    return `${lines.with(at, `${crc32(text)} ${text}`).join('\n')}\n`;
  });
}

test('a log that was changed does not fit the digest that was signed', async (context) => {
  const { add, open, path } = setUp(context);
  add('09:10:00', '09:20:00', '10:00:00');
  const [digest = ''] = await paths(open(), DIGESTS);
  const other = setUp(context);
  other.add('09:10:00', '09:30:00', '10:00:00');
  writeFileSync(other.path, readFileSync(path));
  const files = other.open();
  const log = onlyLog(await membersOf(files, digest));
  assert.notEqual(log.hash, sha256(await textOf(files, log.path)));
});

test('a long time without events has one digest', async (context) => {
  const { add, entries, open } = setUp(context);
  add('09:10:00');
  entries.push(
    Buffer.from(Buffer.from(eventAt('09:00:00')).toString('utf8').replace('2026-08-27T', '2027-08-27T')),
  );
  const digests = await paths(open(), DIGESTS);
  assert.deepEqual(
    digests.map((path) => path.slice(-24, -8)),
    ['20260827T100000Z', '20270827T090000Z'],
  );
});

test('a busy hour has several files', async (context) => {
  const { add, open } = setUp(context);
  add(...Array.from({ length: 2500 }, () => '09:00:01'), '10:00:00');
  const files = await idsIn(open());
  assert.deepEqual(
    files.map((ids) => ids.length),
    [2000, 500],
  );
});

test('listings have pages, and what is in no listing is not there', async (context) => {
  const { add, open } = setUp(context);
  add('09:10:00', '10:00:00', '11:30:00');
  const files = open();
  const all = await paths(files, '');
  assert.equal(all.length, 4);
  const seen: string[] = [];
  for (let after = ''; ;) {
    const page = await files.list({ prefix: 'AWSLogs/', after, limit: 3 });
    seen.push(...page.files.map(({ path }) => path));
    if (page.isLast) break;
    after = seen.at(-1) ?? '';
  }
  assert.deepEqual(seen, all);
  assert.deepEqual(all, all.toSorted());
  for (const path of all) {
    assert.equal(await files.read(path.replace('AWSLogs', 'BWSLogs')), undefined);
    assert.equal(await files.read(path.replace('_2026', '_2025')), undefined);
  }
  assert.equal(await files.read('AWSLogs/x'), undefined);
});

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

test('who waits for long is told so, and finds the files when they are made', async (context) => {
  const { add, open } = setUp(context);
  add('10:00:00', '11:00:00');
  const turns: (() => void)[] = [];
  let late = (): void => undefined;
  const files = open((delayMs, task) => {
    if (delayMs === 0) turns.push(task);
    else late = task;
  });
  const asked = files.list({ prefix: '', after: '', limit: 10 });
  late();
  await assert.rejects(asked, { name: 'TrailError', code: 'CatchingUp' });
  const again = files.list({ prefix: '', after: '', limit: 10 });
  for (let turn = 0; turn < 100; turn += 1) {
    for (const task of turns.splice(0)) task();
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(
    (await again).files.map((file) => file.path),
    await paths(open(), ''),
  );
});
