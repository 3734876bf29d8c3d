import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const readyLine = 'Ready.';
const startMsMax = 30_000;
const stopMsMax = 10_000;

/** An access key, in the environment's own names. */
export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** A server of the demo's own, on a port that was free. */
export interface DemoServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  readonly administrator: AccessKey;
}

/** Starts the real server on an empty data directory, and reads what it prints at its first start. */
export async function startDemoServer(dataDirectory: string): Promise<DemoServer> {
  const child = spawn(
    process.execPath,
    ['packages/server/src/main/start.ts', '--data-dir', dataDirectory, '--listen', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const killAtExit = (): unknown => child.kill();
  process.once('exit', killAtExit);
  child.once('exit', () => process.off('exit', killAtExit));
  try {
    const settings = await readGreeting(child);
    return {
      endpoint: settings('AWS_ENDPOINT_URL'),
      region: settings('AWS_DEFAULT_REGION'),
      administrator: {
        accessKeyId: settings('AWS_ACCESS_KEY_ID'),
        secretAccessKey: settings('AWS_SECRET_ACCESS_KEY'),
      },
      [Symbol.asyncDispose]: () => stop(child),
    };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

type Server = ChildProcessByStdio<null, Readable, null>;

/** The lines `export NAME=value`, up to the line that says that requests are served. */
async function readGreeting(child: Server): Promise<(name: string) => string> {
  const values = new Map<string, string>();
  const lines = createInterface({ input: child.stdout });
  const deadline = setTimeout(() => lines.close(), startMsMax);
  for await (const line of lines) {
    if (line === readyLine) break;
    const groups = /^\s*export (?<name>\w+)=(?<value>\S+)$/.exec(line)?.groups;
    values.set(groups?.['name'] ?? '', groups?.['value'] ?? '');
  }
  clearTimeout(deadline);
  child.stdout.resume();
  return (name) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the server did not print \`${name}\``);
    return value;
  };
}

async function stop(child: Server): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const deadline = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
  clearTimeout(deadline);
}
