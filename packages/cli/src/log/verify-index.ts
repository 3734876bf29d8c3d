import type { Command } from 'commander';
import { type IndexVerdict, LogError, type TrustedKeys, verifyIndex } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { printLines, startProgress, visible } from '../terminal/index.ts';
import {
  describeSignatures,
  type MirrorOptions,
  readMirrors,
  readTrustedKeys,
  withMirrorOptions,
} from '../trust/index.ts';
import { type StoreOptions, withStoreOptions } from '../object-store/index.ts';
import { openLog } from '../log-source/index.ts';

interface VerifyIndexOptions extends ConnectionOptions, MirrorOptions, StoreOptions {
  readonly key: string;
}

/** `keywitness log verify-index`: computes the index over a log again and compares it with the signed one. */
export function addVerifyIndexCommand(parent: Command): void {
  const command = parent
    .command('verify-index')
    .summary('check the index that complete answers rest on')
    .description(
      'Computes the index over a published log again, from its entries alone, and compares it with the index ' +
        'checkpoint that the log has signed. Whoever has done this for a checkpoint need not believe the log when an ' +
        'answer under it claims to be complete.',
    )
    .argument('<log>', 'a folder with a published log, its URL, or its place in an object store')
    .requiredOption('--key <file>', 'verifier keys of the log, one a line; each of them must have signed');
  withConnectionOptions(withStoreOptions(withMirrorOptions(command)))
    .addHelpText(
      'after',
      `
Examples:
  keywitness log verify-index data/log --key data/log.vkey`,
    )
    .action(async (place: string, options: VerifyIndexOptions) => {
      process.exitCode = await verify(place, options);
    });
}

async function verify(place: string, options: VerifyIndexOptions): Promise<ExitCode> {
  const keys = readTrustedKeys(options.key);
  const mirrors = readMirrors(options);
  const { keys: witnessKeys, quorum: witnessQuorum, rule: witnessRule } = mirrors;
  const trusted = { ...keys, witnessKeys, witnessQuorum, witnessRule };
  const progress = startProgress('replaying', 'entries');
  let verdict: IndexVerdict;
  try {
    verdict = await verifyIndex({
      fetch: await openLog(place, options),
      keys: trusted,
      crypto: nodeCrypto,
      onProgress: (entries, size) => progress.update(entries, size),
    });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not verify \`${place}\`: ${error.message}`, { cause: error });
  } finally {
    progress.end();
  }
  await printLines(describe(verdict, trusted).map(visible));
  return verdict.ok ? exitCodes.done : exitCodes.doesNotHold;
}

function describe(verdict: IndexVerdict, keys: TrustedKeys): readonly string[] {
  const head = `log         ${keys.origin}`;
  if (!verdict.ok) {
    const problems = verdict.reasons.map((reason) => `problem     ${reason}`);
    return [head, ...problems, 'FAILED      the index does not hold'];
  }
  return [
    head,
    `index       ${verdict.size} entries, ${verdict.subjects} subjects`,
    ...describeSignatures(verdict.signatures, keys),
    'VERIFIED    the index is what these entries lead to',
  ];
}
