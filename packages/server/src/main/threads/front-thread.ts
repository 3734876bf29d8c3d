import type { MessagePort } from 'node:worker_threads';
import { newRandomUuid, type StateChange } from '../../core/audit/index.ts';
import { type SecretKey, systemEntropy } from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import { KeyInventory, type Place, type Quotas, Replica, Service } from '../../core/operations/index.ts';
import { adminRoutes, type ServiceFacts } from '../../fronts/admin/index.ts';
import { awsRoute, recordCompletions, trailBucketRoute } from '../../fronts/aws/index.ts';
import { elsewhere, Listener, plainRoutes, type Route, standardLimits } from '../../fronts/http/index.ts';
import { consoleRoutes } from '../../fronts/console/index.ts';
import { provingByCookie } from '../../fronts/session-cookie/index.ts';
import { createSignatureVerifier, type SignatureVerifier } from '../../fronts/sigv4/index.ts';
import type { ConsoleSettings } from '../console-settings.ts';
import { consoleFiles } from '../console-files.ts';
import type { ListenAddress } from '../listen.ts';
import { Metrics } from '../metrics.ts';
import { plainResources } from '../plain-resources.ts';
import { serviceNumbers } from '../service-numbers.ts';
import { actMethods, performActs } from './acts.ts';
import { analysisClient, trailClient } from './analysis-ports.ts';
import { type QuotaRates, SharedQuotas } from '../quota-counters.ts';
import { Channel } from './channel.ts';
import { followerClient } from './follower-ports.ts';
import { KeyPairQueue } from './key-pair-queue.ts';
import { LedgerClient } from './ledger-client.ts';
import { messageClient, numbersClient } from './response-ports.ts';
import { singleSignOn } from './single-sign-on.ts';
import { startSweeper, type Sweeper } from './sweeper.ts';
import { threadData } from './thread-data.ts';
import { webIdentities } from './web-identities.ts';

/** What main hands to a front thread. */
export interface FrontThreadData {
  readonly place: Place;
  readonly domainKey: SecretKey;
  readonly address: ListenAddress;
  /** Other front threads listen on the same address. */
  readonly shared: boolean;
  readonly limits: {
    readonly connectionsMax: number;
    readonly pendingMax: number;
    readonly clockSkewSeconds: number;
  };
  readonly quotas: Quotas;
  /** Absent when requests may come as fast as they do. */
  readonly requestQuotas: { readonly memory: SharedArrayBuffer; readonly rates: QuotaRates } | undefined;
  readonly publicLog: boolean;
  readonly console: ConsoleSettings;
  /** Whether identity providers on loopback may speak plain HTTP. */
  readonly oidcInsecureLoopback: boolean;
  /** Whether this is the thread that does what is due. */
  readonly sweeps: boolean;
  readonly ledger: MessagePort;
  readonly follower: MessagePort;
  readonly analysis: MessagePort;
  /** To the response thread, for messages to channels. */
  readonly response: MessagePort;
  /** Where the response thread asks for acts of the service; absent on all front threads but one. */
  readonly acts?: MessagePort;
  readonly main: MessagePort;
  readonly metrics: SharedArrayBuffer;
  readonly row: number;
  readonly facts: ServiceFacts;
}

/** Refusals that may wait for the record beyond the attempts that may. */
const RESERVED_MAX = 4096;

const data = threadData<FrontThreadData>();
const entropy = systemEntropy();
const metrics = new Metrics(data.metrics, data.row);
const keyring = new Keyring(data.domainKey);
const keyPairs = new KeyPairQueue();
const started = Promise.withResolvers<null>();
const replica = new Replica();
let sweeper: Sweeper | undefined;
const ledger = new LedgerClient(
  data.ledger,
  { pendingMax: data.limits.pendingMax, reservedMax: RESERVED_MAX },
  { apply: applyChanges, start: () => started.resolve(null) },
);
await started.promise;
const service = new Service({
  ledger,
  replica,
  keyring,
  keyPairs,
  entropy,
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  schedule: (delayMs, task) => void setTimeout(task, delayMs),
  place: data.place,
  quotas: data.quotas,
  requestQuotas: data.requestQuotas && sharedQuotas(data.requestQuotas),
  observe(outcome, durationMs) {
    metrics.add(outcome);
    metrics.add('attemptMs', durationMs);
  },
});
if (data.acts !== undefined) void new Channel(data.acts, actMethods(performActs(service, replica, entropy)));
if (data.sweeps) sweeper = startSweeper(service, replica, report);
const listener = new Listener({
  routes: routes(),
  elsewhere: elsewhere((attempt, refusal) => service.refuse(attempt, refusal)),
  limits: { ...standardLimits, connectionsMax: data.limits.connectionsMax },
  entropy,
  monotonicMs: () => performance.now(),
  nowMs: () => Date.now(),
  trustedProxies: data.address.trustedProxies,
  refuse: (attempt, refusal) => service.refuse(attempt, refusal),
  onFault: report,
  ...(data.address.tls === undefined ? {} : { tls: data.address.tls }),
});
setInterval(() => metrics.set('pending', ledger.pending), 500).unref();

