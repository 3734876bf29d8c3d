import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const SERVER = 'packages/server/src/main/start.ts';
const LINES_MAX = 200;

/** An access key with the region that goes with it. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server in a process of its own. */
export interface RunningServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly port: number;
  readonly process: ChildProcess;
  /** What it has printed so far, a line each, on both streams. */
  readonly lines: readonly string[];
  readonly account: string;
  /** The administrator's access key; only the first start on a data directory prints one. */
  readonly administrator: AccessKey | undefined;
  /** Ends it with SIGTERM, or another signal, and answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a server and waits until it says where it serves. Rejects with what it printed when it does not. */
export async function startServer(
  dataDirectory: string,
  flags: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const args = [SERVER, '--data-dir', dataDirectory, '--listen', '127.0.0.1:0', ...flags];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  const lines: string[] = [];
  await Promise.race([greeted(child, lines), once(child, 'exit')]);
  // What it complains of, also in the greeting's time, may quote other addresses.
  const text = lines.filter((line) => !line.startsWith('keywitness: ')).join('\n');
  const find = (pattern: RegExp): string | undefined => pattern.exec(text)?.[1];
  const endpoint = find(/(https?:\/\/127\.0\.0\.1:[0-9]+)/);
  // A refusal to start may quote addresses too.
  if (endpoint === undefined || !lines.includes('Ready.')) {
    throw new Error(`the server did not start:\n${lines.join('\n')}`);
  }
  const accessKeyId = find(/AWS_ACCESS_KEY_ID=(\S+)/);
  const secretAccessKey = find(/AWS_SECRET_ACCESS_KEY=(\S+)/);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return {
    endpoint,
    port: Number(endpoint.slice(endpoint.lastIndexOf(':') + 1)),
    process: child,
    lines,
    account: find(/serves account ([0-9]{12})/) ?? '',
    administrator:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/** A new folder that is gone when the test ends. */
export function temporaryFolder(): AsyncDisposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'keywitness-test-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

async function greeted(child: ChildProcess, lines: string[]): Promise<void> {
  if (child.stdout === null || child.stderr === null) throw new TypeError('the process has no output');
  const done = Promise.withResolvers<undefined>();
  const take = (line: string): void => {
    lines.push(line);
    if (lines.length > LINES_MAX) lines.shift();
    if (line === 'Ready.') done.resolve(undefined);
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  await done.promise;
}
