import type { MessagePort } from 'node:worker_threads';
import type { TrustedKeys, WitnessRule } from '@keywitness/log';
import { openLogSigningKey, type SecretKey } from '../../core/crypto/index.ts';
import { createCompleteness, indexTagKey } from '../../followers/completeness/index.ts';
import { createPublisher, nodeFileOperations } from '../../followers/publisher/index.ts';
import { checkWithWitnesses, type WitnessEndpoint, Witnessing } from '../../followers/witnessing/index.ts';
import { createSearch } from '../../followers/search/index.ts';
import { openSqliteReader } from '../../stores/sqlite/index.ts';
import { Metrics } from '../metrics.ts';
import { Channel } from './channel.ts';
import { followerMethods } from './follower-ports.ts';
import { giveWay } from './priority.ts';
import { putIndexCheckpoint, readIndexCheckpoint } from './index-checkpoint-file.ts';
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
  /** Who cosigns the log; absent when nobody does. */
  readonly witnesses?: {
    readonly endpoints: readonly WitnessEndpoint[];
    readonly witnessQuorum?: number;
    readonly witnessRule?: WitnessRule;
    readonly intervalMs: number;
    readonly answersAtStart: number;
  };
  readonly store: MessagePort;
  readonly fronts: readonly MessagePort[];
  readonly main: MessagePort;
  readonly metrics: SharedArrayBuffer;
  readonly row: number;
}

/** How often the progress of the index is noted. */
const METRICS_MS = 250;
/** How long a witness may take for an answer: at the start, when everybody waits for it, and later, when nobody does. */
const WITNESS_START_MS = 5000;
const WITNESS_MS = 10_000;

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
  tagKey: indexTagKey(data.logSeedEd25519),
  nowMs,
  schedule,
  publish: (note) => putIndexCheckpoint(data.logDirectory, note),
  onFailure: (error) => complain('indexing subjects', error),
});
const publisher = createPublisher({
  ...signing,
  reader,
  checkpoints: {
    checkpoint: storedCheckpoint,
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
    witnessing?.published();
  },
  onFailure: (error) => complain('publishing', error),
  onFatal: die,
});

let witnessing: Witnessing | undefined;
const started = start();
started.catch(die);
const noteProgress = (): void => metrics.set('indexedEntries', search.status().size);
const watch = setInterval(noteProgress, METRICS_MS);
for (const port of data.fronts) {
  const ports = { index: search, uses: search, overview: search, log: publisher, answers: completeness };
  void new Channel(port, followerMethods(ports));
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
    await witnessing?.stop();
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

/** Nothing is signed before the index and the witnesses were asked whether they know of more than the store does. */
async function start(): Promise<void> {
  completeness.checkStart(readIndexCheckpoint(data.logDirectory));
  const { witnesses, origin } = data;
  if (witnesses === undefined) return publisher.start();
  const { endpoints, intervalMs, answersAtStart, ...quorum } = witnesses;
  const logKeys = (await publisher.verifierKeys()).trimEnd().split('\n');
  const witnessKeys = endpoints.flatMap(({ vkeys }) => vkeys);
  const trusted: TrustedKeys = { origin, logKeys, witnessKeys, ...quorum };
  const policy = { endpoints, trusted };
  const onTrouble = (message: string): void => {
    metrics.add('witnessTroubles');
    console.error(`keywitness: ${message}`);
  };
  await checkWithWitnesses({
    policy,
    stored: await storedCheckpoint(),
    timeoutMs: WITNESS_START_MS,
    answersMin: answersAtStart,
    onTrouble,
  });
  await publisher.start();
  witnessing = new Witnessing({
    policy,
    log: publisher,
    intervalMs,
    timeoutMs: WITNESS_MS,
    nowMs,
    schedule,
    onWitnessed(size, timestamp) {
      metrics.set('witnessedEntries', size);
      metrics.set('witnessedSeconds', timestamp);
    },
    onQuorum: (isMissing) => metrics.set('quorumMissing', isMissing ? 1 : 0),
    onTrouble,
    onFatal: die,
  });
  witnessing.published();
}

async function storedCheckpoint(): Promise<string | null> {
  const note = await store.call('checkpoint', null);
  if (note !== null && typeof note !== 'string') throw new TypeError('a checkpoint is a text');
  return note;
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
