import { existsSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { runSelfTests, systemEntropy } from '../core/crypto/index.ts';
import { openSqliteStore } from '../stores/sqlite/index.ts';
import { type Analysis, startAnalysis } from './analysis.ts';
import { type NewAdministrator, ensureAdministrator } from './administrator.ts';
import {
  type DataDirectory,
  dataDirectory,
  type Installation,
  openInstallation,
  readSeal,
  refuseLostStore,
} from './installation.ts';
import { Metrics } from './metrics.ts';
import { readWitnessSettings, type WitnessSettings } from './witness-policy.ts';
import { greeting } from './greeting.ts';
import { type ListenAddress, listenAddress } from './listen.ts';
import type { Settings } from './settings/index.ts';
import { allocateQuotas, readQuotaRates } from './quota-counters.ts';
import {
  type AnalysisThreadData,
  Channel,
  type FollowerThreadData,
  type FrontThreadData,
  type StoreThreadData,
} from './threads/index.ts';

const MIB = 1_048_576;
/** What a thread that serves no requests needs for short-lived garbage. */
const YOUNG_GENERATION_MB = 8;
/** Requests leave much of it: room for it means that it is rarely, and then cheaply, collected. */
const FRONT_YOUNG_GENERATION_MB = 32;

/** A running server. */
export interface RunningServer {
  /** Resolves with the reason when the server cannot go on. */
  readonly failed: Promise<Error>;
  /** Finishes what has begun, then stops every thread, in the reverse order of their start. */
  stop(): Promise<void>;
}

/** The threads of a server with the channels that main keeps to them. */
interface Threads {
  readonly workers: readonly Worker[];
  readonly fronts: readonly Channel[];
  readonly follower: Channel;
  readonly analysis: Analysis;
  readonly failed: Promise<Error>;
}

/**
 * Starts everything: installation, store thread, follower thread, front threads, in this order, and prints how to
 * reach it.
 *
 * @throws SettingsError, SealError, StoreError, PublisherError: the service refuses to start on anything doubtful.
 */
export async function runServer(settings: Settings, print: (line: string) => void): Promise<RunningServer> {
  runSelfTests();
  const directory = dataDirectory(settings.text('data-dir'));
  const address = await listenAddress(settings, directory);
  const witnesses = readWitnessSettings(settings);
  const { installation, administrator } = await prepare(settings, directory);
  const threads = startThreads({ settings, directory, installation, address, witnesses });
  const started = await Promise.race([startServing(threads, address), threads.failed]);
  if (started instanceof Error) throw started;
  const { port, verifierKeys } = started;
  writeFileSync(directory.verifierKeys, verifierKeys);
  for (const line of greeting({ address, port, installation, administrator, directory })) print(line);
  return {
    failed: threads.failed,
    async stop(): Promise<void> {
      await Promise.all(threads.fronts.map((front) => front.call('stop', null)));
      await threads.analysis.stop();
      await threads.follower.call('stop', null);
      await Promise.all(threads.workers.map((worker) => worker.terminate()));
    },
  };
}

/** Nothing is served before the log is known to be whole; the first front chooses the port when it is 0. */
async function startServing(
  { follower, fronts }: Threads,
  address: ListenAddress,
): Promise<{ readonly port: number; readonly verifierKeys: string }> {
  const verifierKeys = String(await follower.call('ready', null));
  await Promise.all(fronts.map((front) => front.call('ready', null)));
  let { port } = address;
  for (const front of fronts) port = Number(await front.call('listen', port));
  return { port, verifierKeys };
}

/** Opens the store alone, before any thread does, to make or open the installation and its administrator. */
async function prepare(
  settings: Settings,
  directory: DataDirectory,
): Promise<{ readonly installation: Installation; readonly administrator: NewAdministrator | undefined }> {
  const entropy = systemEntropy();
  const sealPath = settings.optionalText('seal-file') ?? join(directory.root, 'seal.key');
  const seal = readSeal(sealPath, !existsSync(directory.store), entropy);
  const store = openSqliteStore({ path: directory.store });
  try {
    refuseLostStore(store, directory);
    const installation = openInstallation(store, seal, settings, entropy);
    const wanted = store.size() === 0 || settings.flag('new-admin-credential');
    const administrator = wanted ? await ensureAdministrator(store, installation, entropy) : undefined;
    return { installation, administrator };
  } finally {
    store.close();
  }
}

interface ThreadParts {
  readonly settings: Settings;
  readonly directory: DataDirectory;
  readonly installation: Installation;
  readonly address: ListenAddress;
  readonly witnesses: WitnessSettings | undefined;
}

function startThreads({ settings, directory, installation, address, witnesses }: ThreadParts): Threads {
  const frontCount = settings.optionalNumber('front-threads') ?? Math.max(1, availableParallelism() - 1);
  const metrics = Metrics.allocate(frontCount + 2);
  const storeLinks = Array.from({ length: frontCount }, () => new MessageChannel());
  const followerLinks = Array.from({ length: frontCount }, () => new MessageChannel());
  const storeToFollower = new MessageChannel();
  const store: StoreThreadData = {
    path: directory.store,
    directory: directory.root,
    reserveBytes: settings.number('disk-reserve-mib') * MIB,
    fronts: storeLinks.map((link) => link.port1),
    follower: storeToFollower.port1,
    metrics,
    row: 0,
  };
  const mainToFollower = new MessageChannel();
  const follower: FollowerThreadData = {
    storePath: directory.store,
    searchPath: directory.search,
    completenessPath: directory.completeness,
    trailPath: directory.trail,
    trailKey: installation.trailKey,
    place: installation.place,
    logDirectory: directory.log,
    origin: installation.origin,
    logSeedEd25519: installation.logSeedEd25519,
    logSeedMlDsa44: installation.logSeedMlDsa44,
    publishIntervalMs: settings.number('publish-interval-ms'),
    ...(witnesses === undefined ? {} : { witnesses }),
    store: storeToFollower.port2,
    fronts: followerLinks.map((link) => link.port1),
    main: mainToFollower.port1,
    metrics,
    row: 1,
  };
  const workers = [
    thread('store-thread', store, [...store.fronts, store.follower]),
    thread('follower-thread', follower, [follower.store, ...follower.fronts, follower.main]),
  ];
  const rates = readQuotaRates(settings.text('request-quotas'), settings.number('principal-quota-percent'));
  const requestQuotas = rates === undefined ? undefined : { memory: allocateQuotas(), rates };
  const analysis = startAnalysis(frontCount, (ports) => analysisThread(directory, installation, ports));
  const fronts = storeLinks.map((link, position) => {
    const mainToFront = new MessageChannel();
    const front: FrontThreadData = {
      place: installation.place,
      domainKey: installation.keys.domainKey,
      address,
      shared: frontCount > 1,
      limits: limitsOf(settings),
      quotas: quotasOf(settings),
      requestQuotas,
      publicLog: settings.flag('public-log'),
      oidcInsecureLoopback: settings.flag('dangerously-allow-oidc-insecure-loopback'),
      sweeps: position === 0,
      ledger: link.port2,
      follower: followerLinks[position]?.port2 ?? new MessageChannel().port2,
      analysis: analysis.fronts[position] ?? new MessageChannel().port2,
      main: mainToFront.port1,
      metrics,
      row: 2 + position,
    };
    const ports = [front.ledger, front.follower, front.analysis, front.main];
    workers.push(thread('front-thread', front, ports, FRONT_YOUNG_GENERATION_MB));
    return new Channel(mainToFront.port2);
  });
  const failed = Promise.race([firstFailure(workers), analysis.failed]);
  return { workers, fronts, follower: new Channel(mainToFollower.port2), analysis, failed };
}

function limitsOf(settings: Settings): FrontThreadData['limits'] {
  return {
    connectionsMax: settings.number('connections-max'),
    pendingMax: settings.number('pending-max'),
    clockSkewSeconds: settings.number('clock-skew-seconds'),
  };
}

function quotasOf(settings: Settings): FrontThreadData['quotas'] {
  return {
    keysPerAccount: settings.number('keys-per-account-max'),
    aliasesPerKey: settings.number('aliases-per-key-max'),
    grantsPerKey: settings.number('grants-per-key-max'),
    keyPolicyBytes: settings.number('key-policy-bytes-max'),
  };
}

function analysisThread(
  { store }: DataDirectory,
  { place }: Installation,
  fronts: readonly MessagePort[],
): Worker {
  const data: AnalysisThreadData = { storePath: store, place, fronts };
  return thread('analysis-thread', data, fronts, FRONT_YOUNG_GENERATION_MB);
}

function thread(
  name: string,
  workerData: object,
  transferList: readonly MessagePort[],
  youngGenerationMb = YOUNG_GENERATION_MB,
): Worker {
  // Published packages hold JavaScript, a clone holds TypeScript: the neighbour has the ending of this very file.
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  return new Worker(new URL(`./threads/${name}${ending}`, import.meta.url), {
    name,
    workerData,
    transferList: [...transferList],
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb },
  });
}

/** Any thread that dies takes the server down: a supervisor restarts it, and recovery is the same as after a crash. */
function firstFailure(workers: readonly Worker[]): Promise<Error> {
  const { promise, resolve } = Promise.withResolvers<Error>();
  for (const worker of workers) {
    worker.on('error', (error) => resolve(error instanceof Error ? error : new Error(String(error))));
  }
  return promise;
}
