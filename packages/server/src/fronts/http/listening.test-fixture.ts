import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { systemEntropy } from '../../core/crypto/index.ts';
import type { AttemptRequest, FrontRefusal } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest, Route } from './exchange.ts';
import { elsewhere, Listener, type ListenerOptions, standardLimits } from './index.ts';

export const DEADLINE_MS = 20_000;

export interface Fixture extends AsyncDisposable {
  readonly listener: Listener;
  readonly port: number;
  readonly recorded: (FrontRefusal & { readonly attempt: AttemptRequest })[];
  readonly faults: unknown[];
}

/** What a test adds. */
type Additions = Partial<Pick<ListenerOptions, 'nowMs' | 'routes' | 'tls' | 'trustedProxies'>> & {
  readonly limits?: Partial<typeof standardLimits>;
};

/** A listener with an echo route at `/echo` that takes 1,000 bytes, and what else a test adds. */
export async function listening({ limits, routes = [], ...additions }: Additions = {}): Promise<Fixture> {
  const recorded: Fixture['recorded'][number][] = [];
  const faults: unknown[] = [];
  const refuse = async (
    attempt: AttemptRequest,
    refusal: FrontRefusal,
  ): Promise<{ eventId: string; index: number }> => {
    recorded.push({ ...refusal, attempt });
    return { eventId: `event-${recorded.length}`, index: recorded.length - 1 };
  };
  const listener = new Listener({
    routes: [...routes, echoRoute()],
    elsewhere: elsewhere(refuse),
    limits: { ...standardLimits, ...limits },
    entropy: systemEntropy(),
    monotonicMs: () => performance.now(),
    refuse,
    onFault: (error) => faults.push(error),
    nowMs: () => Date.now(),
    trustedProxies: [],
    ...additions,
  });
  const port = await listener.listen({ host: '127.0.0.1', port: 0, shared: false });
  return { listener, port, recorded, faults, [Symbol.asyncDispose]: () => listener.stop() };
}

function echoRoute(): Route {
  return routeAt('/echo', async ({ body }) => ({ status: 200, headers: { 'content-type': 'x/y' }, body }));
}

/** A route that answers whatever is asked at one path. */
export function routeAt(path: string, handle: (request: HttpRequest) => Promise<HttpAnswer>): Route {
  return {
    name: path,
    protocol: { front: 'aws', service: 'kms', operation: '-' },
    matches: (_method, wanted) => wanted === path,
    bodyBytesMax: 1000,
    handle,
    refuse: ({ status, code }) => ({ status, headers: { 'x-form': 'own' }, body: code }),
  };
}

/** Sends raw bytes and answers everything that comes back until the server closes. */
export async function exchange(port: number, bytes: Uint8Array | string, end = true): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', () => undefined);
  socket.write(bytes);
  if (end) socket.end();
  await closed(socket);
  return Buffer.concat(chunks).toString('latin1');
}

/** Waits until a connection is closed, with a deadline. */
export async function closed(socket: Socket): Promise<void> {
  const timer = setTimeout(() => socket.destroy(new Error('the server did not close')), DEADLINE_MS);
  if (!socket.closed) await once(socket, 'close');
  clearTimeout(timer);
}
