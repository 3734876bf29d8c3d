import type { Command } from 'commander';
import {
  type CheckpointFields,
  LogError,
  type LogFetch,
  type LogProblem,
  type LogReport,
  openCheckpoint,
  type TrustedKeys,
  verifyLog,
  type VerifyLogOptions,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { printLines, startProgress, visible } from '../terminal/index.ts';
import { type StoreOptions, withStoreOptions } from '../object-store/index.ts';
import { openLog, withSuitableCheckpoint } from '../log-source/index.ts';
import { readBytes, writeNamedFile } from '../files/index.ts';
import {
  asksWitnesses,
  describeSignatures,
  hex,
  logOnly,
  readTrust,
  rememberCheckpoint,
  rememberedCheckpoint,
  type TrustOptions,
  withTrustOptions,
} from '../trust/index.ts';

interface VerifyOptions extends ConnectionOptions, TrustOptions, StoreOptions {
  readonly previous?: string;
  readonly trusted?: string;
  readonly save?: string;
  /** False with `--no-memory`. */
  readonly memory: boolean;
}

/** The speed of fewer entries than this is that of starting up. */
const entriesMeasurable = 10_000;

/** `keywitness log verify`: offline, from nothing but the log's files and its public key. */
export function addVerifyCommand(parent: Command): void {
  const command = parent
    .command('verify')
    .summary('check a whole log: every entry, tile and signature')
    .description(
      'Checks a whole published log: every entry, every tile, every signature. Needs nothing but the files and the ' +
        "log's verifier keys: a copy of the folder can be checked on a machine that has never seen the service. " +
        'Names the first bytes that are wrong.',
    )
    .argument('<log>', 'a folder with a published log, its URL, or its place in an object store');
  withTrustOptions(command)
    .option('--previous <file>', 'a checkpoint kept from before: the log must be an extension of it')
    .option('--trusted <file>', 'the same as --previous')
    .option(
      '--save <file>',
      'keep the checkpoint that was verified in this file, for --previous the next time',
    )
    .option('--no-memory', 'neither hold the log to the checkpoint verified last time, nor keep this one');
  withConnectionOptions(withStoreOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  keywitness log verify data/log --key data/log.vkey
  keywitness log verify backup/log --key log.vkey --previous checkpoint.txt --save checkpoint.txt
  keywitness log verify backup/log --key log.vkey --witness one.vkey two.vkey three.vkey --quorum 2
  keywitness log verify https://kms.example.com:7443/log --key log.vkey
  keywitness log verify s3://audit/kms --key log.vkey`,
    )
    .action(async (place: string, options: VerifyOptions) => {
      process.exitCode = await verify(place, options);
    });
}

async function verify(place: string, options: VerifyOptions): Promise<ExitCode> {
  const keys = readTrust(options);
  const previous = await previousCheckpoints(options, keys);
  const progress = startProgress('verifying', 'entries');
  let report: LogReport;
  try {
    const behind =
      asksWitnesses(keys) && options.memory ? await rememberedCheckpoint(keys, false) : undefined;
    report = await verifyBoth(await openLog(place, options), behind, {
      keys,
      crypto: nodeCrypto,
      nowMs: () => performance.now(),
      onProgress: ({ entries, size }) => progress.update(entries, size),
      previous,
    });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not verify \`${place}\`: ${error.message}`, { cause: error });
  } finally {
    progress.end();
  }
  if (report.ok && report.note !== undefined && options.save !== undefined) {
    writeNamedFile(options.save, report.note);
  }
  await printLines(describeReport(report, keys, previous).map(visible));
  if (report.ok && report.note !== undefined && options.memory) {
    if (!(await rememberCheckpoint(keys, report.note))) warnForgetful();
  }
  return exitCodeOfReport(report);
}

/**
 * Verifies the log under the checkpoint that suits the keys. When a larger one is remembered of the log without its
 * witnesses, which may be some seconds behind, then also under its newest: that must go on from both.
 */
