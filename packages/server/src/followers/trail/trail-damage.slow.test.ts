import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TrailFiles } from '../../core/audit/index.ts';
import { DIGESTS, LOGS, paths, setUp, textOf } from './rig.test-model.ts';

/** Everything that is handed out: what is listed, what is in it, and how it is signed. */
async function everything(files: TrailFiles): Promise<readonly unknown[]> {
  const { files: listed } = await files.list({ prefix: '', after: '', limit: 1000 });
  return Promise.all(
    listed.map(async (entry) => [
      entry,
      await textOf(files, entry.path),
      (await files.read(entry.path))?.signature,
    ]),
  );
}

test('whatever a crash, a disk or a hand leaves of the kept hours, the same files are handed out, and are kept again', async (t) => {
  const { add, open, path } = setUp(t);
  add('09:10:00', '10:00:00', '10:20:00', '11:30:00');
  const expected = await everything(open());
  const kept = readFileSync(path);
  const [first = '', second = '', ...others] = kept.toString('utf8').split('\n');
  const flipped = Array.from({ length: kept.length }, (_, at) => {
    const bytes = Buffer.from(kept);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at & 7));
    return bytes;
  });
  const cut = Array.from({ length: kept.length / 7 }, (_, at) => kept.subarray(0, at * 7));
  const doubled = Array.from({ length: kept.length / 7 }, (_, at) =>
    Buffer.concat([kept.subarray(0, at * 7 + 1), kept.subarray(at * 7)]),
  );
  const lines = [
    [second, first, ...others],
    [first, first, second, ...others],
    [second, ...others],
    [first, ...others],
    [first, second.slice(0, 100), second, ...others],
  ].map((list) => Buffer.from(list.join('\n')));
  for (const bytes of [...flipped, ...cut, ...doubled, ...lines]) {
    writeFileSync(path, bytes);
    assert.deepEqual(await everything(open()), expected);
    assert.equal(Buffer.compare(readFileSync(path), kept), 0);
  }
});

test('what was handed out never changes: while the log grows, over crashes in the middle of a line, and after them', async (t) => {
  const { add, open, path } = setUp(t);
  let seen: readonly unknown[] = [];
  for (let hour = 1; hour < 12; hour += 1) {
    add(
      ...[1, 2, 59].map((minute) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00`),
    );
    const before = readFileSync(path, { flag: 'a+' });
    const first = open();
    const found = new Map((await everything(first)).map((each) => [JSON.stringify(each), each]));
    for (const each of seen) assert.ok(found.has(JSON.stringify(each)), 'what was handed out has changed');
    const after = readFileSync(path);
    // It has died anywhere while it wrote the hours that ended.
    for (let length = before.length; length < after.length; length += 97) {
      writeFileSync(path, after.subarray(0, length));
      assert.deepEqual(await everything(open()), [...found.values()]);
      assert.equal(Buffer.compare(readFileSync(path), after), 0);
    }
    seen = [...found.values()];
  }
  assert.equal(seen.length, 20);
});

test('of a ledger that is older than the kept hours, those hours stay as they are, and their log files do not fit', async (t) => {
  const newer = setUp(t);
  newer.add('09:10:00', '10:00:00', '10:20:00', '11:30:00');
  const digests = await paths(newer.open(), DIGESTS);
  const texts = await Promise.all(digests.map((digest) => textOf(newer.open(), digest)));
  const logs = await Promise.all((await paths(newer.open(), LOGS)).map((log) => textOf(newer.open(), log)));
  const older = setUp(t);
  older.add('09:10:00', '10:00:00');
  writeFileSync(older.path, readFileSync(newer.path));
  const files = older.open();
  older.add('10:25:00', '13:00:00');
  assert.deepEqual((await paths(files, DIGESTS)).slice(0, digests.length), digests);
  assert.deepEqual(await Promise.all(digests.map((digest) => textOf(files, digest))), texts);
  const [first, second] = await Promise.all((await paths(files, LOGS)).map((log) => textOf(files, log)));
  assert.equal(first, logs[0]);
  assert.notEqual(second, logs[1]);
});
