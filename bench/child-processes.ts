import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import type { LoadOrder } from './load-process.ts';
import type { LoadResult } from './load-generator.ts';
import { startServer } from '../test/running-server.ts';
import type { Signer } from './sign-requests.ts';

const LINES_MAX = 100;

/** A process under test, with the port that it serves on. */
export interface Served extends AsyncDisposable {
  readonly port: number;
  readonly process: ChildProcess;
}

/** A running server with its administrator's access key. */
export interface ServedKeywitness extends Served {
  readonly signer: Signer;
}

/**
 * Starts a yardstick: `echo-server` answers each request with its own bytes, `floor-server` does so after the calls
 * into OpenSSL that a signed Encrypt cannot do without.
 */
export async function startYardstick(name: 'echo-server' | 'floor-server'): Promise<Served> {
  const child = spawn(process.execPath, [`bench/${name}.ts`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await linesUntil(child, (text) => /^[0-9]+$/.test(text));
  return { port: Number(line), process: child, [Symbol.asyncDispose]: () => stop(child) };
}

/** Starts a server on a new data directory. */
export async function startKeywitness(
  dataDirectory: string,
  flags: readonly string[] = [],
): Promise<ServedKeywitness> {
  const server = await startServer(dataDirectory, flags);
  if (server.administrator === undefined) throw new TypeError('the data directory is not new');
  const signer = { ...server.administrator, region: 'us-east-1', host: `127.0.0.1:${server.port}` };
  return { ...server, signer, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Runs the load generator in a process of its own. */
export async function load(
  order: Omit<LoadOrder, 'requests'>,
  requests: readonly Buffer[],
): Promise<LoadResult> {
  const child = spawn(process.execPath, ['bench/load-process.ts'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const whole: LoadOrder = { ...order, requests: requests.map((request) => request.toString('base64')) };
  child.stdin.end(JSON.stringify(whole));
  return parseResult(await textOf(child.stdout));
}

/** Reads lines from a process's standard output up to the one that is waited for. */
async function linesUntil(
  child: ChildProcess,
  isLast: (line: string) => boolean,
): Promise<readonly string[]> {
  const lines: string[] = [];
  if (child.stdout === null) throw new TypeError('the process has no standard output');
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (isLast(line)) {
      child.stdout.resume();
      return lines;
    }
    if (lines.length > LINES_MAX) break;
  }
  throw new TypeError(`the process did not say what was waited for, but:\n${lines.join('\n')}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function parseResult(json: string): LoadResult {
  const result: unknown = JSON.parse(json);
  if (isResult(result)) return result;
  throw new TypeError('the load generator gave no result');
}

function isResult(value: unknown): value is LoadResult {
  return typeof value === 'object' && value !== null && 'perSecond' in value;
}
