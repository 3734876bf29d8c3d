import type { MessagePort } from 'node:worker_threads';
import { openTrailSigningKey, type SecretKey } from '../../core/crypto/index.ts';
import { Analyst, type Place } from '../../core/operations/index.ts';
import { createTrailFiles } from '../../followers/trail/index.ts';
import { openSqliteReader } from '../../stores/sqlite/index.ts';
import { analysisMethods, trailMethods } from './analysis-ports.ts';
import { Channel } from './channel.ts';
import { giveWay } from './priority.ts';
import { threadData } from './thread-data.ts';

/** What main hands to the analysis thread. */
export interface AnalysisThreadData {
  readonly storePath: string;
  /** The signed hours of the trail, which are made again from the ledger when they are missing. */
  readonly trailPath: string;
  readonly trailKey: SecretKey;
  readonly place: Place;
  readonly fronts: readonly MessagePort[];
}

giveWay();
const data = threadData<AnalysisThreadData>();
const reader = openSqliteReader({ path: data.storePath });
const analyst = new Analyst({
  reader,
  changesAfter: (revision) => reader.changesAfter(revision),
  document: (sha256) => reader.document(sha256),
  place: data.place,
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
});
const files = createTrailFiles({
  reader,
  place: data.place,
  key: openTrailSigningKey(data.trailKey),
  path: data.trailPath,
  schedule: (delayMs, task) => void setTimeout(task, delayMs),
});
const methods = { ...analysisMethods(analyst), ...trailMethods(files) };
for (const port of data.fronts) void new Channel(port, methods);
