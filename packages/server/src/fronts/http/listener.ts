import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { newRandomUuid } from '../../core/audit/index.ts';
import type { Entropy } from '../../core/crypto/index.ts';
import type { AttemptRequest, FrontRefusal, Recorded } from '../../core/operations/index.ts';
import { Clients, peerAddress, type Sender } from './client.ts';
import type { HttpAnswer, HttpRequest, Route } from './exchange.ts';
import { type Head, readHead } from './head.ts';
import type { HttpLimits } from './limits.ts';
import { readBody } from './read-body.ts';
import { answerTo, type Problem, problemOf, problems } from './problems.ts';
import { send } from './send.ts';
import { nodeTlsOptions, type TlsOptions } from './tls-options.ts';
import { type AddressRange, TrustedProxies } from './trusted-proxies.ts';

/** What a listener is made of. */
export interface ListenerOptions {
  readonly routes: readonly Route[];
  /** For requests that no route takes: how they are named and answered. */
  readonly elsewhere: Route;
  readonly limits: HttpLimits;
  readonly entropy: Entropy;
  readonly monotonicMs: () => number;
  readonly nowMs: () => number;
  /** Whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. */
  readonly trustedProxies: readonly AddressRange[];
  /** Records an attempt that HTTP itself refuses (G2). Rejects when that is not possible. */
  readonly refuse: (attempt: AttemptRequest, refusal: FrontRefusal) => Promise<Recorded>;
  /** Told of what is our own fault: never with a secret, since errors hold none (G8). */
  readonly onFault: (error: unknown) => void;
  readonly tls?: TlsOptions;
}

/** Where to listen. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Several threads listen on the same address. */
  readonly shared: boolean;
}

/**
 * The HTTP listener: limits first, then routes. Every request that it answers has been recorded, by the route that
 * took it or here; routes that say of themselves that they are not attempts on anything (health) are the exception.
 */
export class Listener {
  readonly #options: ListenerOptions;
  readonly #server: Server;
  readonly #clients: Clients;
  readonly #streams = new Set<ServerResponse>();
  /** Answers that each connection still waits for. */
  readonly #underWay = new WeakMap<Duplex, Set<ServerResponse>>();
  /** Connections whose end is decided: what else comes over them, or how they break off, is no further attempt. */
  readonly #refused = new WeakSet<Duplex>();
  #stopping = false;

  constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer(options);
    this.#clients = new Clients(new TrustedProxies(options.trustedProxies), options.nowMs);
    const { onFault } = options;
    this.#server.on('request', (request, response) => {
      this.#serve(request, response, false).catch(onFault);
    });
    this.#server.on('checkContinue', (request, response) => {
      this.#serve(request, response, true).catch(onFault);
    });
    this.#server.on('checkExpectation', (request, response) => {
      this.#refuseRequest(request, response, problems.expectation).catch(onFault);
    });
    this.#server.on('connect', (_request, socket) => {
      this.#refuseTunnel(socket).catch(onFault);
    });
    const refuseBroken = (error: Error, socket: Duplex): void => {
      this.#refuseSocket(problemOf(error), socket).catch(onFault);
    };
    this.#server.on('clientError', refuseBroken);
    this.#server.on('tlsClientError', refuseBroken);
    this.#server.on('drop', (details) => {
      const client = { address: peerAddress(details?.remoteAddress), port: details?.remotePort };
      this.#record(this.#attemptOf({ client, conditions: undefined }), problems.dropped).catch(onFault);
    });
  }

  /** Starts to listen; answers the port. */
  listen({ host, port, shared }: ListenOptions): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port, reusePort: shared, backlog: 1024 }, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new TypeError('the listener has no port'));
      });
    });
  }

  /** Takes no more connections, finishes what is under way, and closes; streams end. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    for (const response of this.#streams) response.destroy();
    const timer = setTimeout(() => this.#server.closeAllConnections(), this.#options.limits.drainTimeoutMs);
    await closed;
    clearTimeout(timer);
  }

  async #serve(request: IncomingMessage, response: ServerResponse, continues: boolean): Promise<void> {
    this.#noteUnderWay(request.socket, response);
    try {
      await this.#route(request, response, continues);
    } catch (error) {
      this.#options.onFault(error);
      response.destroy();
    }
  }

  #noteUnderWay(socket: Duplex, response: ServerResponse): void {
    const known = this.#underWay.get(socket);
    const own = known ?? new Set<ServerResponse>();
    if (known === undefined) this.#underWay.set(socket, own);
    own.add(response);
    response.once('close', () => own.delete(response));
  }

  async #route(request: IncomingMessage, response: ServerResponse, continues: boolean): Promise<void> {
    const { method = 'GET', url: target = '/', rawHeaders } = request;
    const query = target.indexOf('?');
    const path = query < 0 ? target : target.slice(0, query);
    const { routes, elsewhere } = this.#options;
    const route = routes.find((candidate) => candidate.matches(method, path)) ?? elsewhere;
    const head = readHead(request);
    const attempt = this.#attemptOf(this.#clients.sender(request, head.userAgent), route, head.justification);
    const problem = this.#refusalOf(attempt, request, head, route.bodyBytesMax);
    if (problem !== undefined) {
      await this.#answerProblem(request, response, route, attempt, problem);
      return;
    }
    if (continues) response.writeContinue();
    const reading = await readBody(request, route.bodyBytesMax);
    if (reading.kind === 'gone') return;
    if (reading.kind === 'too-large') {
      await this.#answerProblem(request, response, route, attempt, problems.body);
      return;
    }
    const answer = await this.#handle(route, { method, target, rawHeaders, body: reading.body, attempt });
    await this.#send(response, answer);
  }

  async #handle(route: Route, request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await route.handle(request);
    } catch (error) {
      this.#options.onFault(error);
      return answerTo(
        route,
        request.attempt,
        problems.fault,
        await this.#record(request.attempt, problems.fault),
      );
    }
  }

  #send(response: ServerResponse, answer: HttpAnswer): Promise<void> | undefined {
    const streaming = send(response, answer, this.#stopping);
    if (streaming === undefined) return undefined;
    if (this.#stopping) response.destroy();
    this.#streams.add(response);
    return streaming.finally(() => this.#streams.delete(response));
  }

  async #refuseRequest(request: IncomingMessage, response: ServerResponse, problem: Problem): Promise<void> {
    const route = this.#options.elsewhere;
    await this.#answerProblem(
      request,
      response,
      route,
      this.#attemptOf(this.#clients.sender(request, readHead(request).userAgent), route),
      problem,
    );
  }

  /** Answers, and closes: what the client still sends of such a request is of no interest. */
  async #answerProblem(
    request: IncomingMessage,
    response: ServerResponse,
    route: Route,
    attempt: AttemptRequest,
    problem: Problem,
  ): Promise<void> {
    request.pause();
    const answer = answerTo(route, attempt, problem, await this.#record(attempt, problem));
    await send(response, answer, true);
  }

  /**
   * Node lets go of a connection over which a tunnel is asked for: its errors, what else comes over it, and its end are ours.
   * Without a listener its reset would end the process; with bytes that nobody reads it would stay for ever, and a stop
   * with it.
   */
  async #refuseTunnel(socket: Duplex): Promise<void> {
    socket.on('error', () => socket.destroy());
    socket.resume();
    const deadline = setTimeout(() => socket.destroy(), this.#options.limits.drainTimeoutMs);
    socket.once('close', () => clearTimeout(deadline));
    await this.#refuseSocket(problems.connect, socket);
  }

  /**
   * What could not be parsed has no request to answer: the answer is written to the socket as it is, behind the answers
   * to whole requests that came before it. In the place of one of them it would be taken for that one's answer.
   */
  async #refuseSocket(problem: Problem | undefined, socket: Duplex): Promise<void> {
    if (this.#refused.has(socket)) return;
    if (problem === undefined) {
      socket.destroy();
      return;
    }
    this.#refused.add(socket);
    const route = this.#options.elsewhere;
    const attempt = this.#attemptOf(this.#peerOf(socket), route);
    const { status, headers, body } = answerTo(route, attempt, problem, await this.#record(attempt, problem));
    for (const earlier of this.#underWay.get(socket) ?? []) {
      if (earlier.req.complete) await closeOf(earlier);
    }
    if (!socket.writable || typeof body !== 'string') {
      socket.destroy();
      return;
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    const head = [
      `HTTP/1.1 ${status} ${problem.code}`,
      ...lines,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    socket.end(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n${body}`);
  }

  /** Where the problem was recorded; `undefined` when the ledger takes nothing at the moment. */
  async #record(attempt: AttemptRequest, problem: Problem): Promise<Recorded | undefined> {
    const { outcome, action, code, message } = problem;
    try {
      return await this.#options.refuse(attempt, { outcome, action, code, message });
    } catch (error) {
      this.#options.onFault(error);
      return undefined;
    }
  }

  #peerOf(socket: Duplex): Sender {
    return { client: this.#clients.peer(socket), conditions: undefined };
  }

  /** What is wrong with a request before its body is read. */
  #refusalOf(
    { client }: AttemptRequest,
    { rawHeaders }: IncomingMessage,
    { hasHost, announcedBytes }: Head,
    bodyBytesMax: number,
  ): Problem | undefined {
    const { tls, limits } = this.#options;
    if (tls?.clients?.required === true && client.certificate === undefined) return problems.certificate;
    if (rawHeaders.length > 2 * limits.headersMax) return problems.headers;
    if (!hasHost) return problems.host;
    return announcedBytes > bodyBytesMax ? problems.body : undefined;
  }

  #attemptOf(
    { client, conditions, isRelayed }: Sender,
    route: Route = this.#options.elsewhere,
    justification?: string,
  ): AttemptRequest {
    return {
      requestId: newRandomUuid(this.#options.entropy),
      client,
      ...(isRelayed === undefined ? {} : { isRelayed }),
      protocol: route.protocol,
      startedMs: this.#options.monotonicMs(),
      justification,
      ...(conditions === undefined ? {} : { conditions }),
    };
  }
}

/** Waits until an answer has been sent, or its connection is gone. */
function closeOf(response: ServerResponse): Promise<unknown> {
  return response.closed ? Promise.resolve() : new Promise((resolve) => response.once('close', resolve));
}

function createServer({ limits, tls }: ListenerOptions): Server {
  const options = {
    maxHeaderSize: limits.headBytesMax,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    connectionsCheckingInterval: Math.min(1000, limits.headTimeoutMs),
    keepAliveTimeout: limits.idleTimeoutMs,
    // A missing host is refused on the record, which Node by itself would not do.
    requireHostHeader: false,
    noDelay: true,
  };
  const server = tls === undefined ? createPlainServer(options) : createSecureServer(options, tls);
  // One more than is allowed, so that the refusal is ours to phrase.
  server.maxHeadersCount = limits.headersMax + 1;
  server.maxConnections = limits.connectionsMax;
  server.timeout = limits.stalledTimeoutMs;
  return server;
}

function createSecureServer(options: ServerOptions, tls: TlsOptions): Server {
  const server = createTlsServer({ ...options, ...nodeTlsOptions(tls) });
  // What is known of a client is known of its connection: nobody becomes somebody else in the middle of it.
  server.on('secureConnection', (socket) => socket.disableRenegotiation());
  return server;
}
