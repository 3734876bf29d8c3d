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

/** An answer in HTTP's words. */
export interface TextAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Something that is asked over HTTP: texts are posted to one path and got from others. */
export interface TextService {
  /** The path that is posted to. */
  readonly submissionPath: string;
  /** Never rejects. */
  readonly submit: (body: Uint8Array) => Promise<TextAnswer>;
  /** What is at a path; `undefined` for nothing. */
  readonly find: (path: string) => TextAnswer | undefined;
}

/** Where a service listens. */
export interface Listening {
  readonly host: string;
  /** 0 for one that is free. */
  readonly port: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
  /** Submissions of one address; four times as many at once. */
  readonly requestsPerSecond: number;
}

/** A service that takes requests. */
export interface TextServer {
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

/** The type of plain answers. */
export const plainType = 'text/plain; charset=utf-8';

/** Serves a service, within limits that keep one client from using it up. */
export async function serveText(service: TextService, options: Listening): Promise<TextServer> {
  const { requestsPerSecond: perSecond } = options;
  const limit = new RateLimit({ perSecond, burst: perSecond * burstSeconds, nowMs: () => performance.now() });
  const listener: RequestListener = (request, response) => {
    answer(service, limit, request)
      .catch((): TextAnswer => plainAnswer(400, 'the request broke off'))
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

/** One line of text. */
export function plainAnswer(status: number, message: string): TextAnswer {
  return { status, type: plainType, body: `${message}\n` };
}

async function answer(service: TextService, limit: RateLimit, request: IncomingMessage): Promise<TextAnswer> {
  const path = request.url ?? '/';
  if (path === service.submissionPath) {
    if (request.method !== 'POST') return plainAnswer(405, 'only POST is answered here');
    if (!limit.take(request.socket.remoteAddress ?? '')) return plainAnswer(429, 'too many requests');
    const body = await readBody(request);
    return body === undefined ? plainAnswer(413, 'the request is too long') : service.submit(body);
  }
  if (request.method !== 'GET') return plainAnswer(405, 'only GET is answered here');
  return service.find(path) ?? plainAnswer(404, 'there is no such checkpoint here');
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

function send(response: ServerResponse, { status, type, body, headers }: TextAnswer): void {
  // After a body that was not read to its end the connection is of no more use.
  const closes = status === 413 ? { connection: 'close' } : {};
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store', ...headers, ...closes });
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
