import type { MessagePort } from 'node:worker_threads';
import { openLogSigningKey, type SecretKey } from '../../core/crypto/index.ts';
import { createCompleteness } from '../../followers/completeness/index.ts';
import { createPublisher, nodeFileOperations } from '../../followers/publisher/index.ts';
import { createSearch } from '../../followers/search/index.ts';
import { openSqliteReader } from '../../stores/sqlite/index.ts';
import { Metrics } from '../metrics.ts';
import { Channel } from './channel.ts';
import { followerMethods } from './follower-ports.ts';
import { giveWay } from './priority.ts';
import { putIndexCheckpoint } from './index-checkpoint-file.ts';
import { threadData } from './thread-data.ts';

/** What main hands to the follower thread. */
export interface FollowerThreadData {
  readonly storePath: string;
  /** The search index, which is rebuilt from the ledger whenever it is in doubt. */
  readonly searchPath: string;
  /** The verifiable index, which is as well. */
  readonly completenessPath: string;
  /** Where the log is published. */
  readonly logDirectory: string;
  readonly origin: string;
  readonly logSeedEd25519: SecretKey;
  readonly logSeedMlDsa44: SecretKey;
  readonly publishIntervalMs: number;
  readonly store: MessagePort;
  readonly fronts: readonly MessagePort[];
  readonly main: MessagePort;
  readonly metrics: SharedArrayBuffer;
  readonly row: number;
}

/** How often the progress of the index is noted. */
const METRICS_MS = 250;

giveWay();
const data = threadData<FollowerThreadData>();
const metrics = new Metrics(data.metrics, data.row);
const reader = openSqliteReader({ path: data.storePath });
const nowMs = (): number => performance.now();
const schedule = (delayMs: number, task: () => void): void => void setTimeout(task, delayMs);
const store = new Channel(data.store, {
  grew(size) {
    if (typeof size !== 'number') throw new TypeError('a size is a number');
    search.advance(size);
    publisher.advance(size);
  },
});
const search = createSearch({
  reader,
  path: data.searchPath,
  nowMs,
  schedule,
  onFailure: (error) => complain('indexing', error),
});
const signing = {
  origin: data.origin,
  ed25519: openLogSigningKey('ed25519', data.logSeedEd25519),
  mlDsa44: openLogSigningKey('ml-dsa-44', data.logSeedMlDsa44),
  timeMs: () => Date.now(),
};
const completeness = createCompleteness({
  ...signing,
  reader,
  path: data.completenessPath,
  nowMs,
  schedule,
  publish: (note) => putIndexCheckpoint(data.logDirectory, note),
  onFailure: (error) => complain('indexing subjects', error),
});
const publisher = createPublisher({
  ...signing,
  reader,
  checkpoints: {
    async checkpoint() {
      const note = await store.call('checkpoint', null);
      if (note !== null && typeof note !== 'string') throw new TypeError('a checkpoint is a text');
      return note;
    },
    replaceCheckpoint: async (expected, next) =>
      (await store.call('replaceCheckpoint', [expected, next])) === true,
  },
  files: nodeFileOperations,
  directory: data.logDirectory,
  publishIntervalMs: data.publishIntervalMs,
  nowMs,
  schedule,
  onPublished(size, timestamp) {
    metrics.set('publishedEntries', size);
    metrics.set('publishedSeconds', timestamp);
    followCheckpoint();
  },
  onFailure: (error) => complain('publishing', error),
  onFatal: die,
});

const started = publisher.start();
started.catch(die);
const noteProgress = (): void => metrics.set('indexedEntries', search.status().size);
const watch = setInterval(noteProgress, METRICS_MS);
for (const port of data.fronts) {
  void new Channel(port, followerMethods({ index: search, log: publisher, answers: completeness }));
}
void new Channel(data.main, {
  async ready() {
    await started;
    return publisher.verifierKeys();
  },
  async stop() {
    clearInterval(watch);
    noteProgress();
    await publisher.stop();
    completeness.close();
    search.close();
    reader.close();
  },
});

/** The verifiable index follows what was published, and never more than that. */
function followCheckpoint(): void {
  publisher.read('checkpoint').then(
    (note) => {
      if (note !== undefined) completeness.advance(Buffer.from(note).toString('utf8'));
    },
    (error: unknown) => complain('indexing subjects', error),
  );
}

/** Followers go on after a failure; whoever runs the service has to hear of it. */
function complain(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`keywitness: ${what} failed and is tried again: ${reason}`);
}

/** Ends the thread, and the process with it: nothing may be signed any more. */
function die(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}
