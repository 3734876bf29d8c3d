import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';
import { verifyAnswer, verifyIndex, verifyLog, verifyProof } from '@keywitness/log';
import { directoryFetch, nodeCrypto } from '@keywitness/log/node';
import { takeSecretKey } from '../../core/crypto/index.ts';
import { openSqliteStore } from '../../stores/sqlite/index.ts';
import { Metrics } from '../metrics.ts';
import { Channel } from './channel.ts';
import { type FollowerPorts, followerClient } from './follower-ports.ts';
import type { FollowerThreadData } from './follower-thread.ts';

const ORIGIN = 'log.test';
const question = { subject: { type: 'key', texts: ['none'] }, window: { kind: 'all' } } as const;

/** The thread with both its neighbours: the store, which this test plays, and a front. */
interface Running {
  readonly main: Channel;
  readonly front: FollowerPorts;
  readonly metrics: Metrics;
  readonly died: Promise<unknown>;
  /** Commits events and tells the thread. */
  readonly commit: (count: number) => void;
  readonly end: () => Promise<void>;
}

let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'keywitness-follower-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function start(): Running {
  const store = openSqliteStore({ path: join(directory, 'keywitness.db') });
  const links = { store: new MessageChannel(), front: new MessageChannel(), main: new MessageChannel() };
  const metrics = Metrics.allocate(1);
  const workerData: FollowerThreadData = {
    storePath: join(directory, 'keywitness.db'),
    searchPath: join(directory, 'search.db'),
    completenessPath: join(directory, 'completeness.db'),
    logDirectory: join(directory, 'log'),
    origin: ORIGIN,
    logSeedEd25519: takeSecretKey(new Uint8Array(32).fill(1)),
    logSeedMlDsa44: takeSecretKey(new Uint8Array(32).fill(2)),
    publishIntervalMs: 100,
    store: links.store.port2,
    fronts: [links.front.port2],
    main: links.main.port2,
    metrics,
    row: 0,
  };
  const toFollower = new Channel(links.store.port1, {
    checkpoint: () => store.checkpoint(),
    replaceCheckpoint(argument) {
      assert.ok(isCheckpointPair(argument));
      return store.replaceCheckpoint(...argument);
    },
  });
  const worker = new Worker(new URL('./follower-thread.ts', import.meta.url), {
    workerData,
    transferList: [workerData.store, ...workerData.fronts, workerData.main],
  });
  const front = new Channel(links.front.port1);
  const main = new Channel(links.main.port1);
  const died = new Promise((resolve) => worker.once('error', resolve));
  return {
    main,
    front: followerClient(front),
    metrics: new Metrics(metrics, 0),
    died,
    commit(count) {
      const first = store.size();
      const items = Array.from({ length: count }, (_, position) => ({
        judgedAt: 0,
        reads: [],
        writes: [],
        entry: Buffer.from(`{"action":"key.encrypt","id":"event-${first + position}"}`),
      }));
      store.commit(items);
      toFollower.call('grew', store.size()).catch(() => undefined);
    },
    async end() {
      await worker.terminate();
      for (const channel of [toFollower, front, main]) channel.close();
      store.close();
    },
  };
}

function isCheckpointPair(argument: unknown): argument is [string | null, string] {
  return Array.isArray(argument) && argument.length === 2 && typeof argument[1] === 'string';
}

async function keysOf(running: Running): Promise<{ origin: string; logKeys: string[] }> {
  return {
    origin: ORIGIN,
    logKeys: String(await running.main.call('ready', null))
      .trimEnd()
      .split('\n'),
  };
}

describe('the follower thread', { timeout: 60_000 }, () => {
  test('answers questions, proves entries and leaves a log that verifies', async () => {
    const running = start();
    const keys = await keysOf(running);
    running.commit(300);
    const found = await running.front.index.find('event-299');
    assert.equal(found?.index, 299);
    const proofText = await running.front.log.proof(found.index);
    assert.ok(proofText !== undefined);
    assert.ok(verifyProof({ proofText, entry: found.entry, trustedKeys: keys, crypto: nodeCrypto }).ok);
    assert.equal(await running.front.log.proof(300), undefined);
    assert.equal(await running.front.log.verifierKeys(), keys.logKeys.map((key) => `${key}\n`).join(''));
    running.commit(5);
    assert.equal((await running.front.index.query({ order: 'newest', limit: 1 })).size, 305);
    const outcome = await running.front.answers.answer(question);
    const answer = outcome.kind === 'answer' ? outcome.text : outcome.message;
    const verdict = verifyAnswer({ answer, trustedKeys: keys, crypto: nodeCrypto });
    assert.deepEqual(
      verdict.ok && [verdict.checkpoint.size, verdict.entries.length, verdict.count],
      [305, 0, 0],
    );
    assert.match((await running.front.answers.indexCheckpoint()) ?? '', /^log\.test\/index\/1\n305\n/);
    await running.main.call('stop', null);
    assert.equal(running.metrics.total('publishedEntries'), 305);
    assert.equal(running.metrics.total('indexedEntries'), 305);
    assert.ok(running.metrics.total('publishedSeconds') > 0);
    await running.end();
    const fetch = directoryFetch(join(directory, 'log'));
    const report = await verifyLog({ fetch, keys, crypto: nodeCrypto });
    assert.deepEqual([report.size, report.problems], [305, []]);
    const index = await verifyIndex({ fetch, keys, crypto: nodeCrypto });
    assert.deepEqual(index.ok && index.size, 305);
  });

  test('dies when the ledger is not the one that was published', async () => {
    const first = start();
    await first.main.call('ready', null);
    first.commit(300);
    await first.front.log.proof(299);
    await first.main.call('stop', null);
    await first.end();
    for (const suffix of ['', '-wal', '-shm']) {
      rmSync(join(directory, `keywitness.db${suffix}`), { force: true });
    }
    const published = readFileSync(join(directory, 'log', 'checkpoint'));
    const second = start();
    const ready = second.main.call('ready', null).catch(() => undefined);
    const error = await second.died;
    // The index is asked first, if it had caught up before the stop.
    const message = error instanceof Error ? error.message : '';
    assert.match(message, /a checkpoint of `300` entries was published|is about `300` entries|Rollback/);
    await second.end();
    await ready;
    assert.deepEqual(readFileSync(join(directory, 'log', 'checkpoint')), published);
  });
});
