import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { RateLimit } from './rate-limit.ts';
import type { Witness, WitnessAnswer } from './witness.ts';

/** Where and how a witness is served. */
export interface WitnessServerOptions {
  readonly witness: Witness;
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  readonly requestsPerSecond: number;
}

/** A witness that takes requests. */
export interface WitnessServer {
  readonly port: number;
  /** Answers what has begun, and ends. */
  stop(): Promise<void>;
}

/** Room for 63 hashes and a dozen ML-DSA-44 signatures. */
const bodyBytesMax = 64 * 1024;
const requestMsMax = 10_000;
const connectionsMax = 256;
const burstSeconds = 4;
const stopMsMax = 5_000;

const text = 'text/plain; charset=utf-8';
const monitoringPath = /^\/([0-9a-f]{64})\/checkpoint$/;

/** Serves a witness over HTTP (tlog-witness, "HTTP Interface"), with one prefix for submission and monitoring. */
export async function serveWitness(options: WitnessServerOptions): Promise<WitnessServer> {
  const { witness, requestsPerSecond: perSecond } = options;
  const limit = new RateLimit({ perSecond, burst: perSecond * burstSeconds, nowMs: () => performance.now() });
  const listener: RequestListener = (request, response) => {
    answer(witness, limit, request)
      .catch((): WitnessAnswer => plain(400, 'the request broke off'))
      .then((answered) => send(response, answered))
      .catch(() => response.destroy());
  };
  const limits = { requestTimeout: requestMsMax, headersTimeout: requestMsMax };
  const server =
    options.tls === undefined
      ? createServer(limits, listener)
      : createTlsServer({ ...limits, ...options.tls }, listener);
  server.maxConnections = connectionsMax;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  return { port: portOf(server), stop: () => stop(server) };
}

async function answer(witness: Witness, limit: RateLimit, request: IncomingMessage): Promise<WitnessAnswer> {
  const path = request.url ?? '/';
  if (path === '/add-checkpoint') {
    if (request.method !== 'POST') return plain(405, 'only POST is answered here');
    if (!limit.take(request.socket.remoteAddress ?? '')) return plain(429, 'too many requests');
    const body = await readBody(request);
    return body === undefined ? plain(413, 'the request is too long') : witness.add(body);
  }
  if (request.method !== 'GET') return plain(405, 'only GET is answered here');
  if (path === '/health') return health(witness);
  const hash = monitoringPath.exec(path)?.[1];
  const cosigned = hash === undefined ? undefined : witness.cosigned(hash);
  return cosigned === undefined
    ? plain(404, 'there is no such checkpoint here')
    : { status: 200, type: text, body: cosigned };
}

/** `undefined` for a body that is too long, of which the rest is not read. */
async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> = request;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > bodyBytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function health(witness: Witness): WitnessAnswer {
  const logs = witness.logs().map(({ origin, latest }) => ({ origin, size: latest?.size ?? 0 }));
  return { status: 200, type: 'application/json', body: `${JSON.stringify({ status: 'ok', logs })}\n` };
}

function plain(status: number, message: string): WitnessAnswer {
  return { status, type: text, body: `${message}\n` };
}

function send(response: ServerResponse, { status, type, body }: WitnessAnswer): void {
  // After a body that was not read to its end the connection is of no more use.
  const closes = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...closes });
  response.end(body);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), stopMsMax);
  await closed;
  clearTimeout(late);
}