async function verifyBoth(
  source: LogFetch,
  remembered: CheckpointFields | undefined,
  options: Omit<VerifyLogOptions, 'fetch'>,
): Promise<LogReport> {
  const { keys, previous = [] } = options;
  const report = await verifyLog({ ...options, fetch: withSuitableCheckpoint(source, keys) });
  const { root, size } = report;
  if (!report.ok || root === undefined || remembered === undefined) return report;
  const { origin } = keys;
  const both = [...previous, remembered, { origin, size, root }];
  const newest = await verifyLog({ ...options, keys: logOnly(keys), fetch: source, previous: both });
  return newest.ok ? report : { ...report, ok: false, problems: newest.problems };
}

/**
 * The checkpoint that is named and those that are remembered. The log must extend both: they may come from different
 * hands, and then it is only here that they are compared.
 */
async function previousCheckpoints(
  { previous, trusted, memory }: VerifyOptions,
  keys: TrustedKeys,
): Promise<readonly CheckpointFields[]> {
  if (previous !== undefined && trusted !== undefined) {
    throw new Failure('usage', '`--previous` and `--trusted` are the same');
  }
  const file = previous ?? trusted;
  const named = file === undefined ? undefined : readCheckpoint(file, keys);
  const remembered = memory ? await rememberedCheckpoint(keys) : undefined;
  // A quorum of witnesses has cosigned nothing that the newest checkpoint does not go on from.
  const witnessed = memory && !asksWitnesses(keys) ? await rememberedCheckpoint(keys, true) : undefined;
  return [named, remembered, witnessed].filter((checkpoint) => checkpoint !== undefined);
}

function warnForgetful(): void {
  process.stderr.write('keywitness: the checkpoint could not be kept for the next time; see `--save`\n');
}

function readCheckpoint(file: string, keys: TrustedKeys): CheckpointFields {
  const opened = openCheckpoint(readBytes(file), keys, nodeCrypto);
  if (opened.ok) return opened.checkpoint;
  throw new Failure('could-not', `could not trust the checkpoint \`${file}\`: ${opened.reasons.join('; ')}`);
}

/** A file that could not be read says nothing about the log; everything else that is wrong does. */
function exitCodeOfReport(report: LogReport): ExitCode {
  if (report.ok) return exitCodes.done;
  const isUnread = report.problems.every(({ code }) => code === 'unreadable');
  return isUnread ? exitCodes.couldNot : exitCodes.doesNotHold;
}

function describeReport(
  report: LogReport,
  keys: TrustedKeys,
  previous: readonly CheckpointFields[],
): readonly string[] {
  const { size, root, entriesVerified, entriesPerSecond } = report;
  const head =
    root === undefined
      ? [`log         ${keys.origin}`]
      : [
          `log         ${keys.origin}`,
          `checkpoint  ${size} entries, root ${hex(root)}`,
          ...describeSignatures(report.signatures, keys),
        ];
  if (!report.ok) {
    const passed =
      root === undefined ? [] : [`entries     the first ${entriesVerified} agree with the tiles`];
    return [...head, ...passed, ...report.problems.map(describeProblem), verdictOfProblems(report)];
  }
  const isMeasured = entriesPerSecond !== undefined && entriesVerified >= entriesMeasurable;
  const speed = !isMeasured ? '' : `, ${Math.round(entriesPerSecond)} a second`;
  const extensions = [...new Set(previous.map(({ size: earlier }) => earlier))].map(
    (earlier) => `trusted     extends the trusted checkpoint of ${earlier} entries`,
  );
  return [
    ...head,
    `entries     all ${entriesVerified} hashed, every tile derived again${speed}`,
    ...extensions,
    'VERIFIED    the log is exactly what its checkpoint says',
  ];
}

function describeProblem({ code, message }: LogProblem): string {
  return `problem     ${code}: ${message}`;
}

function verdictOfProblems(report: LogReport): string {
  return exitCodeOfReport(report) === exitCodes.couldNot
    ? 'NOT SHOWN   the log could not be read, so nothing is shown either way'
    : 'FAILED      the log does not hold';
}
