import type { LogFetch } from '@keywitness/log';
import {
  type AnswerQuery,
  type CredentialPage,
  credentialPageSchema,
  type CredentialSummary,
  credentialSummarySchema,
  type EventDetail,
  eventDetailSchema,
  type EventListQuery,
  type EventPage,
  eventPageSchema,
  type EventTailQuery,
  type ForceQuery,
  type IndexedEvent,
  type NewCredential,
  newCredentialSchema,
  type NewPrincipal,
  type PageQuery,
  type PrincipalDetail,
  principalDetailSchema,
  type PrincipalPage,
  principalPageSchema,
  type PrincipalSummary,
  queryTexts,
  type Schema,
} from '../schemas/index.ts';
import { readAnswer, readSuccess, readText, requireSuccess } from './answers.ts';
import { ApiError } from './api-error.ts';
import { type ApiClientOptions, type ApiRequest, signedFetch } from './signed-fetch.ts';
import { readTail } from './tail-lines.ts';

const timeoutMsDefault = 60_000;

/** The service sends a line at least every 15 seconds; a stream that is silent for longer than this is broken. */
const tailSilenceMsMax = 45_000;

/** Given to any call to give it up; what it rejects with is then the signal's reason. */
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The admin and audit API of a service (`spec/admin-api.md`). Every method rejects with `ApiError`. */
export interface ApiClient {
  createPrincipal(principal: NewPrincipal, options?: CallOptions): Promise<PrincipalDetail>;
  /** All of them, a page at a time. */
  listPrincipals(options?: CallOptions): AsyncGenerator<PrincipalSummary>;
  listPrincipalsPage(query: PageQuery, options?: CallOptions): Promise<PrincipalPage>;
  getPrincipal(name: string, options?: CallOptions): Promise<PrincipalDetail>;
  disablePrincipal(name: string, options?: ForceQuery & CallOptions): Promise<PrincipalDetail>;
  enablePrincipal(name: string, options?: CallOptions): Promise<PrincipalDetail>;
  /** Attaches or replaces an inline policy. */
  putPrincipalPolicy(
    name: string,
    policyName: string,
    document: string,
    options?: ForceQuery & CallOptions,
  ): Promise<PrincipalDetail>;
  deletePrincipalPolicy(
    name: string,
    policyName: string,
    options?: ForceQuery & CallOptions,
  ): Promise<PrincipalDetail>;

  /** The answer holds the secret access key, for the only time. */
  createCredential(principalName: string, options?: CallOptions): Promise<NewCredential>;
  /** All of them, a page at a time. */
  listCredentials(options?: CallOptions): AsyncGenerator<CredentialSummary>;
  listCredentialsPage(query: PageQuery, options?: CallOptions): Promise<CredentialPage>;
  disableCredential(accessKeyId: string, options?: ForceQuery & CallOptions): Promise<CredentialSummary>;
  enableCredential(accessKeyId: string, options?: CallOptions): Promise<CredentialSummary>;
  deleteCredential(accessKeyId: string, options?: ForceQuery & CallOptions): Promise<CredentialSummary>;

  /** All matching events from the cursor on, a page of `limit` at a time. */
  listEvents(query: EventListQuery, options?: CallOptions): AsyncGenerator<IndexedEvent>;
  listEventsPage(query: EventListQuery, options?: CallOptions): Promise<EventPage>;
  getEvent(eventId: string, options?: CallOptions): Promise<EventDetail>;
  /** The C2SP tlog-proof of an event; answered when a checkpoint covers it. */
  getProof(eventId: string, options?: CallOptions): Promise<string>;
  /**
   * All events of one subject with the proof that they are all, as text to be kept and given to `verifyAnswer`; answered
   * when a checkpoint covers everything that was recorded before.
   */
  getAnswer(query: AnswerQuery, options?: CallOptions): Promise<string>;
  /**
   * Matching events as they are committed. Rejects with the service's own code when it ends the stream, and with
   * `Unreachable` when the stream breaks off or falls silent. To continue, ask again with `after` set to the last index.
   */
  tailEvents(query: EventTailQuery, options?: CallOptions): AsyncGenerator<IndexedEvent>;
  /** Reads the published log (tlog-tiles), for `verifyLog`; also `log.vkey`, the keys of its checkpoints. */
  readonly logFetch: LogFetch;
}

