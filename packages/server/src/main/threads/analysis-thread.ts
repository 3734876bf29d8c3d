import type { MessagePort } from 'node:worker_threads';
import { Analyst, type Place } from '../../core/operations/index.ts';
import { openSqliteReader } from '../../stores/sqlite/index.ts';
import { analysisMethods } from './analysis-ports.ts';
import { Channel } from './channel.ts';
import { giveWay } from './priority.ts';
import { threadData } from './thread-data.ts';

/** What main hands to the analysis thread. */
export interface AnalysisThreadData {
  readonly storePath: string;
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
for (const port of data.fronts) void new Channel(port, analysisMethods(analyst));
