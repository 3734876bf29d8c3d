import { connect, type Socket } from 'node:net';

/** What one run of load did. Latencies are milliseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  /** Answers by status code. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** What to send, and how hard. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  /** Whole HTTP/1.1 requests, sent in turn; each connection has one outstanding at a time. */
  readonly requests: readonly Uint8Array[];
}

interface Tally {
  readonly latencies: Float64Array;
  count: number;
  readonly statuses: Record<string, number>;
}

const LATENCIES_MAX = 4_000_000;
const HEAD_END = Buffer.from('\r\n\r\n');
const CONTENT_LENGTH = /content-length: *([0-9]+)/i;

/** Sends requests over keep-alive connections for a while, one at a time on each. */
export async function applyLoad(load: Load): Promise<LoadResult> {
  const tally: Tally = { latencies: new Float64Array(LATENCIES_MAX), count: 0, statuses: {} };
  const startedAt = performance.now();
  const endsAt = startedAt + load.seconds * 1000;
  await Promise.all(
    Array.from({ length: load.connections }, (_, position) => runConnection(load, position, endsAt, tally)),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  const sorted = tally.latencies.subarray(0, tally.count).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return {
    requests: tally.count,
    seconds,
    perSecond: tally.count / seconds,
    p50: at(0.5),
    p99: at(0.99),
    max: at(1),
    statuses: tally.statuses,
  };
}

function runConnection(load: Load, position: number, endsAt: number, tally: Tally): Promise<undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
  let next = Math.floor((position / load.connections) * load.requests.length);
  let sentAt = 0;
  const send = (): void => {
    const request = load.requests[next % load.requests.length];
    if (request === undefined) throw new TypeError('there are no requests to send');
    next += 1;
    sentAt = performance.now();
    socket.write(request);
  };
  socket.on('connect', send);
  socket.on('error', reject);
  onResponses(socket, (status) => {
    const now = performance.now();
    tally.latencies[tally.count] = now - sentAt;
    tally.count += 1;
    tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
    if (now < endsAt && tally.count < LATENCIES_MAX) return send();
    socket.end();
    resolve(undefined);
  });
  return promise;
}

/** Calls back once for each whole response. Most arrive in one piece, so that is the fast path. */
function onResponses(socket: Socket, done: (status: string) => void): void {
  let pending: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    const headEnd = pending.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = pending.toString('latin1', 0, headEnd);
    const length = Number(CONTENT_LENGTH.exec(head)?.[1] ?? 0);
    if (pending.length < headEnd + HEAD_END.length + length) return;
    pending = pending.subarray(headEnd + HEAD_END.length + length);
    done(head.slice(9, 12));
  });
}
