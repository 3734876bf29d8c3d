import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const mainFile = resolve(import.meta.dirname, '../main.ts');
/** Most of the time of a start is reading TypeScript, so what was read is kept. */
const compileCache = resolve(import.meta.dirname, '../../../../.build/compile-cache');

/** A command that goes on until it is stopped. */
export interface RunningCommand extends AsyncDisposable {
  /** Resolves with the first line of its standard output that has this in it. */
  readonly line: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** How it ended by itself. */
  readonly ended: Promise<{ readonly code: number | null; readonly stderr: string }>;
  /** Ends it, and answers the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts the command line in a process of its own, with nothing of this one's environment but the path. */
export function startKeywitness(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningCommand {
  const child = spawn(process.execPath, [mainFile, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', NODE_COMPILE_CACHE: compileCache, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exit = once(child, 'close');
  const complaints = text(child.stderr);
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const each of waiting) each();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  const ended = (async () => {
    const [, stderr] = await Promise.all([exit, complaints]);
    wake();
    return { code: child.exitCode, stderr };
  })();
  const line = async (pattern: RegExp): Promise<RegExpExecArray> => {
    for (;;) {
      const found = lines.map((each) => pattern.exec(each)).find((each) => each !== null);
      if (found !== undefined && found !== null) return found;
      if (child.exitCode !== null) throw new Error(`it ended: ${(await ended).stderr}`);
      const { promise, resolve: woken } = Promise.withResolvers<undefined>();
      const callback = (): void => woken(undefined);
      waiting.add(callback);
      await promise;
      waiting.delete(callback);
    }
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return (await ended).code;
  };
  return {
    line,
    ended,
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
    },
  };
}
