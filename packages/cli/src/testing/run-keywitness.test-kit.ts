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

/** Runs the command line in a process of its own, with nothing of this one's environment but the path. */
export async function runKeywitness(args: readonly string[], options: RunOptions = {}): Promise<Run> {
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

/** A process that runs command lines one after another. */
export interface CommandLines extends AsyncDisposable {
  run(args: readonly string[]): Promise<Run>;
}

/**
 * Starts a process for many command lines, because a process for each takes far longer to start than to run. What
 * ends a process by itself, or depends on how it was started, needs {@link runKeywitness}.
 */
export function startCommandLines(options: RunOptions = {}): CommandLines {
  const child = fork(manyFile, {
    env: environment(options),
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const closed = once(child, 'close');
  return {
    run: (args) => runIn(child, args),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function runIn(child: ChildProcess, args: readonly string[]): Promise<Run> {
  const { promise, resolve: done, reject } = Promise.withResolvers<Run>();
  const ended = (): void => reject(new Error(`the process ended in \`keywitness ${args.join(' ')}\``));
  child.once('exit', ended);
  child.once('message', (run: Run) => {
    child.off('exit', ended);
    done(run);
  });
  child.send(args);
  return promise;
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
