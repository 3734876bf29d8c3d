import { statfsSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { LedgerStore } from '../../core/audit/index.ts';
import { openSqliteStore, StoreError } from '../../stores/sqlite/index.ts';
import { Metrics } from '../metrics.ts';
import { Channel } from './channel.ts';
import { GroupCommit } from './group-commit.ts';
import type { StoreMessage } from './messages.ts';
import { threadData } from './thread-data.ts';

/** How often the free disk is looked at. */
const DISK_WATCH_MS = 500;
/** The state travels to a front in messages of so many changes. */
const CHANGES_PER_MESSAGE = 100;
/** Followers hear of growth at most this often. */
const GROWTH_NOTICE_MS = 20;

/** What main hands to the store thread. */
export interface StoreThreadData {
  readonly path: string;
  readonly directory: string;
  readonly reserveBytes: number;
  readonly fronts: readonly MessagePort[];
  /** Who is told that the ledger has grown: the follower thread first, then the response thread. */
  readonly follower: MessagePort;
  readonly response: MessagePort;
  readonly metrics: SharedArrayBuffer;
  readonly row: number;
}

const data = threadData<StoreThreadData>();
const metrics = new Metrics(data.metrics, data.row);
const store = openSqliteStore({ path: data.path });
const disk = watchDisk();
const follower = new Channel(data.follower, {
  checkpoint: () => store.checkpoint(),
  replaceCheckpoint: (argument) => replaceCheckpoint(store, argument),
});
const response = new Channel(data.response);
const tellFollowers = throttle((size) => {
  // A follower that has died takes the process down; until then there is nobody to tell.
  for (const listener of [follower, response]) listener.call('grew', size).catch(() => undefined);
});
const group = new GroupCommit(store, {
  grew(size) {
    metrics.add('ledgerCommits');
    metrics.set('ledgerEntries', size);
    disk.recorded(true);
    tellFollowers(size);
  },
  failed(error) {
    metrics.add('ledgerFailures');
    disk.recorded(false);
    return !(error instanceof StoreError && error.passes);
  },
  refusing: () => disk.low(),
});

metrics.set('ledgerEntries', store.size());
for (const port of data.fronts) {
  for (const changes of store.parts(CHANGES_PER_MESSAGE)) send(port, { kind: 'changes', changes });
  send(port, { kind: 'started' });
  group.attach(port);
}

function send(port: MessagePort, message: StoreMessage): void {
  port.postMessage(message);
}

/** Knows whether attempts can be recorded, and says so to whoever asks whether the service is ready. */
interface DiskWatch {
  /** Whether the disk is so full that what is left is kept for the record of refusals. */
  low(): boolean;
  /** Told of each commit: whether it was recorded. A full disk is noticed by this even without a reserve. */
  recorded(isRecorded: boolean): void;
}

function watchDisk(): DiskWatch {
  let low = false;
  let failing = false;
  const look = (): void => {
    const { bavail, bsize } = statfsSync(data.directory);
    low = bavail * bsize < data.reserveBytes;
    metrics.set('diskFreeBytes', bavail * bsize);
    metrics.set('ledgerRefusing', low || failing ? 1 : 0);
  };
  look();
  setInterval(look, DISK_WATCH_MS).unref();
  return {
    low: () => low,
    recorded(isRecorded) {
      if (failing === !isRecorded) return;
      failing = !isRecorded;
      look();
    },
  };
}

function replaceCheckpoint(target: LedgerStore, argument: unknown): boolean {
  const [expected, next] = isPair(argument) ? argument : [];
  if ((typeof expected !== 'string' && expected !== null) || typeof next !== 'string') {
    throw new TypeError('replaceCheckpoint takes the expected and the next checkpoint, as texts');
  }
  return target.replaceCheckpoint(expected, next);
}

function isPair(argument: unknown): argument is readonly [unknown, unknown] {
  return Array.isArray(argument) && argument.length === 2;
}

/** Calls `notice` with the newest value, at most once in a while, and never loses the last one. */
function throttle(notice: (size: number) => void): (size: number) => void {
  let newest = 0;
  let waiting = false;
  return (size) => {
    newest = size;
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      notice(newest);
    }, GROWTH_NOTICE_MS);
  };
}
