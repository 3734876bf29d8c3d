import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, type ServedKeywitness, startYardstick, startKeywitness } from './child-processes.ts';
import type { LoadResult } from './load-generator.ts';
import { signedRequest } from './sign-requests.ts';
import { hasWrk, runWrk } from './wrk.ts';

const CONNECTIONS = 32;
const BODIES = 512;
const ROUNDS = 5;
const WARM_UP_SECONDS = 8;

/** Encrypt over HTTP against two yardsticks, in turns in one run. Each is the median of its rounds. */
export interface ThroughputFigures {
  readonly echo: LoadResult;
  readonly floor: LoadResult;
  readonly encrypt: LoadResult;
  /** Encrypts per second relative to echoes per second. */
  readonly throughputRatio: number;
  /** The floor relative to the echo: what no server can exceed that has OpenSSL called by Node on one thread. */
  readonly floorRatio: number;
  /** Encrypts per second relative to the floor. */
  readonly throughputOfFloor: number;
  /** The 99th percentile of Encrypt relative to that of the echo. */
  readonly p99Ratio: number;
  /** The same two ratios with wrk in place of our own load generator, where it is installed. */
  readonly wrk?: { readonly throughputRatio: number; readonly p99Ratio: number };
}

/** Measures with rounds of `seconds` each. */
export async function measureThroughput(seconds: number): Promise<ThroughputFigures> {
  const directory = await mkdtemp(join(tmpdir(), 'keywitness-bench-'));
  try {
    await using echoServer = await startYardstick('echo-server');
    await using floorServer = await startYardstick('floor-server');
    await using server = await startKeywitness(directory);
    const requests = await encryptRequests(server);
    const ports = [echoServer.port, floorServer.port, server.port] as const;
    const run = (port: number, span: number): Promise<LoadResult> =>
      load({ connections: CONNECTIONS, seconds: span, port }, requests);
    for (const port of ports) await run(port, WARM_UP_SECONDS);
    const rounds: (readonly [LoadResult, LoadResult, LoadResult])[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push([
        await run(ports[0], seconds),
        await run(ports[1], seconds),
        requireSuccess(await run(ports[2], seconds)),
      ]);
    }
    const figures = figuresOf(
      median(rounds.map(([echo]) => echo)),
      median(rounds.map(([, floor]) => floor)),
      median(rounds.map(([, , encrypt]) => encrypt)),
    );
    return hasWrk() ? { ...figures, wrk: wrkRatios(ports[0], ports[2], seconds, requests) } : figures;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function wrkRatios(
  echoPort: number,
  serverPort: number,
  seconds: number,
  requests: readonly Buffer[],
): { readonly throughputRatio: number; readonly p99Ratio: number } {
  const span = Math.ceil(seconds);
  const echo = runWrk(echoPort, CONNECTIONS, span, requests);
  const encrypt = runWrk(serverPort, CONNECTIONS, span, requests);
  return { throughputRatio: encrypt.perSecond / echo.perSecond, p99Ratio: encrypt.p99 / echo.p99 };
}

function figuresOf(echo: LoadResult, floor: LoadResult, encrypt: LoadResult): ThroughputFigures {
  return {
    echo,
    floor,
    encrypt,
    throughputRatio: encrypt.perSecond / echo.perSecond,
    floorRatio: floor.perSecond / echo.perSecond,
    throughputOfFloor: encrypt.perSecond / floor.perSecond,
    p99Ratio: encrypt.p99 / echo.p99,
  };
}

/** Signed Encrypt requests with different plaintexts and encryption contexts, for a key made for the purpose. */
async function encryptRequests({ port, signer }: ServedKeywitness): Promise<readonly Buffer[]> {
  const at = new Date();
  const created = await call(port, signedRequest(signer, 'CreateKey', '{}', at));
  const keyId = /"KeyId":"([0-9a-f-]+)"/.exec(created)?.[1] ?? '';
  return Array.from({ length: BODIES }, (_, position) => {
    const body = {
      KeyId: keyId,
      Plaintext: Buffer.from(`record ${position} of a customer`).toString('base64'),
      EncryptionContext: { customer: String(4000 + position), purpose: 'files' },
    };
    return signedRequest(signer, 'Encrypt', JSON.stringify(body), at);
  });
}

/** Sends one signed request as it is, and answers the body. */
async function call(port: number, request: Buffer): Promise<string> {
  const text = request.toString('latin1');
  const headEnd = text.indexOf('\r\n\r\n');
  const headers = text
    .slice(0, headEnd)
    .split('\r\n')
    .slice(1)
    .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
    .filter(([name]) => name !== 'Host' && name !== 'Content-Length');
  const response = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers,
    body: text.slice(headEnd + 4),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the server answered ${response.status}: ${answer}`);
  return answer;
}

/** A server that refuses is not fast. */
function requireSuccess(result: LoadResult): LoadResult {
  const other = Object.entries(result.statuses).filter(([status]) => status !== '200');
  if (other.length > 0) throw new Error(`the server answered ${JSON.stringify(result.statuses)}`);
  return result;
}

function median(results: readonly LoadResult[]): LoadResult {
  const sorted = results.toSorted((left, right) => left.perSecond - right.perSecond);
  const middle = sorted[Math.floor(sorted.length / 2)];
  if (middle === undefined) throw new TypeError('there are no results');
  return middle;
}
