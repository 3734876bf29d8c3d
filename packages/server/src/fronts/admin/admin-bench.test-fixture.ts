import { createServer, type Server } from 'node:http';
import { type AuditEvent, auditEventSchema, readWith } from '@keywitness/api';
import {
  type AnswerOutcome,
  type AnswerQuestion,
  type AuditIndex,
  type CompleteAnswers,
  type EventQuery,
  type IndexedEntry,
  LedgerError,
  type LedgerErrorCode,
  type LedgerStore,
  type PublishedLog,
  type RecordOverview,
} from '../../core/audit/index.ts';
import { insecureDeterministicEntropy, takeSecretKey } from '../../core/crypto/index.ts';
import { Keyring } from '../../core/keys/index.ts';
import {
  bootstrapAdministrator,
  type ChannelMessages,
  KeyInventory,
  Params,
  Replica,
  Service,
  systemCaller,
} from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from '../http/index.ts';
import type { SignatureVerdict, SignedRequest } from '../sigv4/index.ts';
import { adminRoutes, type ServiceView } from './index.ts';
import { analysisOf, lastUsesIn } from './obvious-parts.test-fixture.ts';

/** The administrator of a bench. */
export interface BenchCredential {
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** How a bench differs from the usual one. */
export interface BenchOptions {
  readonly publicLog?: boolean;
  readonly messages?: ChannelMessages;
  readonly view?: ServiceView;
  readonly overview?: RecordOverview;
  readonly verifySignature?: (service: Service) => (request: SignedRequest) => SignatureVerdict;
}

const UNTIL_MS_MAX = 10_000;

const place = { account: '111122223333', region: 'us-east-1' } as const;

/**
 * The admin front over a real service, on a store in memory. The index is the obvious one: it looks at every entry.
 * Time moves when the test says so, and what is scheduled runs as soon as nothing else does.
 */
export class AdminBench {
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly log: FakeLog;
  readonly answers: FakeAnswers = new FakeAnswers();
  /** What the index was asked, the last question last. */
  readonly asked: EventQuery[] = [];
  monotonicMs = 0;
  /** While set, the ledger takes nothing. */
  fault: LedgerErrorCode | undefined;
  readonly #store: LedgerStore;
  readonly #growth = new EventTarget();
  /** By how much the wall clock is ahead. */
  aheadMs = 0;
  #requests = 0;

  constructor(store: LedgerStore, options: BenchOptions = {}) {
    this.#store = store;
    const replica = new Replica(store.load().changes);
    this.service = new Service({
      ledger: {
        commit: async (item) => {
          if (this.fault !== undefined) throw new LedgerError(this.fault, 'the test lets the ledger fail');
          const { answers, changes } = store.commit([item]);
          replica.apply(changes);
          const [answer] = answers;
          if (answer === undefined) throw new TypeError('the store gave no answer');
          this.#growth.dispatchEvent(new Event('grown'));
          return answer;
        },
      },
      replica,
      keyring: new Keyring(takeSecretKey(new Uint8Array(32).fill(7))),
      keyPairs: { make: async () => 'busy' as const },
      entropy: insecureDeterministicEntropy('admin bench'),
      nowMs: () => Date.now() + this.aheadMs,
      monotonicMs: () => this.monotonicMs,
      schedule: (_delayMs, task) => void setImmediate(task),
      place,
    });
    this.log = new FakeLog();
    this.routes = adminRoutes({
      service: this.service,
      verifySignature: options.verifySignature?.(this.service) ?? believe,
      index: this.#index(),
      uses: { lastUses: async (kind, names) => lastUsesIn(this.events(), kind, names) },
      inventory: new KeyInventory(replica, place),
      view: options.view,
      overview: options.overview ?? emptyOverview,
      log: this.log,
      answers: this.answers,
      analysis: analysisOf(store, place, () => this.monotonicMs),
      messages: options.messages,
      publicLog: options.publicLog ?? false,
      monotonicMs: () => this.monotonicMs,
      schedule: (delayMs, task) =>
        void (delayMs < 1000 ? setImmediate(task) : setTimeout(task, delayMs).unref()),
    });
  }

  /** Makes the administrator as the first start does. */
  async administrator(): Promise<BenchCredential> {
    const request = this.request('-', '-').attempt;
    const performed = await this.service.perform(
      bootstrapAdministrator,
      request,
      systemCaller,
      new Params({}),
    );
    if (performed.kind === 'refused') throw performed.error;
    const result = new Params(performed.result);
    return {
      arn: result.text('arn'),
      accessKeyId: result.text('accessKeyId'),
      secretAccessKey: result.text('secretAccessKey'),
    };
  }

