import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { type Analysis, startAnalysis } from './analysis.ts';
import type { ConsoleSettings } from './console-settings.ts';
import type { DataDirectory, Installation } from './installation.ts';
import type { ListenAddress } from './listen.ts';
import { Metrics } from './metrics.ts';
import type { OutboundSettings } from './outbound-settings.ts';
import { allocateQuotas, readQuotaRates } from './quota-counters.ts';
import type { Settings } from './settings/index.ts';
import {
  type AnalysisThreadData,
  Channel,
  type FollowerThreadData,
  type FrontThreadData,
  type ResponseThreadData,
  type StoreThreadData,
} from './threads/index.ts';
import type { WitnessSettings } from './witness-policy.ts';

const MIB = 1_048_576;
/** What a thread that serves no requests needs for short-lived garbage. */
const YOUNG_GENERATION_MB = 8;
/** Requests leave much of it: room for it means that it is rarely, and then cheaply, collected. */
const FRONT_YOUNG_GENERATION_MB = 32;
/** Threads with a row of metrics before those of the fronts: store, follower, response. */
const ROWS_BEFORE_FRONTS = 3;

/** The threads of a server with the channels that main keeps to them. */
export interface Threads {
  readonly workers: readonly Worker[];
  readonly fronts: readonly Channel[];
  readonly follower: Channel;
  readonly response: Channel;
  readonly analysis: Analysis;
  readonly failed: Promise<Error>;
}

/** What threads are started with. */
export interface ThreadParts {
  readonly settings: Settings;
  readonly directory: DataDirectory;
  readonly installation: Installation;
  readonly address: ListenAddress;
  readonly witnesses: WitnessSettings | undefined;
  readonly outbound: OutboundSettings;
  readonly console: ConsoleSettings;
}

/** A channel for each front, to some other thread. */
type FrontLinks = readonly MessageChannel[];

/** The channels between threads, and the numbers that all of them count. */
interface Links {
  readonly metrics: SharedArrayBuffer;
  readonly requestQuotas: FrontThreadData['requestQuotas'];
  readonly storeToFronts: FrontLinks;
  readonly followerToFronts: FrontLinks;
  readonly responseToFronts: FrontLinks;
  readonly storeToFollower: MessageChannel;
  readonly storeToResponse: MessageChannel;
  readonly acts: MessageChannel;
  readonly mainToFollower: MessageChannel;
  readonly mainToResponse: MessageChannel;
}

/** Starts the store thread, the follower thread, the response thread and the front threads, in this order. */
export function startThreads(parts: ThreadParts): Threads {
  const { directory, installation, settings } = parts;
  const frontCount = settings.optionalNumber('front-threads') ?? Math.max(1, availableParallelism() - 1);
  const links = newLinks(frontCount, requestQuotasOf(settings));
  const workers = [startStore(parts, links), startFollower(parts, links), startResponse(parts, links)];
  const analysis = startAnalysis(frontCount, (ports) => analysisThread(directory, installation, ports));
  const fronts = analysis.fronts.map((port, position) => {
    const mainToFront = new MessageChannel();
    workers.push(startFront(parts, links, { position, analysis: port, main: mainToFront.port1 }));
    return new Channel(mainToFront.port2);
  });
  return {
    workers,
    fronts,
    follower: new Channel(links.mainToFollower.port2),
    response: new Channel(links.mainToResponse.port2),
    analysis,
    failed: Promise.race([firstFailure(workers), analysis.failed]),
  };
}

function newLinks(frontCount: number, requestQuotas: FrontThreadData['requestQuotas']): Links {
  const forEachFront = (): FrontLinks => Array.from({ length: frontCount }, () => new MessageChannel());
  return {
    metrics: Metrics.allocate(ROWS_BEFORE_FRONTS + frontCount),
    requestQuotas,
    storeToFronts: forEachFront(),
    followerToFronts: forEachFront(),
    responseToFronts: forEachFront(),
    storeToFollower: new MessageChannel(),
    storeToResponse: new MessageChannel(),
    acts: new MessageChannel(),
    mainToFollower: new MessageChannel(),
    mainToResponse: new MessageChannel(),
  };
}

function startStore({ directory, settings }: ThreadParts, links: Links): Worker {
  const data: StoreThreadData = {
    path: directory.store,
    directory: directory.root,
    reserveBytes: reserveBytes(settings),
    fronts: links.storeToFronts.map(({ port1 }) => port1),
    follower: links.storeToFollower.port1,
    response: links.storeToResponse.port1,
    metrics: links.metrics,
    row: 0,
  };
  return thread('store-thread', data, [...data.fronts, data.follower, data.response]);
}

