import assert from 'node:assert/strict';
import {
  appendFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { endHour, FollowerChecks } from '../crash/follower-checks.ts';
import { checkIncidents } from '../crash/incident-checks.ts';
import { KillableServer } from '../crash/killable-server.ts';
import { isRecord, KmsClient } from '../crash/kms-client.ts';
import { Acknowledged, decryptsTo, Load } from '../crash/load.ts';
import { Random } from '../crash/random.ts';
import { checkAnswers, eventsFrom, SeenCheckpoints } from '../crash/record-checks.ts';
import { type AccessKey, temporaryFolder } from '../running-server.ts';

const EXIT_FAILED = 70;
const DEADLINE_MS = 30_000;
const ENTRIES_MIN = 300;
/** By the index, or, when it was behind under load and knows no more than the ledger, by the log itself. */
const REFUSAL =
  /an index of `[0-9]+` entries was published, and the ledger has|a checkpoint of `[0-9]+` entries was published, and the store knows/;

const folder = temporaryFolder();
/** What a server left that was killed under load, after it had published something. */
const killed = join(folder.path, 'killed');
const acknowledged = new Acknowledged();
let accessKey: AccessKey = { accessKeyId: '', secretAccessKey: '' };
let account = '';
let keyId = '';

before(async () => {
  await inLife(async (server, port) => {
    accessKey = {
      accessKeyId: /AWS_ACCESS_KEY_ID=(\S+)/.exec(server.output)?.[1] ?? '',
      secretAccessKey: /AWS_SECRET_ACCESS_KEY=(\S+)/.exec(server.output)?.[1] ?? '',
    };
    account = /serves account ([0-9]{12})/.exec(server.output)?.[1] ?? '';
    const client = new KmsClient(port, accessKey);
    const { KeyMetadata: metadata } = await client.result('CreateKey');
    assert.ok(isRecord(metadata));
    keyId = String(metadata['KeyId']);
    client.close();
    await server.kill('SIGTERM');
  });
  // Hours end and their files are asked for, so that something of each follower is on the disk.
  for (const hour of [1, 2]) endHour(killed, hour);
  await inLife(async (server, port) => {
    await new FollowerChecks(killed, accessKey, account).check(port, eventsFrom(killed, 0), keyId);
    await server.kill('SIGTERM');
  });
  await inLife(async (server, port) => {
    const load = new Load(port, accessKey, 8, { keyId, random: new Random(1), acknowledged });
    await until('something is published', () => publishedSize(killed) >= ENTRIES_MIN);
    await server.kill();
    await load.stop();
  });
});

async function inLife(live: (server: KillableServer, port: number) => Promise<void>): Promise<void> {
  const server = new KillableServer(killed);
  try {
    await live(server, await server.port());
  } finally {
    await server.kill();
  }
}

after(async () => {
  await folder[Symbol.asyncDispose]();
});

async function until(what: string, condition: () => boolean): Promise<void> {
  const endsAt = performance.now() + DEADLINE_MS;
  while (!condition()) {
    if (performance.now() > endsAt) throw new Error(`it did not happen in time: ${what}`);
    await setTimeout(20);
  }
}

/** The size that the published checkpoint speaks of: its second line. */
function publishedSize(data: string): number {
  const file = join(data, 'log/checkpoint');
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split('\n')[1]) : 0;
}

/** A copy of what the killed server left, for one test to damage. */
function copyOfKilled(name: string): string {
  const data = join(folder.path, name);
  cpSync(killed, data, { recursive: true });
  return data;
}

/** It starts, everything acknowledged is there, and it goes on. */
async function checkSurvives(data: string): Promise<void> {
  const checkpoints = new SeenCheckpoints(killed);
  checkpoints.look();
  const server = new KillableServer(data);
  try {
    const port = await server.port();
    const client = new KmsClient(port, accessKey);
    checkAnswers(acknowledged.answers, eventsFrom(data, 0));
    for (const encrypted of acknowledged.encrypted.slice(-5)) assert.ok(await decryptsTo(client, encrypted));
    const size = eventsFrom(data, 0).length;
    client.close();
    await until('everything is published', () => publishedSize(data) >= size);
    assert.equal(await checkpoints.of(data).verify(([first = 0]) => first), publishedSize(data));
    const followers = new FollowerChecks(data, accessKey, account);
    await followers.check(port, eventsFrom(data, 0), keyId);
    assert.equal(followers.hours, 2);
    await checkIncidents(data, account);
    await server.kill('SIGTERM');
    assert.equal(await server.exitCode(), 0, server.output);
  } finally {
    await server.kill();
  }
}

/** It does not start, says why, and leaves what is published as it was. */
async function checkRefusesToStart(data: string): Promise<void> {
  const published = readFileSync(join(data, 'log/checkpoint'));
  const server = new KillableServer(data);
  try {
    await assert.rejects(server.port());
    assert.equal(await server.exitCode(), EXIT_FAILED, server.output);
    assert.match(server.output, REFUSAL);
    assert.deepEqual(readFileSync(join(data, 'log/checkpoint')), published);
  } finally {
    await server.kill();
  }
}

const RESPONSE_FILES = ['alerts.db', 'notifications.db', 'remediation.db'];

function onEach(names: readonly string[], damage: (name: string) => void): void {
  for (const name of names) damage(name);
}

