import type { MessagePort } from 'node:worker_threads';
import type { TrustedKeys } from '@keywitness/log';
import { directoryFetch } from '@keywitness/log/node';
import {
  type Place,
  rulesInForce,
  type ServiceCondition,
  serviceConditions,
} from '../../core/operations/index.ts';
import { createAlerts } from '../../followers/alerts/index.ts';
import { createHealth, type Vitals } from '../../followers/health/index.ts';
import { createVerifying, type Verifying } from '../../followers/verifying/index.ts';
import { openSqliteReader } from '../../stores/sqlite/index.ts';
import { Metrics } from '../metrics.ts';
import { actClient } from './acts.ts';
import { Channel } from './channel.ts';
import { threadData } from './thread-data.ts';

/** What main hands to the response thread. */
export interface ResponseThreadData {
  readonly storePath: string;
  /** What the rules remember, which may be lost. */
  readonly alertsPath: string;
  readonly logDirectory: string;
  readonly origin: string;
  readonly place: Place;
  readonly diskReserveBytes: number;
  readonly store: MessagePort;
  /** The front thread that performs acts for this one. */
  readonly acts: MessagePort;
  readonly main: MessagePort;
  readonly metrics: SharedArrayBuffer;
  readonly row: number;
}

const data = threadData<ResponseThreadData>();
const metrics = new Metrics(data.metrics, data.row);
const reader = openSqliteReader({ path: data.storePath });
const act = actClient(new Channel(data.acts));
const schedule = (delayMs: number, task: () => void): void => void setTimeout(task, delayMs);
const monotonicMs = (): number => performance.now();
const nowMs = (): number => Date.now();
let verifying: Verifying | undefined;

const alerts = createAlerts({
  reader,
  path: data.alertsPath,
  place: data.place,
  rules: () => rulesInForce(reader.records('rule'), nowMs(), unreadable),
  async raise(finding) {
    const outcome = await act('RaiseIncident', { finding: JSON.stringify(finding) });
    if (outcome.kind === 'refused') throw new Error(`an incident was refused: ${outcome.code}`);
  },
  onConfiguration: () => undefined,
  nowMs,
  schedule,
  onFailure: (error) => complain('detection', error),
});
const health = createHealth({
  vitals,
  report,
  nowMs,
  monotonicMs,
  schedule,
  onFailure: (error) => complain('reporting the condition of the service', error),
});

void new Channel(data.store, {
  grew: () => alerts.advance(),
});
void new Channel(data.main, {
  /** The log's keys are known when the publisher has started. */
  async started(argument) {
    const logKeys = String(argument).trimEnd().split('\n');
    startVerifying({ origin: data.origin, logKeys });
    await report('start', {});
  },
  async stop() {
    health.stop();
    verifying?.stop();
    await alerts.stop();
    await report('stop', {});
    reader.close();
  },
});

function vitals(): Vitals {
  return {
    diskFreeBytes: metrics.total('diskFreeBytes'),
    diskReserveBytes: data.diskReserveBytes,
    isQuorumMissing: metrics.total('quorumMissing') > 0,
    entries: metrics.total('ledgerEntries'),
    followers: {
      alerts: alerts.status().size,
      publication: metrics.total('publishedEntries'),
      search: metrics.total('indexedEntries'),
    },
  };
}

/** @throws when it could not be recorded */
async function report(condition: ServiceCondition, details: Readonly<Record<string, string>>): Promise<void> {
  const name = serviceConditions.get(condition)?.name;
  if (name === undefined) throw new TypeError(`\`${condition}\` is no condition`);
  await act(name, { details });
}

function startVerifying(trusted: TrustedKeys): void {
  verifying = createVerifying({
    fetch: directoryFetch(data.logDirectory),
    trusted,
    reader,
    schedule,
    onProblem(file, problem) {
      console.error(`keywitness: the published log does not verify: \`${file}\`: ${problem}`);
      report('verification-failed', { file, problem }).catch((error: unknown) =>
        complain('reporting what does not verify', error),
      );
    },
  });
}

/** A rule that cannot be run is not passed over in silence. */
function unreadable(name: string, message: string): void {
  console.error(`keywitness: the rule \`${name}\` cannot be read and finds nothing: ${message}`);
}

/** Followers go on after a failure; whoever runs the service has to hear of it. */
function complain(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  console.error(`keywitness: ${what} failed and is tried again: ${reason}`);
}
