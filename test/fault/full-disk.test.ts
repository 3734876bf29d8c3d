import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createApiClient } from '@keywitness/api';
import { FollowerChecks } from '../crash/follower-checks.ts';
import { checkIncidents } from '../crash/incident-checks.ts';
import { isRecord, type KmsAnswer, KmsClient } from '../crash/kms-client.ts';
import { checkAnswers, eventsFrom, type RecordedEvent, SeenCheckpoints } from '../crash/record-checks.ts';
import { type RunningServer, startServer, temporaryFolder } from '../running-server.ts';

const DISK_MIB = 48;
const RESERVE_MIB = 16;
const MIB = 1_048_576;
const DEADLINE_MS = 30_000;
const CONNECTIONS = 8;
/** What a wave is about. */
const CLIENT_ACTIONS = ['key.encrypt', 'key.disable'];
/** As many as the rule `unauthenticated-burst` speaks of. */
const BURST = 30;
const INCIDENT = 'incident.open';

/** A disk of our own, so that nobody else runs out of space; undefined with the reason why there is none. */
function mountDisk(path: string): string | undefined {
  mkdirSync(path);
  const { status, stderr, error } = spawnSync('/bin/mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${DISK_MIB}m`,
    'tmpfs',
    path,
  ]);
  if (status === 0) return undefined;
  return `a small disk cannot be mounted here: ${error?.message ?? stderr.toString('utf8').trim()}`;
}

