import type { Command } from 'commander';
import { type IndexVerdict, LogError, verifyIndex } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { printLines, startProgress, visible } from '../terminal/index.ts';
import { readTrustedKeys } from '../trust/index.ts';
import { openLog } from '../log-source/index.ts';

interface VerifyIndexOptions extends ConnectionOptions {
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
    .argument('<log>', 'a folder with a published log, or its URL')
    .requiredOption('--key <file>', 'verifier keys of the log, one a line; each of them must have signed');
  withConnectionOptions(command)
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
  const progress = startProgress('replaying', 'entries');
  let verdict: IndexVerdict;
  try {
    verdict = await verifyIndex({
      fetch: await openLog(place, options),
      keys,
      crypto: nodeCrypto,
      onProgress: (entries, size) => progress.update(entries, size),
    });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not verify \`${place}\`: ${error.message}`, { cause: error });
  } finally {
    progress.end();
  }
  await printLines(describe(verdict, keys.origin).map(visible));
  return verdict.ok ? exitCodes.done : exitCodes.doesNotHold;
}

function describe(verdict: IndexVerdict, origin: string): readonly string[] {
  const head = `log         ${origin}`;
  if (!verdict.ok) {
    const problems = verdict.reasons.map((reason) => `problem     ${reason}`);
    return [head, ...problems, 'FAILED      the index does not hold'];
  }
  return [
    head,
    `index       ${verdict.size} entries, ${verdict.subjects} subjects`,
    'VERIFIED    the index is what these entries lead to',
  ];
}
