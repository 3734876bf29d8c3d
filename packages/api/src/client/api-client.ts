import type { LogFetch } from '@keywitness/log';
import {
  type AnswerQuery,
  type ConsequencesQuery,
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
  type PrincipalConsequences,
  principalConsequencesSchema,
  type PrincipalDetail,
  principalDetailSchema,
  type PrincipalPage,
  principalPageSchema,
  type PrincipalSummary,
  queryTexts,
  type Schema,
} from '../schemas/index.ts';
import { type AccessClient, accessClient } from './access-client.ts';
import { readAnswer, readSuccess, readText, requireSuccess } from './answers.ts';
import { type ApiClientOptions, signedTransport } from './signed-transport.ts';
import { allItems, type Ask, type CallOptions, forceTexts } from './calls.ts';
import { type CertificateClient, certificateClient } from './certificate-client.ts';
import { type ChannelClient, channelClient } from './channel-client.ts';
import { daysTexts } from './days-texts.ts';
import { type EvidenceClient, evidenceClient } from './evidence-client.ts';
import { type IncidentClient, incidentClient } from './incident-client.ts';
import { type KeyClient, keyClient } from './key-client.ts';
import { type OrganizationClient, organizationClient } from './organization-client.ts';
import { type RecordClient, recordClient } from './record-client.ts';
import { type RuleClient, ruleClient } from './rule-client.ts';
import { type RemediationClients, remediationClients } from './remediation-clients.ts';
import { type ServiceClient, serviceClient } from './service-client.ts';
import { type SessionClient, sessionClient } from './session-client.ts';
import { SilenceAlarm } from './silence-alarm.ts';
import { type SuppressionClient, suppressionClient } from './suppression-client.ts';
import { readLines, readTail } from './tail-lines.ts';
import type { ApiRequest, Transport } from './transport.ts';

const timeoutMsDefault = 60_000;

/** The service sends a line at least every 15 seconds; a stream that is silent for longer than this is broken. */
const streamSilenceMsMax = 45_000;

/** The admin and audit API of a service (`spec/admin-api.md`). Every method rejects with `ApiError`. */
export interface ApiClient extends RemediationClients {
  createPrincipal(principal: NewPrincipal, options?: CallOptions): Promise<PrincipalDetail>;
  /** All of them, a page at a time. */
  listPrincipals(options?: CallOptions): AsyncGenerator<PrincipalSummary>;
  listPrincipalsPage(query: PageQuery, options?: CallOptions): Promise<PrincipalPage>;
  getPrincipal(name: string, options?: CallOptions): Promise<PrincipalDetail>;
  /** What a principal used lately and holds: what would end if it was disabled. */
  getPrincipalConsequences(
    name: string,
    query?: ConsequencesQuery,
    options?: CallOptions,
  ): Promise<PrincipalConsequences>;
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

  /** Accounts and what they have in common. */
  readonly organization: OrganizationClient;
  /** TLS client certificates that stand for principals. */
  readonly certificates: CertificateClient;
  /** Keys, with what is known of them. */
  readonly keys: KeyClient;
  /** How the service is, and what it was started with. */
  readonly service: ServiceClient;
  /** Short-lived credentials. */
  readonly sessions: SessionClient;
  /** Who may do what, and why. */
  readonly access: AccessClient;
  /** Where incidents are told. */
  readonly channels: ChannelClient;
  /** What is taken out of the record, to be shown to others. */
  readonly evidence: EvidenceClient;
  /** The record at a glance. */
  readonly record: RecordClient;
  /** What is looked for in the record. */
  readonly rules: RuleClient;
  /** What nobody is told of for a while. */
  readonly suppressions: SuppressionClient;
  /** What was found in the record, and what people make of it. */
  readonly incidents: IncidentClient;

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

/** Makes a client that signs its requests. It keeps no connection and no state but derived signing keys. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  return new TransportedClient(signedTransport(options), options.timeoutMs);
}

/** Makes a client that leaves it to a transport to say whose its requests are. */
export function createApiClientOver(transport: Transport, timeoutMs?: number): ApiClient {
  return new TransportedClient(transport, timeoutMs);
}

class TransportedClient implements ApiClient {
  readonly #send: Transport;
  readonly #timeoutMs: number;
  readonly organization: OrganizationClient;
  readonly certificates: CertificateClient;
  readonly keys: KeyClient;
  readonly service: ServiceClient;
  readonly sessions: SessionClient;
  readonly access: AccessClient;
  readonly evidence: EvidenceClient;
  readonly record: RecordClient;
  readonly rules: RuleClient;
  readonly suppressions: SuppressionClient;
  readonly incidents: IncidentClient;
  readonly playbooks: RemediationClients['playbooks'];
  readonly responseSettings: RemediationClients['responseSettings'];
  readonly functions: RemediationClients['functions'];
  readonly remediations: RemediationClients['remediations'];
  readonly quarantines: RemediationClients['quarantines'];
  readonly channels: ChannelClient;