type Damage = readonly [name: string, damage: (data: string) => void];

const survivable: readonly Damage[] = [
  ['garbage behind the write-ahead log', (data) => appendFileSync(walOf(data), Buffer.alloc(10_000, 0x5a))],
  ['half a frame behind the write-ahead log', (data) => appendFileSync(walOf(data), halfFrame(data))],
  ['no shared-memory file', (data) => rmSync(join(data, 'keywitness.db-shm'), { force: true })],
  [
    'garbage in the shared-memory file',
    (data) => writeFileSync(join(data, 'keywitness.db-shm'), Buffer.alloc(32_768, 0x5a)),
  ],
  ['no search index', (data) => removeAll(data, 'search.db*')],
  ['garbage in the search index', (data) => writeFileSync(join(data, 'search.db'), 'garbage '.repeat(2000))],
  ['no index of subjects', (data) => removeAll(data, 'completeness.db*')],
  ['garbage in the index of subjects', (data) => writeFileSync(indexOf(data), 'garbage '.repeat(2000))],
  ['half of the index of subjects', (data) => truncateSync(indexOf(data), statSync(indexOf(data)).size / 2)],
  [
    'garbage behind the index of subjects',
    (data) => appendFileSync(`${indexOf(data)}-wal`, Buffer.alloc(9999, 1)),
  ],
  ['no published index checkpoint', (data) => rmSync(join(data, 'log/index'))],
  ['half of the published index checkpoint', (data) => truncateSync(join(data, 'log/index'), 300)],
  ['no kept hours of the trail', (data) => rmSync(join(data, 'trail.jsonl'))],
  ['half of the kept hours of the trail', (data) => truncateSync(join(data, 'trail.jsonl'), 700)],
  [
    'garbage behind the kept hours of the trail',
    (data) => appendFileSync(join(data, 'trail.jsonl'), '{"startMs":1}'),
  ],
  [
    'nothing that the response thread keeps',
    (data) => onEach(RESPONSE_FILES, (name) => removeAll(data, `${name}*`)),
  ],
  [
    'garbage in all that the response thread keeps',
    (data) => onEach(RESPONSE_FILES, (name) => writeFileSync(join(data, name), 'garbage '.repeat(2000))),
  ],
  [
    'half of each file that the response thread keeps',
    (data) =>
      onEach(RESPONSE_FILES, (name) => truncateSync(join(data, name), statSync(join(data, name)).size / 2)),
  ],
  ['no partial tiles', (data) => removeAll(data, 'log/tile/**/*.p')],
  [
    'files that a publication left half written',
    (data) => {
      mkdirSync(join(data, 'log/.staging'), { recursive: true });
      writeFileSync(join(data, 'log/.staging/7'), 'half');
    },
  ],
  ['no published checkpoint', (data) => rmSync(join(data, 'log/checkpoint'))],
  ['no published log', (data) => rmSync(join(data, 'log'), { recursive: true })],
];

function indexOf(data: string): string {
  return join(data, 'completeness.db');
}

function walOf(data: string): string {
  return join(data, 'keywitness.db-wal');
}

/** The beginning of a frame that was written before: what a write that was cut short leaves. */
function halfFrame(data: string): Uint8Array {
  return readFileSync(walOf(data)).subarray(32, 32 + 2000);
}

function removeAll(data: string, pattern: string): void {
  const names = globSync(pattern, { cwd: data });
  assert.ok(names.length > 0, `there is no \`${pattern}\` to remove`);
  for (const name of names) rmSync(join(data, name), { recursive: true });
}

// Each has a copy and a server of its own, and waits for it most of the time.
describe('survived after a kill', { concurrency: 2 }, () => {
  for (const [name, damage] of survivable) {
    test(name, { timeout: 120_000 }, async () => {
      const data = copyOfKilled(name.replaceAll(' ', '-'));
      damage(data);
      await checkSurvives(data);
    });
  }
});

test(
  'a ledger that lost entries it had published is refused, and nothing is signed (G3)',
  { timeout: 60_000 },
  async () => {
    const data = copyOfKilled('truncated');
    truncateSync(walOf(data), Math.floor(statSync(walOf(data)).size / 2));
    await checkRefusesToStart(data);
  },
);

test('a ledger from before is refused, and nothing is signed (G3)', { timeout: 60_000 }, async () => {
  const data = copyOfKilled('rolled-back');
  removeAll(data, 'keywitness.db-wal');
  await checkRefusesToStart(data);
});

test(
  'a write that fails for another reason than space ends the process: it restarts from what is on the disk',
  { timeout: 60_000 },
  async () => {
    const data = copyOfKilled('failing');
    const server = new KillableServer(data);
    try {
      const client = new KmsClient(await server.port(), accessKey);
      const database = new DatabaseSync(join(data, 'keywitness.db'));
      database.exec('ALTER TABLE ledger RENAME TO elsewhere');
      const answer = await client.call('ListKeys').catch(() => undefined);
      assert.notEqual(answer?.status, 200);
      assert.equal(await server.exitCode(), EXIT_FAILED, server.output);
      database.exec('ALTER TABLE elsewhere RENAME TO ledger');
      database.close();
      client.close();
      await checkSurvives(data);
    } finally {
      await server.kill();
    }
  },
);
