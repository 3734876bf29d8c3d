import assert from 'node:assert/strict';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { SeenCheckpoints } from '../crash/record-checks.ts';
import { startServer, temporaryFolder } from '../running-server.ts';
import { keywitness } from '../witness/running-witness.ts';

const flags = ['--front-threads', '1', '--publish-interval-ms', '100'];
const DEADLINE_MS = 30_000;

const store = ['keywitness.db*'];
const index = ['completeness.db*'];
const published = ['log/**'];

const folder = temporaryFolder();
const older = join(folder.path, 'older');
const newer = join(folder.path, 'newer');
const state = join(folder.path, 'state');

/** Two copies of one data directory: one is a backup of the other, which has gone on since. */
before(async () => {
  const data = join(folder.path, 'data');
  await live(data, 5);
  cpSync(data, older, { recursive: true });
  await live(data, 7);
  cpSync(data, newer, { recursive: true });
  // The stop is an event too, which the last checkpoint covers and the index need not have come to.
  for (const note of ['checkpoint', 'index']) {
    assert.ok(sizeOf(newer, note) >= sizeOf(older, 'checkpoint') + 7, note);
  }
  // A client that looked before the backup was restored.
  const seen = await keywitness(
    ['log', 'verify', join(newer, 'log'), '--key', join(newer, 'log.vkey')],
    state,
  );
  assert.equal(seen.code, 0, seen.stderr);
  const mirrored = await mirror(newer);
  assert.equal(mirrored.code, 0, mirrored.stderr);
});

after(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Starts, records some attempts, waits until they are published and indexed, and stops. */
async function live(data: string, attempts: number): Promise<void> {
  await using server = await startServer(data, flags);
  const response = { index: 0 };
  for (let count = 0; count < attempts; count += 1) {
    const { headers } = await fetch(`${server.endpoint}/nothing-${count}`);
    response.index = Number(headers.get('x-keywitness-log-index'));
  }
  const endsAt = performance.now() + DEADLINE_MS;
  while (sizeOf(data, 'index') <= response.index) {
    assert.ok(performance.now() < endsAt, `not published in time:\n${server.lines.join('\n')}`);
    await setTimeout(20);
  }
  assert.equal(await server.stop(), 0, server.lines.join('\n'));
}

/** The size that a note in the published log speaks of: its second line. */
function sizeOf(data: string, note: string): number {
  const file = join(data, 'log', note);
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[1]) : 0;
}

function mirror(data: string): ReturnType<typeof keywitness> {
  const to = join(folder.path, 'mirror');
  const trust = ['--key', join(newer, 'log.vkey')];
  return keywitness(['mirror', '--log', join(data, 'log'), '--to', to, '--once', ...trust], state);
}

/** The newer data directory, in which what matches comes from the older one. */
function restored(patterns: readonly string[]): string {
  const data = join(folder.path, 'restored');
  rmSync(data, { recursive: true, force: true });
  cpSync(newer, data, { recursive: true });
  for (const pattern of patterns) {
    for (const name of globSync(pattern, { cwd: data })) {
      rmSync(join(data, name), { recursive: true, force: true });
    }
    for (const name of globSync(pattern, { cwd: older })) {
      mkdirSync(dirname(join(data, name)), { recursive: true });
      cpSync(join(older, name), join(data, name), { recursive: true });
    }
  }
  return data;
}

async function checkRefused(data: string, why: RegExp): Promise<void> {
  const notes = ['checkpoint', 'index'].map((name) => sizeOf(data, name));
  const kept = existsSync(join(data, 'completeness.db'));
  await assert.rejects(startServer(data, flags), (error: Error) => {
    assert.match(error.message, why);
    return true;
  });
  assert.deepEqual(
    ['checkpoint', 'index'].map((name) => sizeOf(data, name)),
    notes,
    'something was signed',
  );
  assert.equal(existsSync(join(data, 'completeness.db')), kept, 'the index is evidence');
}

const byLog = /a checkpoint of `\d+` entries was published, and the store knows one of `\d+`/;
const byIndex = /`\d+` entries were indexed, and the ledger has `\d+`: the database is an older copy/;
const byIndexNote = /an index of `\d+` entries was published, and the ledger has `\d+`/;

describe('an older copy is refused at the start, and nothing is signed (G3), of', () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['the store alone', store, byIndex],
    ['the store and the published log', [...store, ...published], byIndex],
    ['the store and the index', [...store, ...index, 'log/index'], byLog],
    [
      'all but the published index checkpoint',
      [...store, ...index, 'log/tile/**', 'log/checkpoint'],
      byIndexNote,
    ],
  ];
  for (const [name, patterns, why] of cases) {
    test(name, { timeout: 60_000 }, async () => {
      await checkRefused(restored(patterns), why);
    });
  }

  test('the store beside a log that is gone', { timeout: 60_000 }, async () => {
    const data = restored(store);
    rmSync(join(data, 'log'), { recursive: true });
    await checkRefused(data, byIndex);
  });
});

describe('an older copy is made new again from the store, of', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'the index': index,
    'the published log': published,
    'the index and the published log': [...index, ...published],
    'what search and the trail keep': ['search.db*', 'trail.jsonl'],
  };
  for (const [name, patterns] of Object.entries(cases)) {
    test(name, { timeout: 60_000 }, async () => {
      const checkpoints = new SeenCheckpoints(newer);
      checkpoints.look();
      const data = restored(patterns);
      await live(data, 2);
      assert.ok(sizeOf(data, 'checkpoint') >= sizeOf(newer, 'checkpoint') + 2);
      await checkpoints.of(data).verify(([first = 0]) => first);
      const trust = ['--key', join(newer, 'log.vkey')];
      const verified = await keywitness(['log', 'verify-index', join(data, 'log'), ...trust], state);
      assert.equal(verified.code, 0, verified.stdout);
    });
  }
});

test(
  'an older copy of everything starts where there is no witness, and whoever has a newer checkpoint notices',
  { timeout: 120_000 },
  async () => {
    const data = restored(['**']);
    // It is found while it is smaller than what was seen, and when it has another history of that size.
    for (const attempts of [1, 20]) {
      await live(data, attempts);
      const trust = ['--key', join(newer, 'log.vkey')];
      const verified = await keywitness(['log', 'verify', join(data, 'log'), ...trust], state);
      assert.equal(verified.code, 1, verified.stdout);
      assert.match(verified.stdout, /rollback/);
      const mirrored = await mirror(data);
      assert.equal(mirrored.code, 1, mirrored.stdout + mirrored.stderr);
      assert.ok(globSync('mirror/evidence/**', { cwd: folder.path }).length > 1, 'the mirror keeps evidence');
      const checkpoints = new SeenCheckpoints(newer);
      checkpoints.look();
      await assert.rejects(checkpoints.of(data).verify(([first = 0]) => first));
    }
  },
);