  /** Sends a request in the name of a caller, whom the bench's own verifier believes; or of nobody. */
  async call(
    method: string,
    target: string,
    caller?: BenchCaller,
    body?: unknown,
    headers: readonly string[] = [],
  ): Promise<BenchAnswer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    const proof = caller === undefined ? [] : ['x-caller', `${caller.arn} ${caller.accessKeyId}`];
    const answer = await this.handle({
      ...this.request(method, target),
      rawHeaders: [...proof, ...headers],
      body: Buffer.from(text ?? '', 'utf8'),
    });
    return new BenchAnswer(answer);
  }

  /** Answers a request as the listener does. */
  async handle(request: HttpRequest): Promise<HttpAnswer> {
    const path = request.target.split('?')[0] ?? '';
    const route = this.routes.find((candidate) => candidate.matches(request.method, path));
    if (route === undefined) throw new TypeError(`no route takes \`${request.target}\``);
    const attempt = { ...request.attempt, protocol: route.protocol };
    return route.handle({ ...request, attempt });
  }

  request(method: string, target: string): HttpRequest {
    this.#requests += 1;
    const attempt = {
      requestId: `request-${this.#requests}`,
      client: { address: '192.0.2.7' },
      protocol: { front: 'admin', service: 'keywitness', operation: '-' },
      startedMs: this.monotonicMs,
    } as const;
    return { method, target, rawHeaders: [], body: new Uint8Array(0), attempt };
  }

  /** Serves the routes on loopback; answers the server and its endpoint. */
  async serve(): Promise<{ readonly server: Server; readonly endpoint: string }> {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { method = '', url = '', rawHeaders } = incoming;
        this.handle({ ...this.request(method, url), rawHeaders, body: Buffer.concat(chunks) })
          .then(async ({ status, headers, body }) => {
            outgoing.writeHead(status, headers);
            if (typeof body === 'string' || body instanceof Uint8Array) return outgoing.end(body);
            const pieces = body[Symbol.asyncIterator]();
            outgoing.on('close', () => void pieces.return?.());
            for (;;) {
              const piece = await pieces.next();
              if (piece.done === true || outgoing.destroyed) return outgoing.end();
              outgoing.write(piece.value);
            }
          })
          .catch(() => outgoing.destroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new TypeError('the server has no port');
    return { server, endpoint: `http://127.0.0.1:${address.port}` };
  }

  /** The texts of all entries, in order. */
  entries(): readonly string[] {
    const { entries } = this.#store.read(0, this.#store.size());
    return entries.map((entry) => Buffer.from(entry).toString('utf8'));
  }

  /** All events, in order. */
  events(): readonly AuditEvent[] {
    return this.#store.read(0, this.#store.size()).entries.map(eventOf);
  }

  /** The newest event. */
  lastEvent(): AuditEvent {
    const event = this.events().at(-1);
    if (event === undefined) throw new TypeError('nothing was recorded');
    return event;
  }

  /** The newest event of an action. */
  lastEventOf(action: string): AuditEvent {
    const event = this.events().findLast((candidate) => candidate.action === action);
    if (event === undefined) throw new TypeError(`no \`${action}\` was recorded`);
    return event;
  }

  /** Waits until something is true that the record decides. */
  async until(condition: () => boolean): Promise<void> {
    const limit = AbortSignal.timeout(UNTIL_MS_MAX);
    while (!condition()) {
      limit.throwIfAborted();
      await new Promise((resolve) =>
        this.#growth.addEventListener('grown', resolve, { once: true, signal: limit }),
      );
    }
  }

  /** How many attempts the record holds: counted events stand for several. */
  attempts(): number {
    return this.events().reduce((sum, { count }) => sum + (count ?? 1), 0);
  }

  #index(): AuditIndex {
    const all = (): readonly IndexedEntry[] =>
      this.#store.read(0, this.#store.size()).entries.map((entry, index) => ({ index, entry }));
    return {
      query: async (query) => {
        this.asked.push(query);
        const size = this.#store.size();
        const ordered = query.order === 'oldest' ? all() : all().toReversed();
        const matching = ordered.filter((one) => matches(query, one));
        const entries = matching.slice(0, query.limit);
        const last = entries.at(-1);
        return matching.length > entries.length && last !== undefined
          ? { entries, size, next: last.index }
          : { entries, size };
      },
      find: async (eventId) => all().find(({ entry }) => eventOf(entry).id === eventId),
      waitBeyond: (size) => this.#waitBeyond(size),
    };
  }

