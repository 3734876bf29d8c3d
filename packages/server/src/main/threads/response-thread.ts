import { statSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { TrustedKeys } from '@keywitness/log';
import { directoryFetch } from '@keywitness/log/node';
import { type SecretKey, systemEntropy } from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import {
  type Place,
  rulesNow,
  type ServiceCondition,
  serviceConditions,
} from '../../core/operations/index.ts';
import { createAlerts } from '../../followers/alerts/index.ts';
import { createHealth, type Health, type Vitals } from '../../followers/health/index.ts';
import { createNotifications } from '../../followers/notifications/index.ts';
import { AddressGuard, guardedPost, type OutboundParts } from '../../followers/outbound/index.ts';
import { RemediationFollower } from '../../followers/remediation/index.ts';
import { createVerifying, type Verifying } from '../../followers/verifying/index.ts';
import { openSqliteReader } from '../../stores/sqlite/index.ts';
import { Metrics } from '../metrics.ts';
import { type Act, actClient } from './acts.ts';
import { Channel } from './channel.ts';
import { RecentEntries } from './recent-entries.ts';
import { messageMethods, type ResponseNumbers } from './response-ports.ts';
import { responseState } from './response-state.ts';
import { threadData } from './thread-data.ts';

/** What main hands to the response thread. */
export interface ResponseThreadData {
  readonly storePath: string;
  /** What rules remember, what waits for channels, and how far remediation has read: all of it may be lost. */
  readonly alertsPath: string;
  readonly notificationsPath: string;
  readonly remediationPath: string;
  readonly logDirectory: string;
  readonly origin: string;
  readonly place: Place;
  readonly domainKey: SecretKey;
  readonly diskReserveBytes: number;
  readonly outbound: {
    /** CIDR ranges that are not of the public Internet and may be sent to. */
    readonly allowAddresses: readonly string[];
    readonly allowPlainHttp: boolean;
    readonly extraCertificates?: string;
    readonly consoleUrl?: string;
  };
  readonly store: MessagePort;
  /** The front thread that performs acts for this one. */
  readonly acts: MessagePort;
  /** Those that ask for messages to channels. */
  readonly fronts: readonly MessagePort[];
  readonly main: MessagePort;
  readonly metrics: SharedArrayBuffer;
  readonly row: number;
}

/** What every event begins with: its members are sorted, and `action` is the first of them all. */
const OF_CHANNELS = Buffer.from('{"action":"channel.');
/** After a condition could not be recorded. */
const REPORT_RETRY_MS = 5000;

const data = threadData<ResponseThreadData>();
const metrics = new Metrics(data.metrics, data.row);
const store = openSqliteReader({ path: data.storePath });
const recent = new RecentEntries(store);
const state = responseState(store);
const keyring = new Keyring(data.domainKey);
const entropy = systemEntropy();
const askFront = actClient(new Channel(data.acts));
const schedule = (delayMs: number, task: () => void): void => void setTimeout(task, delayMs);
const monotonicMs = (): number => performance.now();
const nowMs = (): number => Date.now();
const { consoleUrl, ...outbound } = data.outbound;
const guard = new AddressGuard(outbound.allowAddresses);
const outboundParts: OutboundParts = { ...outbound, schedule };
let verifying: Verifying | undefined;
let health: Health | undefined;
let isStopping = false;

/** While the record takes refusals only, an act would do no more than add its own to them, from what is left of the disk. */
const act: Act = async (operation, params) => {
  if (metrics.total('ledgerRefusing') > 0) throw new Error('the record takes nothing at present');
  return askFront(operation, params);
};
const alerts = createAlerts({
  reader: recent,
  path: data.alertsPath,
  place: data.place,
  rules: () => rulesNow(store.records('rule'), nowMs(), unreadable),
  async raise(finding) {
    const outcome = await act('RaiseIncident', { finding: JSON.stringify(finding) });
    if (outcome.kind === 'refused') throw new Error(`an incident was refused: ${outcome.code}`);
  },
  nowMs,
  schedule,
  onFailure: (error) => complain('detection', error),
});
const notifications = createNotifications({
  ...outboundParts,
  allowAddresses: outbound.allowAddresses,
  reader: recent,
  path: data.notificationsPath,
  keyring,
  incident: state.incident,
  act,
  jitter: () => Buffer.from(entropy.bytes(4)).readUInt32BE() / 2 ** 32,
  origin: data.origin,
  ...(consoleUrl === undefined ? {} : { consoleUrl }),
  nowMs,
  onFailure: (error) => complain('notification', error),
});
const remediation = new RemediationFollower({
  reader: recent,
  state,
  path: data.remediationPath,
  keyring,
  nowMs,
  schedule,
  act,
  post: (message) => guardedPost(message, guard, outboundParts),
  onFailure: (error) => complain('remediation', error),
});

notifications.configure(state.channels());
notifications.advance(store.size());
for (const port of data.fronts) void new Channel(port, messageMethods(notifications, numbers));
void new Channel(data.store, { grew: (size) => grew(Number(size)) });
void new Channel(data.main, {
  /** Fronts perform acts from now on, and the log's keys are known. */
  async started(argument) {
    const logKeys = String(argument).trimEnd().split('\n');
    startVerifying({ origin: data.origin, logKeys });
    remediation.start();
    health = createHealth({ vitals, report, nowMs, monotonicMs, schedule, onFailure: complainOfReport });
    await health.begun;
  },
  async stop() {
    isStopping = true;
    health?.stop();
    verifying?.stop();
    await alerts.stop();
    await remediation.stop();
    await notifications.stop();
    // A record that takes nothing holds up no stop.
    await report('stop', {}).catch(complainOfReport);
    store.close();
  },
});

/** Channels are as the newest of these entries leave them before any of the entries is told to them. */
function grew(size: number): void {
  const hasChanged = recent.readTo(size).some((entry) => startsWith(entry, OF_CHANNELS));
  if (hasChanged) notifications.configure(state.channels());
  alerts.advance();
  notifications.advance(size);
  remediation.advance(size);
}

function startsWith(entry: Uint8Array, prefix: Uint8Array): boolean {
  return Buffer.compare(entry.subarray(0, prefix.length), prefix) === 0;
}

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
    channels: notifications.status().channels,
  };
}

