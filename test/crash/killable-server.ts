import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const SERVER = 'packages/server/src/main/start.ts';

/** A server in a process that may be killed at any moment, also before it serves. */
export class KillableServer {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #exit: Promise<unknown>;
  readonly #ready = Promise.withResolvers<undefined>();

  constructor(dataDirectory: string) {
    const args = [SERVER, '--data-dir', dataDirectory, '--listen', '127.0.0.1:0'];
    this.#child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#exit = once(this.#child, 'exit');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#take(line));
    }
  }

  /** Resolves with the port once it serves. Rejects with what it printed when it ends before. */
  async port(): Promise<number> {
    const started = await Promise.race([this.#ready.promise.then(() => true), this.#exit.then(() => false)]);
    const port = /127\.0\.0\.1:([0-9]+)/.exec(this.output)?.[1];
    if (!started || port === undefined) throw new Error(`the server did not start:\n${this.output}`);
    return Number(port);
  }

  /** What it has printed. */
  get output(): string {
    return this.#lines.join('\n');
  }

  /** Whether it has ended by itself. */
  get ended(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (!this.ended) this.#child.kill(signal);
    await this.#exit;
  }

  /** Resolves when it has ended, with its exit code. */
  async exitCode(): Promise<number | null> {
    await this.#exit;
    return this.#child.exitCode;
  }

  #take(line: string): void {
    this.#lines.push(line);
    if (line === 'Ready.') this.#ready.resolve(undefined);
  }
}
