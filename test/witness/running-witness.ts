import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const commandLine = 'packages/cli/src/main.ts';
const runMsMax = 60_000;

/** How a command has ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A witness in a process of its own, with a folder that outlives the process. */
export interface RunningWitness extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly process: ChildProcess;
  readonly verifierKeys: readonly string[];
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Runs the command line to its end. Its memory is in a folder of `stateFolder`, so that runs do not share one. */
export async function keywitness(args: readonly string[], stateFolder: string): Promise<CommandRun> {
  const child = spawn(process.execPath, [commandLine, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KEYWITNESS_STATE_DIR: stateFolder },
    signal: AbortSignal.timeout(runMsMax),
  });
  const closed = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code: child.exitCode, stdout, stderr };
}

/** Makes the keys of a witness and starts it. */
export async function startWitness(name: string, logKeyFile: string, port = 0): Promise<RunningWitness> {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-witness-'));
  const made = await keywitness(['witness', 'init', '--dir', folder, '--name', name], folder);
  if (made.code !== 0) throw new Error(made.stderr);
  return serveWitness(folder, logKeyFile, port);
}

/** Starts a witness on a folder that has its keys. */
export async function serveWitness(folder: string, logKeyFile: string, port = 0): Promise<RunningWitness> {
  const args = [
    'witness',
    'serve',
    '--dir',
    folder,
    '--log-key',
    logKeyFile,
    '--listen',
    `127.0.0.1:${port}`,
  ];
  const child = spawn(process.execPath, [commandLine, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const ready = Promise.withResolvers<undefined>();
  const take = (line: string): void => {
    lines.push(line);
    if (line === 'Ready.') ready.resolve(undefined);
  };
  createInterface({ input: child.stdout }).on('line', take);
  createInterface({ input: child.stderr }).on('line', take);
  await Promise.race([ready.promise, once(child, 'exit')]);
  const url = lines.map((line) => /^serves +(\S+)$/.exec(line)?.[1]).find((found) => found !== undefined);
  if (url === undefined) throw new Error(`the witness did not start:\n${lines.join('\n')}`);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGCONT');
      child.kill(signal);
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return {
    url,
    folder,
    process: child,
    verifierKeys: readFileSync(join(folder, 'witness.vkey'), 'utf8').trim().split('\n'),
    stop,
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Lines of a trust policy (C2SP tlog-policy): each witness by both of its keys, and N of them. */
export function policyOf(
  witnesses: readonly { readonly url: string; readonly verifierKeys: readonly string[] }[],
  quorum: number,
  logKeys: readonly string[] = [],
): string {
  const groups = witnesses.map(({ url, verifierKeys }, position) => {
    const names = verifierKeys.map((_vkey, index) => `w${position}-${index}`);
    const lines = verifierKeys.map((vkey, index) => `witness w${position}-${index} ${vkey} ${url}`);
    return [...lines, `group w${position} any ${names.join(' ')}`].join('\n');
  });
  const all = witnesses.map((_witness, position) => `w${position}`).join(' ');
  const logs = logKeys.map((vkey) => `log ${vkey}`);
  return [...logs, ...groups, `group all-of-them ${quorum} ${all}`, 'quorum all-of-them', ''].join('\n');
}
