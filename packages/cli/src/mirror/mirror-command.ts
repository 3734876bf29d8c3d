import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { describeConflict } from '../evidence/index.ts';
import { exitCodes, type ExitCode, Failure, reasonOf } from '../failure.ts';
import { nodeFileOperations, withLockedFolder } from '../files/index.ts';
import { openLog, withSuitableCheckpoint } from '../log-source/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readTrust, type TrustOptions, withTrustOptions } from '../trust/index.ts';
import { Mirror, type MirrorOutcome } from './mirror.ts';

interface MirrorCommandOptions extends ConnectionOptions, TrustOptions {
  readonly log: string;
  readonly to: string;
  readonly once?: boolean;
  readonly interval: string;
}

/** The longest pause after failures. */
const pauseMsMax = 60_000;

/** `keywitness mirror`. */
export function addMirrorCommand(program: Command): void {
  const command = program
    .command('mirror')
    .summary('follow a log into a folder, verifying as it copies')
    .description(
      'Copies a published log into a folder and follows it. Nothing counts as copied before it leads to a root that is ' +
        'signed and extends what is there. Stops with 1 when the log contradicts itself, and keeps both signed ' +
        'checkpoints (`witness evidence --dir` shows them). The folder is a published log like the one it was copied ' +
        'from. It can be stopped at any time and goes on where it was.',
    )
    .requiredOption('--log <log>', 'a folder with a published log, or its URL')
    .requiredOption('--to <folder>', 'the folder to copy to');
  withTrustOptions(command)
    .option('--once', 'copy what is there now, and end')
    .option('--interval <seconds>', 'how often to look for more', '5');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness mirror --log https://kms.example.com:7443/log --key log.vkey --to /srv/mirror
  keywitness mirror --log data/log --key log.vkey --to backup/log --once`,
    )
    .action(async (options: MirrorCommandOptions) => {
      process.exitCode = await follow(options);
    });
}

async function follow(options: MirrorCommandOptions): Promise<ExitCode> {
  const keys = readTrust(options);
  const intervalMs = readInterval(options.interval);
  const source = withSuitableCheckpoint(await openLog(options.log, options), keys);
  const folder = resolve(options.to);
  makeFolder(folder);
  const mirror = new Mirror({ source, keys, folder, files: nodeFileOperations, timeMs: () => Date.now() });
  return withLockedFolder(folder, () => repeat(mirror, options, intervalMs));
}

async function repeat(mirror: Mirror, options: MirrorCommandOptions, intervalMs: number): Promise<ExitCode> {
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.abort());
  for (let failures = 0; !stopped.signal.aborted;) {
    const outcome = await attempt(mirror, options);
    const code = await tell(outcome, options.once === true);
    if (outcome.kind === 'conflict' || options.once === true) return code;
    failures = code === exitCodes.done ? 0 : failures + 1;
    const pauseMs = Math.max(intervalMs, Math.min(pauseMsMax, failures === 0 ? 0 : 1000 * 2 ** failures));
    await sleep(pauseMs, undefined, { signal: stopped.signal }).catch(ignoreAbort);
  }
  return exitCodes.done;
}

type Attempt = MirrorOutcome | { readonly kind: 'failed'; readonly reason: string };

/** A log that cannot be reached is tried again; a folder that cannot be used is not. */
async function attempt(mirror: Mirror, { log }: MirrorCommandOptions): Promise<Attempt> {
  try {
    return await mirror.step();
  } catch (error) {
    if (error instanceof Failure) throw error;
    return { kind: 'failed', reason: `could not copy \`${log}\`: ${reasonOf(error)}` };
  }
}

async function tell(outcome: Attempt, isOnce: boolean): Promise<ExitCode> {
  switch (outcome.kind) {
    case 'copied':
      await printLines([`copied      entries ${outcome.before} to ${outcome.size}`]);
      return exitCodes.done;
    case 'current':
      if (isOnce) await printLines([`current     ${outcome.size} entries`]);
      return exitCodes.done;
    case 'stale':
      if (isOnce) await printLines([`older       the log shows ${outcome.size} entries`]);
      return exitCodes.done;
    case 'altered':
      complain(`the log does not hold: ${outcome.reason}`);
      return exitCodes.doesNotHold;
    case 'conflict':
      complain(`EVIDENCE: ${describeConflict(outcome.conflict)}`);
      return exitCodes.doesNotHold;
    case 'failed':
      complain(outcome.reason);
      return exitCodes.couldNot;
  }
}

function complain(message: string): void {
  process.stderr.write(`keywitness: ${visible(message)}\n`);
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new Failure('could-not', `could not make \`${folder}\`: ${reasonOf(error)}`, { cause: error });
  }
}

function readInterval(seconds: string): number {
  if (!/^[0-9]{1,6}$/.test(seconds)) throw new Failure('usage', `\`${seconds}\` is not a number of seconds`);
  return 1000 * Number(seconds);
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
}