  constructor(transport: Transport, timeoutMs: number = timeoutMsDefault) {
    this.#send = transport;
    this.#timeoutMs = timeoutMs;
    const ask: Ask = (request, schema, callOptions) => this.#json(request, schema, callOptions);
    this.organization = organizationClient(ask);
    this.certificates = certificateClient(ask);
    this.keys = keyClient(ask);
    this.service = serviceClient(ask);
    this.sessions = sessionClient(ask);
    this.evidence = evidenceClient(ask);
    this.record = recordClient(ask);
    this.rules = ruleClient(ask, (request, callOptions) => this.#stream(request, readLines, callOptions));
    this.suppressions = suppressionClient(ask);
    this.incidents = incidentClient(ask);
    const { functions, playbooks, quarantines, remediations, responseSettings } = remediationClients(ask);
    this.functions = functions;
    this.playbooks = playbooks;
    this.quarantines = quarantines;
    this.remediations = remediations;
    this.responseSettings = responseSettings;
    this.channels = channelClient(ask);
    this.access = accessClient(ask, (request, callOptions) => this.#stream(request, readLines, callOptions));
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

  getPrincipalConsequences(
    name: string,
    query?: ConsequencesQuery,
    options?: CallOptions,
  ): Promise<PrincipalConsequences> {
    const path = ['v1', 'principals', name, 'consequences'];
    return this.#json({ method: 'GET', path, query: daysTexts(query) }, principalConsequencesSchema, options);
  }

  disablePrincipal(name: string, options?: ForceQuery & CallOptions): Promise<PrincipalDetail> {
    const path = ['v1', 'principals', name, 'disable'];
    return this.#json({ method: 'POST', path, query: forceTexts(options) }, principalDetailSchema, options);
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
    const request: ApiRequest = { method: 'PUT', path, query: forceTexts(options), body: { document } };
    return this.#json(request, principalDetailSchema, options);
  }

  deletePrincipalPolicy(
    name: string,
    policyName: string,
    options?: ForceQuery & CallOptions,
  ): Promise<PrincipalDetail> {
    const path = ['v1', 'principals', name, 'policies', policyName];
    return this.#json({ method: 'DELETE', path, query: forceTexts(options) }, principalDetailSchema, options);
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
    return this.#json({ method: 'POST', path, query: forceTexts(options) }, credentialSummarySchema, options);
  }

  enableCredential(accessKeyId: string, options?: CallOptions): Promise<CredentialSummary> {
    const path = ['v1', 'credentials', accessKeyId, 'enable'];
    return this.#json({ method: 'POST', path }, credentialSummarySchema, options);
  }

  deleteCredential(accessKeyId: string, options?: ForceQuery & CallOptions): Promise<CredentialSummary> {
    const path = ['v1', 'credentials', accessKeyId];
    return this.#json(
      { method: 'DELETE', path, query: forceTexts(options) },
      credentialSummarySchema,
      options,
    );
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

  tailEvents(query: EventTailQuery, options?: CallOptions): AsyncGenerator<IndexedEvent> {
    const request: ApiRequest = { method: 'GET', path: ['v1', 'events', 'tail'], query: queryTexts(query) };
    return this.#stream(request, readTail, options);
  }

  readonly logFetch: LogFetch = (path) => {
    const request: ApiRequest = { method: 'GET', path: ['log', ...path.split('/')] };
    return this.#answer(request, async (response) => {
      if (response.status !== 404) return readSuccess(response);
      await response.body?.cancel();
      return null;
    });
  };

  /** A request whose answer goes on for as long as the service is not silent. */
  async *#stream<Line>(
    request: ApiRequest,
    read: (response: Response, onPiece: () => void) => AsyncGenerator<Line>,
    options?: CallOptions,
  ): AsyncGenerator<Line> {
    const silence = new SilenceAlarm(streamSilenceMsMax);
    const signals = [silence.signal, ...(options?.signal === undefined ? [] : [options.signal])];
    try {
      const response = await this.#send({ ...request, signal: AbortSignal.any(signals) });
      await requireSuccess(response);
      yield* read(response, () => silence.postpone());
    } finally {
      silence.stop();
    }
  }

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