function startFollower({ directory, installation, settings, witnesses }: ThreadParts, links: Links): Worker {
  const data: FollowerThreadData = {
    storePath: directory.store,
    searchPath: directory.search,
    completenessPath: directory.completeness,
    logDirectory: directory.log,
    origin: installation.origin,
    logSeedEd25519: installation.logSeedEd25519,
    logSeedMlDsa44: installation.logSeedMlDsa44,
    publishIntervalMs: settings.number('publish-interval-ms'),
    ...(witnesses === undefined ? {} : { witnesses }),
    store: links.storeToFollower.port2,
    fronts: links.followerToFronts.map(({ port1 }) => port1),
    main: links.mainToFollower.port1,
    metrics: links.metrics,
    row: 1,
  };
  return thread('follower-thread', data, [data.store, ...data.fronts, data.main]);
}

function startResponse({ directory, installation, outbound, settings }: ThreadParts, links: Links): Worker {
  const data: ResponseThreadData = {
    storePath: directory.store,
    alertsPath: directory.alerts,
    notificationsPath: directory.notifications,
    remediationPath: directory.remediation,
    logDirectory: directory.log,
    origin: installation.origin,
    place: installation.place,
    domainKey: installation.keys.domainKey,
    diskReserveBytes: reserveBytes(settings),
    outbound,
    store: links.storeToResponse.port2,
    acts: links.acts.port2,
    fronts: links.responseToFronts.map(({ port1 }) => port1),
    main: links.mainToResponse.port1,
    metrics: links.metrics,
    row: 2,
  };
  return thread('response-thread', data, [data.store, data.acts, ...data.fronts, data.main]);
}

function startFront(
  { address, console, installation, settings }: ThreadParts,
  links: Links,
  own: { readonly position: number; readonly analysis: MessagePort; readonly main: MessagePort },
): Worker {
  const { analysis, main, position } = own;
  const isFirst = position === 0;
  const data: FrontThreadData = {
    place: installation.place,
    domainKey: installation.keys.domainKey,
    address,
    shared: links.storeToFronts.length > 1,
    limits: limitsOf(settings),
    quotas: quotasOf(settings),
    requestQuotas: links.requestQuotas,
    publicLog: settings.flag('public-log'),
    console,
    oidcInsecureLoopback: settings.flag('dangerously-allow-oidc-insecure-loopback'),
    sweeps: isFirst,
    ledger: portOf(links.storeToFronts, position),
    follower: portOf(links.followerToFronts, position),
    response: portOf(links.responseToFronts, position),
    analysis,
    ...(isFirst ? { acts: links.acts.port1 } : {}),
    main,
    metrics: links.metrics,
    row: ROWS_BEFORE_FRONTS + position,
  };
  const ports = [data.ledger, data.follower, data.response, data.analysis, data.main];
  if (data.acts !== undefined) ports.push(data.acts);
  return thread('front-thread', data, ports, FRONT_YOUNG_GENERATION_MB);
}

function portOf(links: FrontLinks, position: number): MessagePort {
  const link = links[position];
  if (link === undefined) throw new RangeError(`there is no front thread ${position}`);
  return link.port2;
}

function reserveBytes(settings: Settings): number {
  return settings.number('disk-reserve-mib') * MIB;
}

function quotasOf(settings: Settings): FrontThreadData['quotas'] {
  return {
    keysPerAccount: settings.number('keys-per-account-max'),
    aliasesPerKey: settings.number('aliases-per-key-max'),
    grantsPerKey: settings.number('grants-per-key-max'),
    keyPolicyBytes: settings.number('key-policy-bytes-max'),
  };
}

/** The counters of request quotas, which all fronts share; absent where none are set. */
function requestQuotasOf(settings: Settings): FrontThreadData['requestQuotas'] {
  const rates = readQuotaRates(settings.text('request-quotas'), settings.number('principal-quota-percent'));
  return rates === undefined ? undefined : { memory: allocateQuotas(), rates };
}

function limitsOf(settings: Settings): FrontThreadData['limits'] {
  return {
    connectionsMax: settings.number('connections-max'),
    pendingMax: settings.number('pending-max'),
    clockSkewSeconds: settings.number('clock-skew-seconds'),
  };
}

function analysisThread(
  { store, trail }: DataDirectory,
  { place, trailKey }: Installation,
  fronts: readonly MessagePort[],
): Worker {
  const data: AnalysisThreadData = { storePath: store, trailPath: trail, trailKey, place, fronts };
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