/** For whoever asks how the service is. */
function numbers(): ResponseNumbers {
  const entries = store.size();
  const telling = notifications.status();
  const channels = telling.channels
    .filter(({ isFormer }) => !isFormer)
    .map(({ channelName, deadLetters, failures, oldestWaitingMs, waiting }) => {
      const oldestWaitingSeconds = Math.floor(oldestWaitingMs / 1000);
      return [channelName, { deadLetters, failures, oldestWaitingSeconds, waiting }] as const;
    });
  return {
    followers: {
      alerts: alerts.status().size,
      notifications: entries - telling.behind,
      remediation: entries - remediation.behind,
    },
    channels: Object.fromEntries(channels),
    storeBytes: ['', '-wal'].reduce((sum, end) => sum + sizeOf(`${data.storePath}${end}`), 0),
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** @throws when it could not be recorded */
async function report(condition: ServiceCondition, details: Readonly<Record<string, string>>): Promise<void> {
  const name = serviceConditions.get(condition)?.name;
  if (name === undefined) throw new TypeError(`\`${condition}\` is no condition`);
  const outcome = await act(name, { details });
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

function startVerifying(trusted: TrustedKeys): void {
  verifying = createVerifying({
    fetch: directoryFetch(data.logDirectory),
    trusted,
    reader: store,
    schedule,
    onProblem(file, problem) {
      console.error(`keywitness: the published log does not verify: \`${file}\`: ${problem}`);
      reportProblem({ file, problem });
    },
  });
}

/** It is told once, and has to get on the record however long that takes. */
function reportProblem(details: Readonly<Record<string, string>>): void {
  if (isStopping) return;
  report('verification-failed', details).catch((error: unknown) => {
    complain('reporting what does not verify', error);
    schedule(REPORT_RETRY_MS, () => reportProblem(details));
  });
}

function complainOfReport(error: unknown): void {
  complain('reporting the condition of the service', error);
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