  #waitBeyond(size: number): Promise<number> {
    if (this.#store.size() > size) return Promise.resolve(this.#store.size());
    return new Promise((resolve) => {
      // A turn of the loop stands for the time limit: tests move the clock themselves.
      const timer = setImmediate(() => resolve(this.#store.size()));
      this.#growth.addEventListener(
        'grown',
        () => {
          clearImmediate(timer);
          resolve(this.#store.size());
        },
        { once: true },
      );
    });
  }
}

/** In whose name a request is sent. */
export type BenchCaller = Pick<BenchCredential, 'arn' | 'accessKeyId'>;

/** An answer, taken apart. */
export class BenchAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpAnswer['body'];

  constructor({ status, headers, body }: HttpAnswer) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  text(): string {
    if (typeof this.body === 'string') return this.body;
    if (this.body instanceof Uint8Array) return Buffer.from(this.body).toString('utf8');
    throw new TypeError('the answer is a stream');
  }

  /** The code of a refusal. */
  code(): string | undefined {
    return /"code":"(\w+)"/.exec(this.text())?.[1];
  }

  stream(): AsyncIterator<Uint8Array | string> {
    if (typeof this.body === 'string' || this.body instanceof Uint8Array) {
      throw new TypeError('the answer is no stream');
    }
    return this.body[Symbol.asyncIterator]();
  }
}

/** A published log that has what the test puts there. */
export class FakeLog implements PublishedLog {
  readonly files: Map<string, Uint8Array> = new Map();
  readonly reads: string[] = [];
  /** Resolves when the entry is published. */
  published: Promise<unknown> = Promise.resolve();

  async read(path: string): Promise<Uint8Array | undefined> {
    this.reads.push(path);
    return this.files.get(path);
  }

  async proof(index: number): Promise<string | undefined> {
    await this.published;
    return `c2sp.org/tlog-proof@v1\nindex ${index}\n`;
  }

  async verifierKeys(): Promise<string> {
    return 'example.com/log+00000000+AAAA\n';
  }
}

/** Complete answers that the test makes up. */
export class FakeAnswers implements CompleteAnswers {
  readonly questions: AnswerQuestion[] = [];
  outcome: AnswerOutcome = { kind: 'answer', text: '{}' };

  async answer(question: AnswerQuestion): Promise<AnswerOutcome> {
    this.questions.push(question);
    return this.outcome;
  }

  async indexCheckpoint(): Promise<string | undefined> {
    return 'an index checkpoint\n';
  }
}

const emptyOverview: RecordOverview = {
  histogram: async () => ({ fromMs: 0, toMs: 0, bucketMs: 1, buckets: [], size: 0 }),
  summary: async () => ({ fields: {}, matchedScanned: 0, isComplete: true, size: 0 }),
  suggest: async () => [],
  access: async () => ({ groups: [], leasesBefore: 0, matchedScanned: 0, isComplete: true, size: 0 }),
};

/** Believes the header `x-caller`. */
function believe({ rawHeaders }: SignedRequest): SignatureVerdict {
  const position = rawHeaders.indexOf('x-caller');
  const [principalArn, credentialId] = (rawHeaders[position + 1] ?? '').split(' ');
  if (position < 0 || principalArn === undefined || credentialId === undefined) {
    const message = 'Missing Authentication Token';
    return { kind: 'refused', code: 'MissingAuthenticationToken', message, unsigned: true };
  }
  const scope = { date: '20300101', region: place.region, service: 'keywitness' };
  return { kind: 'verified', caller: { principalArn, credentialId }, scope };
}

/** Of entries, which never change: many tests look at all of them again and again. */
const events = new WeakMap<Uint8Array, AuditEvent>();

function eventOf(entry: Uint8Array): AuditEvent {
  const known = events.get(entry);
  if (known !== undefined) return known;
  const reading = readWith('the event', auditEventSchema, JSON.parse(Buffer.from(entry).toString('utf8')));
  if (reading.kind === 'malformed') throw new TypeError(reading.message);
  events.set(entry, reading.value);
  return reading.value;
}

function matches(query: EventQuery, { index, entry }: IndexedEntry): boolean {
  const event = eventOf(entry);
  const { beyond, action, outcome, asset, principal } = query;
  if (beyond !== undefined && (query.order === 'oldest' ? index <= beyond : index >= beyond)) return false;
  if (action !== undefined && !isLike(event.action, action)) return false;
  if (query.key !== undefined && event.key?.arn !== query.key) return false;
  if (query.fromMs !== undefined && Date.parse(event.time) < query.fromMs) return false;
  if (outcome !== undefined && event.outcome !== outcome) return false;
  const { arn, name } = event.actor;
  if (principal !== undefined && ![arn, name].includes(principal)) return false;
  return asset === undefined || event.context?.[asset.name] === asset.value;
}

function isLike(text: string, asked: string): boolean {
  return asked.endsWith('*') ? text.startsWith(asked.slice(0, -1)) : text === asked;
}
