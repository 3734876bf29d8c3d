import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Schedule } from '../../core/operations/index.ts';

const WAIT_MS_MAX = 20_000;

/** A request as a receiver got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly json: Readonly<Record<string, unknown>>;
}

/** How a receiver answers; `hang` takes the request and says nothing. */
export type Reply =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  | 'hang';

/** A receiver of webhooks on loopback, that keeps what it is sent. */
export class HttpReceiver implements AsyncDisposable {
  readonly requests: Received[] = [];
  /** How it answers, by the number of the request, from 0. */
  reply: (number: number) => Reply = () => ({ status: 200, body: 'ok' });
  readonly #server: Server & { closeAllConnections(): void };
  readonly #hanging: ServerResponse[] = [];

  constructor(tls?: { readonly cert: string; readonly key: string }) {
    const take = (request: IncomingMessage, response: ServerResponse): void => {
      this.#take(request, response).catch((error: unknown) =>
        response.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    };
    this.#server = tls === undefined ? createServer(take) : createTlsServer(tls, take);
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  get port(): number {
    return portOf(this.#server);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  /** Answers everybody who was let hang. */
  release(status = 200): void {
    for (const response of this.#hanging.splice(0)) response.writeHead(status).end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const number = this.requests.length;
    this.requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body,
      json: objectOf(body),
    });
    const reply = this.reply(number);
    if (reply === 'hang') this.#hanging.push(response);
    else response.writeHead(reply.status, reply.headers).end(reply.body ?? '');
  }
}

/** The port that a server listens on. */
export function portOf(server: Pick<Server, 'address'>): number {
  const address: AddressInfo | string | null = server.address();
  return address === null || typeof address === 'string' ? 0 : address.port;
}

/** A JSON object, or an empty one. */
export function objectOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whether a value has members. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A clock that the test moves. What is due at once runs in the next turn of the loop. */
export class VirtualClock {
  nowMs: number = Date.parse('2030-01-01T12:00:00.000Z');
  #tasks: { readonly dueMs: number; readonly task: () => void }[] = [];

  readonly schedule: Schedule = (delayMs, task) => {
    if (delayMs <= 0) setImmediate(task);
    else this.#tasks.push({ dueMs: this.nowMs + delayMs, task });
  };

  /** Moves on, and runs what is due by then. */
  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.#tasks.filter(({ dueMs }) => dueMs <= this.nowMs).sort((a, b) => a.dueMs - b.dueMs);
    this.#tasks = this.#tasks.filter(({ dueMs }) => dueMs > this.nowMs);
    for (const { task } of due) task();
  }

  /**
   * Goes on to the next thing that is due, again and again, until something is so. Time stands still while the network is
   * busy: otherwise it would be over before anybody has answered.
   */
  async passUntil(isSo: () => boolean, isBusy: () => boolean, what: string): Promise<void> {
    for (const endMs = performance.now() + WAIT_MS_MAX; !isSo();) {
      if (performance.now() > endMs) throw new Error(`it did not come to: ${what}`);
      const next = Math.min(...this.#tasks.map(({ dueMs }) => dueMs));
      if (!isBusy() && Number.isFinite(next)) this.pass(Math.max(1, next - this.nowMs));
      await turn();
    }
  }
}

/** Waits until something is so that only the network decides. */
export async function until(isSo: () => boolean, what: string): Promise<void> {
  for (const endMs = performance.now() + WAIT_MS_MAX; !isSo();) {
    if (performance.now() > endMs) throw new Error(`it did not come to: ${what}`);
    await turn();
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