// Messages wait in the port until somebody listens, so main may call before this line is reached.
new Channel(data.main, {
  ready: () => null,
  listen: (port) => listener.listen({ host: data.address.host, port: Number(port), shared: data.shared }),
  async stop() {
    sweeper?.stop();
    await listener.stop();
    await service.flush();
    await keyPairs[Symbol.asyncDispose]();
  },
});

/** All threads read this clock alike; the wall clock has no fractions of milliseconds. */
function sharedQuotas({ memory, rates }: NonNullable<FrontThreadData['requestQuotas']>): SharedQuotas {
  return new SharedQuotas(memory, rates, () => performance.timeOrigin + performance.now());
}

function routes(): readonly Route[] {
  const follower = followerClient(new Channel(data.follower));
  const rules = {
    region: data.place.region,
    regions: data.place.regions,
    clockSkewMs: data.limits.clockSkewSeconds * 1000,
    nowMs: () => Date.now(),
    signatureKey: service.signatureKey.bind(service),
  };
  const cookies = {
    isSecure: data.console.isSecure,
    region: data.place.region,
    regions: data.place.regions,
    sessionCaller: service.sessionCaller.bind(service),
  };
  const verifierFor = (...services: readonly string[]): SignatureVerifier =>
    provingByCookie(createSignatureVerifier({ ...rules, services }), cookies);
  const federation = { clockSkewMs: rules.clockSkewMs, insecureLoopback: data.oidcInsecureLoopback };
  const verifyWebIdentity = webIdentities(service, federation);
  const analysis = new Channel(data.analysis);
  const response = new Channel(data.response);
  const files = trailClient(analysis);
  const trail = { index: follower.index, files, place: data.place };
  return [
    awsRoute({
      service,
      trail,
      completions: recordCompletions(follower.index, data.place.region),
      index: follower.index,
      verifySignature: verifierFor('kms', 'iam', 'sts', 'cloudtrail'),
      verifyWebIdentity,
    }),
    trailBucketRoute({
      service,
      verifySignature: verifierFor('s3'),
      files,
      place: data.place,
    }),
    ...plainRoutes(plainResources(metrics)),
    ...consoleRoutes({
      service,
      verifySignature: createSignatureVerifier({ ...rules, services: ['keywitness'] }),
      cookies,
      files: consoleFiles(),
      sso: singleSignOn(data.console.sso, { keyring, entropy, verifyWebIdentity, ...federation }),
    }),
    ...adminRoutes({
      service,
      verifySignature: verifierFor('keywitness'),
      ...follower,
      analysis: analysisClient(analysis),
      messages: messageClient(response),
      inventory: new KeyInventory(replica, data.place),
      view: { facts: data.facts, numbers: serviceNumbers(metrics, numbersClient(response)) },
      publicLog: data.publicLog,
    }),
  ];
}

/** Material that is gone leaves this thread's memory with its record. */
function applyChanges(changes: readonly StateChange[]): void {
  for (const { subject, record } of changes) {
    if (!subject.startsWith('key:')) continue;
    // Of the keys that stay, those with imported material are the ones that can lose any.
    if (record !== null && !record.includes('"origin":"EXTERNAL"')) continue;
    const key = replica.keys.get(subject.slice('key:'.length));
    for (const material of key?.record.materials ?? []) {
      if (material.sealed !== '' && record?.includes(material.sealed) !== true) keyring.forget(material.id);
    }
  }
  replica.apply(changes);
  if (changes.some(({ record }) => record?.includes('"onDemandRotationAtMs":') === true)) sweeper?.soon();
}

/** Says where something went wrong, and nothing of what it was about (G8): messages of others may quote anything. */
function report(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const places = stack.split('\n').filter((line) => /^\s+at /.test(line));
  const name = error instanceof Error ? error.name : typeof error;
  process.stderr.write(`keywitness: ${newRandomUuid(entropy)}: ${name}\n${places.join('\n')}\n`);
}