/** Makes a client. It keeps no connection and no state but derived signing keys. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  return new SignedApiClient(options);
}

class SignedApiClient implements ApiClient {
  readonly #send: (request: ApiRequest) => Promise<Response>;
  readonly #timeoutMs: number;

  constructor(options: ApiClientOptions) {
    this.#send = signedFetch(options);
    this.#timeoutMs = options.timeoutMs ?? timeoutMsDefault;
  }

  createPrincipal(principal: NewPrincipal, options?: CallOptions): Promise<PrincipalDetail> {
    const request: ApiRequest = { method: 'POST', path: ['v1', 'principals'], body: principal };
    return this.#json(request, principalDetailSchema, options);
  }

  listPrincipals(options?: CallOptions): AsyncGenerator<PrincipalSummary> {
    return allItems(
      (cursor) => this.listPrincipalsPage(cursor, options),
      (page) => page.principals,
    );
  }

  listPrincipalsPage(query: PageQuery, options?: CallOptions): Promise<PrincipalPage> {
    const request: ApiRequest = { method: 'GET', path: ['v1', 'principals'], query: queryTexts(query) };
    return this.#json(request, principalPageSchema, options);
  }

  getPrincipal(name: string, options?: CallOptions): Promise<PrincipalDetail> {
    return this.#json({ method: 'GET', path: ['v1', 'principals', name] }, principalDetailSchema, options);
  }

  disablePrincipal(name: string, options?: ForceQuery & CallOptions): Promise<PrincipalDetail> {
    const path = ['v1', 'principals', name, 'disable'];
    return this.#json({ method: 'POST', path, query: force(options) }, principalDetailSchema, options);
  }

  enablePrincipal(name: string, options?: CallOptions): Promise<PrincipalDetail> {
    const path = ['v1', 'principals', name, 'enable'];
    return this.#json({ method: 'POST', path }, principalDetailSchema, options);
  }

  putPrincipalPolicy(
    name: string,
    policyName: string,
    document: string,
    options?: ForceQuery & CallOptions,
  ): Promise<PrincipalDetail> {
    const path = ['v1', 'principals', name, 'policies', policyName];
    const request: ApiRequest = { method: 'PUT', path, query: force(options), body: { document } };
    return this.#json(request, principalDetailSchema, options);
  }

  deletePrincipalPolicy(
    name: string,
    policyName: string,
    options?: ForceQuery & CallOptions,
  ): Promise<PrincipalDetail> {
    const path = ['v1', 'principals', name, 'policies', policyName];
    return this.#json({ method: 'DELETE', path, query: force(options) }, principalDetailSchema, options);
  }

  createCredential(principalName: string, options?: CallOptions): Promise<NewCredential> {
    const path = ['v1', 'principals', principalName, 'credentials'];
    return this.#json({ method: 'POST', path }, newCredentialSchema, options);
  }

  listCredentials(options?: CallOptions): AsyncGenerator<CredentialSummary> {
    return allItems(
      (cursor) => this.listCredentialsPage(cursor, options),
      (page) => page.credentials,
    );
  }

  listCredentialsPage(query: PageQuery, options?: CallOptions): Promise<CredentialPage> {
    const request: ApiRequest = { method: 'GET', path: ['v1', 'credentials'], query: queryTexts(query) };
    return this.#json(request, credentialPageSchema, options);
  }

  disableCredential(accessKeyId: string, options?: ForceQuery & CallOptions): Promise<CredentialSummary> {
    const path = ['v1', 'credentials', accessKeyId, 'disable'];
    return this.#json({ method: 'POST', path, query: force(options) }, credentialSummarySchema, options);
  }

  enableCredential(accessKeyId: string, options?: CallOptions): Promise<CredentialSummary> {
    const path = ['v1', 'credentials', accessKeyId, 'enable'];
    return this.#json({ method: 'POST', path }, credentialSummarySchema, options);
  }

  deleteCredential(accessKeyId: string, options?: ForceQuery & CallOptions): Promise<CredentialSummary> {
    const path = ['v1', 'credentials', accessKeyId];
    return this.#json({ method: 'DELETE', path, query: force(options) }, credentialSummarySchema, options);
  }

  listEvents(query: EventListQuery, options?: CallOptions): AsyncGenerator<IndexedEvent> {
    return allItems(
      (cursor) => this.listEventsPage({ ...query, ...cursor }, options),
      (page) => page.events,
    );
  }

  listEventsPage(query: EventListQuery, options?: CallOptions): Promise<EventPage> {
    const request: ApiRequest = { method: 'GET', path: ['v1', 'events'], query: queryTexts(query) };
    return this.#json(request, eventPageSchema, options);
  }

  getEvent(eventId: string, options?: CallOptions): Promise<EventDetail> {
    return this.#json({ method: 'GET', path: ['v1', 'events', eventId] }, eventDetailSchema, options);
  }

  getProof(eventId: string, options?: CallOptions): Promise<string> {
    const request: ApiRequest = { method: 'GET', path: ['v1', 'events', eventId, 'proof'] };
    return this.#answer(request, readText, options);
  }

  getAnswer(query: AnswerQuery, options?: CallOptions): Promise<string> {
    const request: ApiRequest = { method: 'GET', path: ['v1', 'answers'], query: queryTexts(query) };
    return this.#answer(request, readText, options);
  }

  async *tailEvents(query: EventTailQuery, options?: CallOptions): AsyncGenerator<IndexedEvent> {
    const silence = new SilenceAlarm(tailSilenceMsMax);
    const signals = [silence.signal, ...(options?.signal === undefined ? [] : [options.signal])];
    const request: ApiRequest = { method: 'GET', path: ['v1', 'events', 'tail'], query: queryTexts(query) };
    try {
      const response = await this.#send({ ...request, signal: AbortSignal.any(signals) });
      await requireSuccess(response);
      yield* readTail(response, () => silence.postpone());
    } finally {
      silence.stop();
    }
  }

  readonly logFetch: LogFetch = (path) => {
    const request: ApiRequest = { method: 'GET', path: ['log', ...path.split('/')] };
    return this.#answer(request, async (response) => {
      if (response.status !== 404) return readSuccess(response);
      await response.body?.cancel();
      return null;
    });
  };

  #json<Value>(request: ApiRequest, schema: Schema<Value>, options?: CallOptions): Promise<Value> {
    return this.#answer(request, (response) => readAnswer(response, schema), options);
  }

  /** One request with an end: within the time limit, or given up by the caller. */
  async #answer<Value>(
    request: ApiRequest,
    read: (response: Response) => Promise<Value>,
    options?: CallOptions,
  ): Promise<Value> {
    const limit = AbortSignal.timeout(this.#timeoutMs);
    const signal = options?.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
    return read(await this.#send({ ...request, signal }));
  }
}

/** Aborts a stream that has been silent for too long. */
class SilenceAlarm {
  readonly #controller = new AbortController();
  readonly #silenceMsMax: number;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(silenceMsMax: number) {
    this.#silenceMsMax = silenceMsMax;
    this.postpone();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  postpone(): void {
    this.stop();
    const ring = (): void => {
      const message = 'the service has been silent for too long';
      this.#controller.abort(new ApiError('Unreachable', message, { status: 0 }));
    };
    this.#timer = setTimeout(ring, this.#silenceMsMax);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function force(options: ForceQuery | undefined): Readonly<Record<string, string>> {
  return options?.force === undefined ? {} : queryTexts({ force: options.force });
}

async function* allItems<Page extends { readonly next?: string }, Item>(
  fetchPage: (cursor: PageQuery) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[],
): AsyncGenerator<Item> {
  let cursor: PageQuery = {};
  for (;;) {
    const page = await fetchPage(cursor);
    yield* itemsOf(page);
    if (page.next === undefined) return;
    cursor = { cursor: page.next };
  }
}