/** Fills the disk until so many bytes are left; 0 means until nothing more can be written. */
function fill(file: string, freeBytes: number): void {
  const descriptor = openSync(file, 'a');
  try {
    for (const size of [65_536, 4096, 1]) {
      for (;;) {
        const { bavail, bsize } = statfsSync(file);
        if (freeBytes > 0 && bavail * bsize <= freeBytes) return;
        if (writeSync(descriptor, Buffer.alloc(size)) < size) break;
      }
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** Waits for a condition; fails when it does not come true in time. */
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  const endsAt = performance.now() + DEADLINE_MS;
  while (!(await condition())) {
    if (performance.now() > endsAt) throw new Error(`it did not happen in time: ${what}`);
    await setTimeout(50);
  }
}

async function readiness(server: RunningServer): Promise<number> {
  return (await fetch(`${server.endpoint}/ready`)).status;
}

/** A server on a small disk, and all that it answered. */
class Scene {
  readonly server: RunningServer;
  readonly data: string;
  readonly keyId: string;
  readonly #clients: readonly KmsClient[];
  readonly answers: KmsAnswer[] = [];

  constructor(server: RunningServer, data: string, clients: readonly KmsClient[], keyId: string) {
    this.server = server;
    this.data = data;
    this.#clients = clients;
    this.keyId = keyId;
  }

  static async open(server: RunningServer, data: string): Promise<Scene> {
    const { administrator } = server;
    assert.ok(administrator !== undefined);
    const clients = Array.from({ length: CONNECTIONS }, () => new KmsClient(server.port, administrator));
    const [first] = clients;
    const { KeyMetadata: metadata } = (await first?.result('CreateKey')) ?? {};
    assert.ok(isRecord(metadata));
    return new Scene(server, data, clients, String(metadata['KeyId']));
  }

  /** One operation on each connection, all at the same time. */
  async wave(): Promise<readonly KmsAnswer[]> {
    const members = {
      KeyId: this.keyId,
      Plaintext: 'YQ==',
      EncryptionContext: { padding: 'x'.repeat(2000) },
    };
    const answers = await Promise.all(
      this.#clients.map((client, at) =>
        at === 0 ? client.call('DisableKey', { KeyId: 'alias/nobody' }) : client.call('Encrypt', members),
      ),
    );
    this.answers.push(...answers);
    return answers;
  }

  /** So many requests with a wrong signature that a rule speaks of them. */
  async burst(): Promise<readonly KmsAnswer[]> {
    const { administrator, port } = this.server;
    assert.ok(administrator !== undefined);
    const stranger = new KmsClient(port, { ...administrator, secretAccessKey: 'x'.repeat(40) });
    const answers: KmsAnswer[] = [];
    for (let time = 0; time < BURST; time += 1) answers.push(await stranger.call('ListKeys'));
    stranger.close();
    return answers;
  }

  /** Incidents about requests with a wrong signature. */
  async incidents(): Promise<number> {
    const { administrator, endpoint } = this.server;
    assert.ok(administrator !== undefined);
    const api = createApiClient({ endpoint, region: 'us-east-1', credentials: async () => administrator });
    return (await Array.fromAsync(api.incidents.list({ rule: 'unauthenticated-burst' }))).length;
  }

  close(): void {
    for (const client of this.#clients) client.close();
  }
}

/** Attempts of clients as the record counts them, whether one by one or together when it could take nothing. */
function attempts(events: readonly RecordedEvent[]): number {
  const own = events.filter(({ bySystem }) => !bySystem).reduce((sum, { count }) => sum + count, 0);
  return own + unrecordedAttempts(events);
}

/** Attempts of clients that are on the record by their number alone. */
function unrecordedAttempts(events: readonly RecordedEvent[]): number {
  return events
    .filter(({ action }) => action === 'record.unavailable')
    .flatMap(({ parameters }) => Object.entries(parameters))
    .filter(([kind]) => CLIENT_ACTIONS.some((action) => kind.endsWith(` ${action}`)))
    .reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Every operation that could have succeeded is refused, in AWS's form. */
function checkRefused(answers: readonly KmsAnswer[]): void {
  for (const { operation, status, members } of answers) {
    if (operation === 'DisableKey' && status === 400) continue;
    assert.equal(status, 500, `\`${operation}\` was answered ${status}`);
    assert.equal(members['__type'], 'KMSInternalException');
  }
}

/**
 * An attack while only refusals are recorded: the incident has to wait, and waiting takes up nothing of the reserve,
 * however often it is tried.
 */
async function attackUnseen(scene: Scene): Promise<void> {
  scene.answers.push(...(await scene.burst()));
  const tries = (): number => scene.server.lines.filter((line) => line.includes('detection failed')).length;
  const before = tries();
  await until('the incident was tried to be recorded', async () => tries() >= before + 3);
  const own = eventsFrom(scene.data, 0).filter(
    ({ action, outcome }) => action === INCIDENT && outcome === 'error',
  );
  assert.ok(own.length <= 1, `the service recorded ${own.length} refusals of its own`);
}

/** Only refusals are recorded from the reserve on; then nothing at all is. Answers what was known before. */
async function runOutOfSpace(scene: Scene, filler: string): Promise<void> {
  fill(filler, (RESERVE_MIB - 4) * MIB);
  await until('readiness turns red', async () => (await readiness(scene.server)) === 503);
  await attackUnseen(scene);
  const refused = [...(await scene.wave()), ...(await scene.wave())];
  checkRefused(refused);
  for (const { recorded } of refused) assert.ok(recorded !== undefined, 'a refusal was not recorded');
  fill(filler, 0);
  let unrecorded = 0;
  await until('nothing can be recorded any more', async () => {
    const answers = await scene.wave();
    checkRefused(answers);
    unrecorded += answers.filter(({ recorded }) => recorded === undefined).length;
    return unrecorded > 5 * CONNECTIONS;
  });
  assert.equal((await fetch(`${scene.server.endpoint}/health`)).status, 200);
}

async function recover(scene: Scene, filler: string, before: number): Promise<void> {
  const { data } = scene;
  rmSync(filler);
  await until('readiness turns green', async () => (await readiness(scene.server)) === 200);
  const last = await scene.wave();
  assert.deepEqual(
    last.map(({ status }) => status),
    [400, ...Array.from({ length: CONNECTIONS - 1 }, () => 200)],
  );
  const unrecorded = scene.answers.filter(({ recorded }) => recorded === undefined).length;
  const counted = (): number => unrecordedAttempts(eventsFrom(data, before));
  await until('what was not recorded is counted on the record', async () => counted() >= unrecorded);
  assert.equal(counted(), unrecorded);
  const events = eventsFrom(data, 0);
  assert.equal(attempts(events.slice(before)), scene.answers.length);
  checkAnswers(
    scene.answers.filter(({ recorded }) => recorded !== undefined),
    events,
  );
}

test(
  'a full disk refuses everything, forgets nothing, and is recovered from (G1, G2)',
  { timeout: 180_000 },
  async (t) => {
    await using folder = temporaryFolder();
    const disk = join(folder.path, 'disk');
    const reason = mountDisk(disk);
    if (reason !== undefined) return t.skip(reason);
    try {
      const data = join(disk, 'data');
      await using server = await startServer(data, ['--disk-reserve-mib', String(RESERVE_MIB)]);
      const scene = await Scene.open(server, data);
      const before = eventsFrom(data, 0).length;
      const checkpoints = new SeenCheckpoints(data);
      for (let waves = 0; waves < 20; waves += 1) await scene.wave();
      checkpoints.look();
      const filler = join(disk, 'filler');
      await runOutOfSpace(scene, filler);
      checkpoints.look();
      await recover(scene, filler, before);
      await until('the incident is on the record', async () => (await scene.incidents()) === 1);
      scene.close();
      const { account, administrator, port } = server;
      assert.ok(administrator !== undefined);
      const followers = new FollowerChecks(data, administrator, account);
      await followers.check(port, eventsFrom(data, 0), scene.keyId);
      await checkIncidents(data, account);
      assert.equal(await server.stop(), 0, server.lines.join('\n'));
      checkpoints.look();
      assert.equal(await checkpoints.verify(([first = 0]) => first), eventsFrom(data, 0).length);
    } finally {
      spawnSync('/bin/umount', [disk]);
    }
  },
);

test(
  'without a reserve, readiness tells of a full disk by what it cannot record',
  { timeout: 180_000 },
  async (t) => {
    await using folder = temporaryFolder();
    const disk = join(folder.path, 'disk');
    const reason = mountDisk(disk);
    if (reason !== undefined) return t.skip(reason);
    try {
      const data = join(disk, 'data');
      await using server = await startServer(data, ['--disk-reserve-mib', '0']);
      const scene = await Scene.open(server, data);
      assert.equal(await readiness(server), 200);
      const filler = join(disk, 'filler');
      fill(filler, 0);
      await until('readiness turns red', async () => {
        await scene.wave();
        return (await readiness(server)) === 503;
      });
      rmSync(filler);
      await until('readiness turns green', async () => (await readiness(server)) === 200);
      scene.close();
      assert.equal(await server.stop(), 0, server.lines.join('\n'));
    } finally {
      spawnSync('/bin/umount', [disk]);
    }
  },
);

test(
  'a server stops and starts again on a full disk, and what it noticed is on the record when there is space',
  { timeout: 180_000 },
  async (t) => {
    await using folder = temporaryFolder();
    const disk = join(folder.path, 'disk');
    const reason = mountDisk(disk);
    if (reason !== undefined) return t.skip(reason);
    try {
      const data = join(disk, 'data');
      const flags = ['--disk-reserve-mib', String(RESERVE_MIB)];
      await using first = await startServer(data, flags);
      const scene = await Scene.open(first, data);
      const filler = join(disk, 'filler');
      fill(filler, 0);
      await until('readiness turns red', async () => (await readiness(first)) === 503);
      checkRefused(await scene.wave());
      scene.close();
      assert.equal(await first.stop(), 0, first.lines.join('\n'));
      const starts = (): number =>
        eventsFrom(data, 0).filter(
          ({ action, outcome }) => action === 'service.start' && outcome === 'success',
        ).length;
      await using second = await startServer(data, flags);
      assert.equal(await readiness(second), 503);
      assert.equal(starts(), 1);
      rmSync(filler);
      await until('readiness turns green', async () => (await readiness(second)) === 200);
      await until('the second start is on the record', async () => starts() === 2);
      assert.equal(await second.stop(), 0, second.lines.join('\n'));
    } finally {
      spawnSync('/bin/umount', [disk]);
    }
  },
);
