import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const mainFile = resolve(import.meta.dirname, '../main.ts');
const manyFile = resolve(import.meta.dirname, 'command-lines-process.test-kit.ts');
/** Most of the time of a short run is reading TypeScript, so what was read is kept. */
const compileCache = resolve(import.meta.dirname, '../../../../.build/compile-cache');
const runMsMax = 60_000;

/** How a run of the command line ended. */
export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a run may be given besides its arguments. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** What the process of all command lines is sent. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** What it sends back: how the command ended, and what would have kept a process of its own from ending. */
export interface CommandLineEnd extends Run {
  readonly left: readonly string[];
}

let shared: ChildProcess | undefined;
let last: Promise<unknown> = Promise.resolve();

/**
 * Runs the command line with nothing of this process's environment but the path: one after another in one process that
 * all tests share, because a process for each takes far longer to start than to run. A command that leaves something
 * behind that would keep its process from ending is an error.
 */
export function runKeywitness(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const line = { args, env: environment(options), cwd: options.cwd ?? process.cwd() };
  const run = last.then(() => runShared(line));
  last = run.catch(() => undefined);
  return run;
}

/** The same in a process of its own: for what ends its process by itself, or depends on how it was started. */
export async function runKeywitnessAlone(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [mainFile, ...args], {
    env: environment(options),
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: AbortSignal.timeout(runMsMax),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const exit = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { code: child.exitCode, stdout, stderr };
}

async function runShared(line: CommandLine): Promise<Run> {
  const child = (shared ??= startShared());
  const name = `\`keywitness ${line.args.join(' ')}\``;
  const { promise, resolve: done, reject } = Promise.withResolvers<CommandLineEnd>();
  const fail = (why: string): void => reject(new Error(`${name} ${why}`));
  const ended = (): void => fail('ended the process of all command lines');
  const timer = setTimeout(() => fail(`took more than ${runMsMax} ms`), runMsMax);
  child.once('exit', ended);
  child.once('message', done);
  child.channel?.ref();
  child.send(line);
  try {
    const { left, ...run } = await promise;
    if (left.length > 0) throw new Error(`${name} would not end: ${left.join(', ')}`);
    return run;
  } catch (error) {
    child.kill('SIGKILL');
    shared = undefined;
    throw error;
  } finally {
    clearTimeout(timer);
    child.off('exit', ended);
    child.off('message', done);
    child.channel?.unref();
  }
}

/** It ends with this process, and keeps it from ending only while a command runs. */
function startShared(): ChildProcess {
  const child = fork(manyFile, {
    env: environment({}),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.unref();
  process.once('exit', () => child.kill('SIGKILL'));
  return child;
}

function environment(options: RunOptions): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: '/nonexistent',
    // Nothing is remembered from run to run unless a test asks for it.
    KEYWITNESS_STATE_DIR: '/dev/null/none',
    TZ: 'UTC',
    NODE_COMPILE_CACHE: compileCache,
    ...options.env,
  };
}

/** A folder for a test, which removes it when it is disposed of. */
export function temporaryFolder(): Disposable & { readonly path: string; file(name: string): string } {
  const path = mkdtempSync(join(tmpdir(), 'keywitness-cli-'));
  return {
    path,
    file: (name) => join(path, name),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
