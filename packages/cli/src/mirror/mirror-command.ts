import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { TrustedKeys } from '@keywitness/log';
import { type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { describeConflict, EvidenceFolder } from '../evidence/index.ts';
import { exitCodes, type ExitCode, Failure, reasonOf } from '../failure.ts';
import { nodeFileOperations, withLockedFolder } from '../files/index.ts';
import { type ListenOptions, readListening, type TextServer } from '../http-server/index.ts';
import { openLog, withSuitableCheckpoint } from '../log-source/index.ts';
import { isStorePlace, openStore, type StoreOptions, withStoreOptions } from '../object-store/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readTrust, type TrustOptions, withTrustOptions } from '../trust/index.ts';
import { readWitnessKeys, type WitnessKeys } from '../witness/index.ts';
import { FolderTarget } from './folder-target.ts';
import { Follow } from './follow.ts';
import { IndexCosigner } from './index-cosigner.ts';
import { KeptCheckpoint } from './kept-checkpoint.ts';
import { Mirror } from './mirror.ts';
import { serveMirror } from './mirror-server.ts';
import type { MirrorTarget } from './mirror-target.ts';
import { ObjectTarget } from './object-target.ts';
import { ReplayStore } from './replay-store.ts';

interface MirrorCommandOptions extends ConnectionOptions, TrustOptions, StoreOptions, ListenOptions {
  readonly log: string;
  readonly to: string;
  readonly state?: string;
  readonly once?: boolean;
  readonly interval: string;
  readonly cosign?: string;
  readonly listen?: string;
}

const replayFile = 'replay.db';

/** `keywitness mirror`. */
export function addMirrorCommand(program: Command): void {
  const command = program
    .command('mirror')
    .summary('follow a log into a folder or an object store, verifying as it copies')
    .description(
      'Copies a published log into a folder or an object store and follows it. Nothing counts as copied before it leads ' +
        'to a root that is signed and extends what is there. Stops with 1 when the log contradicts itself, and keeps ' +
        'what shows it (`witness evidence --dir` lists that). The copy is a published log like the one it was made ' +
        'from. It can be stopped at any time and goes on where it was. With --cosign it also computes the index that ' +
        'complete answers rest on, from the entries, and cosigns that of the log when it is the same.',
    )
    .requiredOption('--log <log>', 'a folder with a published log, its URL, or its place in an object store')
    .requiredOption('--to <place>', 'the folder to copy to, or s3://bucket/prefix')
    .option(
      '--state <folder>',
      'where evidence and what was replayed are kept; the folder of --to unless set',
    );
  withTrustOptions(command)
    .option('--cosign <folder>', 'replay, and cosign the index with the keys that `witness init` has made')
    .option('--listen <address>', 'address and port to be asked for cosignatures on')
    .option('--tls-cert <file>', 'PEM file with the certificate and its chain')
    .option('--tls-key <file>', 'PEM file with the private key of the certificate')
    .option('--rate <count>', 'requests to cosign a second from one address', '20')
    .option('--once', 'copy what is there now, and end')
    .option('--interval <seconds>', 'how often to look for more', '5');
  withConnectionOptions(withStoreOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  keywitness mirror --log https://kms.example.com:7443/log --key log.vkey --to /srv/mirror
  keywitness mirror --log data/log --key log.vkey --to backup/log --once
  keywitness mirror --log https://kms.example.com:7443/log --key log.vkey --to s3://audit/kms --state /var/lib/mirror
  keywitness mirror --log https://kms.example.com:7443/log --key log.vkey --to /srv/mirror --cosign /etc/mirror --listen 0.0.0.0:7445`,
    )
    .action(async (options: MirrorCommandOptions) => {
      process.exitCode = await mirrorLog(options);
    });
}

async function mirrorLog(options: MirrorCommandOptions): Promise<ExitCode> {
  const keys = readTrust(options);
  const intervalMs = readInterval(options.interval);
  const cosigns = options.cosign === undefined ? undefined : readMirrorSigner(resolve(options.cosign));
  if (options.listen !== undefined && cosigns === undefined) {
    throw new Failure('usage', '`--listen` is for a mirror that cosigns: give `--cosign` as well');
  }
  const source = await openLog(options.log, options);
  const { target, state, isApart } = await openTarget(options);
  makeFolder(state);
  return withLockedFolder(state, async () => {
    const evidence = new EvidenceFolder(state, nodeFileOperations);
    const parts = { keys, evidence, timeMs: () => Date.now() };
    const kept = isApart ? { kept: new KeptCheckpoint(state, nodeFileOperations) } : {};
    const mirror = new Mirror({ ...parts, ...kept, source: withSuitableCheckpoint(source, keys), target });
    const stopped = stopSignal();
    const { log, to } = options;
    const common = { mirror, log, to, isOnce: options.once === true, intervalMs, stopped };
    if (cosigns === undefined) return new Follow({ ...common, cosigner: undefined }).run();
    if (await isConvicted(evidence)) return exitCodes.doesNotHold;
    const store = openReplay(join(state, replayFile), keys);
    try {
      const cosigner = openCosigner({ ...parts, source, mirror, store, cosigns });
      return await serving(new Follow({ ...common, cosigner }), cosigner, keys.origin, options);
    } finally {
      store.close();
    }
  });
}

/** A start does not make good what the log has signed: who cosigns for a convicted log has to be told to, by hand. */
async function isConvicted(evidence: EvidenceFolder): Promise<boolean> {
  const convicting = (await evidence.list()).find(({ kind }) => kind !== 'inconsistent');
  if (convicting === undefined) return false;
  const what = `EVIDENCE: ${describeConflict(convicting)}`;
  const todo =
    'nothing is cosigned while this is in `evidence/`; without --cosign the log is copied all the same';
  process.stderr.write(`keywitness: ${visible(what)}\nkeywitness: ${todo}\n`);
  return true;
}

async function serving(
  follow: Follow,
  cosigner: IndexCosigner,
  origin: string,
  options: MirrorCommandOptions,
): Promise<ExitCode> {
  if (options.listen === undefined) return follow.run();
  const listening = readListening(options.listen, options);
  let server: TextServer;
  try {
    server = await serveMirror({ ...listening, origin, follow, cosigner });
  } catch (error) {
    throw new Failure('could-not', `could not serve on \`${options.listen}\`: ${reasonOf(error)}`, {
      cause: error,
    });
  }
  const scheme = listening.tls === undefined ? 'http' : 'https';
  await printLines([`serves      ${scheme}://${listening.host}:${server.port}`]);
  try {
    return await follow.run();
  } finally {
    await server.stop();
  }
}

interface CosignerParts extends Omit<
  ConstructorParameters<typeof IndexCosigner>[0],
  'signers' | 'onTrouble'
> {
  readonly cosigns: WitnessKeys;
}

function openCosigner({ cosigns, ...parts }: CosignerParts): IndexCosigner {
  const signers = cosigns.signers(() => Math.floor(parts.timeMs() / 1000));
  const onTrouble = (message: string): void => void process.stderr.write(`keywitness: ${visible(message)}\n`);
  return new IndexCosigner({ ...parts, signers, onTrouble });
}

/** A cosignature of a witness says something else than one of a mirror, so no key makes both. */
function readMirrorSigner(folder: string): WitnessKeys {
  if (existsSync(join(folder, 'known-logs'))) {
    throw new Failure(
      'usage',
      `\`${folder}\` belongs to a witness; a mirror has keys of its own: make them with \`witness init\``,
    );
  }
  return readWitnessKeys(folder);
}

function openReplay(path: string, { origin }: TrustedKeys): ReplayStore {
  try {
    return new ReplayStore(path, origin);
  } catch (error) {
    const why = `could not open \`${path}\`: ${reasonOf(error)}; it may be removed, and is computed again`;
    throw new Failure('could-not', why, { cause: error });
  }
}

async function openTarget(
  options: MirrorCommandOptions,
): Promise<{ readonly target: MirrorTarget; readonly state: string; readonly isApart: boolean }> {
  const { to, state } = options;
  if (!isStorePlace(to)) {
    const folder = resolve(to);
    makeFolder(folder);
    const target = new FolderTarget(folder, nodeFileOperations);
    const place = state === undefined ? folder : resolve(state);
    return { target, state: place, isApart: place !== folder };
  }
  if (state === undefined) {
    throw new Failure('usage', 'a mirror in an object store keeps evidence in a folder: give `--state`');
  }
  const place = await openStore(to, options);
  const target = new ObjectTarget(to.replace(/\/+$/, ''), place);
  return { target, state: resolve(state), isApart: true };
}

function stopSignal(): AbortSignal {
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopped.abort());
  return stopped.signal;
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
