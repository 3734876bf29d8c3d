import type { Command } from 'commander';
import { LogError, parseProof, type ProofVerdict, type TrustedKeys, verifyProof } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { describeEvent, readEvent } from '../event/index.ts';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readText } from '../files/index.ts';
import {
  describeSignatures,
  hex,
  readTrust,
  rememberedCheckpoint,
  type TrustOptions,
  withTrustOptions,
} from '../trust/index.ts';

/** `keywitness log check`: offline, from nothing but a proof file and the log's public key. */
export function addCheckCommand(parent: Command): void {
  const command = parent
    .command('check')
    .summary('check the proof that an event is in the log')
    .description(
      'Checks a proof that `log prove` has written, and prints what it proves: that the event was at its place in a ' +
        'log that these keys have signed. Needs no service and no copy of the log.',
    )
    .argument('<proof>', 'a file that `log prove` has written');
  withTrustOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness log check proof.txt --key log.vkey
  keywitness log check proof.txt --key log.vkey --witness one.vkey two.vkey three.vkey --quorum 2`,
    )
    .action(async (file: string, options: TrustOptions) => {
      process.exitCode = await check(file, options);
    });
}

async function check(file: string, options: TrustOptions): Promise<ExitCode> {
  const trustedKeys = readTrust(options);
  const proofText = readText(file);
  const entry = readEntry(file, proofText);
  const verdict = await notForked(
    verifyProof({ proofText, entry, trustedKeys, crypto: nodeCrypto }),
    trustedKeys,
  );
  await printLines(describeVerdict(verdict, entry, trustedKeys).map(visible));
  return verdict.ok ? exitCodes.done : exitCodes.doesNotHold;
}

/** A proof under another tree of the size that was verified here is one of a fork. */
async function notForked(verdict: ProofVerdict, keys: TrustedKeys): Promise<ProofVerdict> {
  if (!verdict.ok) return verdict;
  const { checkpoint } = verdict;
  const remembered = [await rememberedCheckpoint(keys, false), await rememberedCheckpoint(keys, true)];
  const isFork = remembered.some(
    (one) => one?.size === checkpoint.size && hex(one.root) !== hex(checkpoint.root),
  );
  if (!isFork) return verdict;
  const reason = `the log that was verified here had another root at \`${checkpoint.size}\` entries: it has forked`;
  return { ok: false, reasons: [reason] };
}

/** The entry travels as the extra data of the proof; the proof itself vouches for it. */
function readEntry(file: string, proofText: string): Uint8Array {
  try {
    const { extra } = parseProof(proofText);
    if (extra !== undefined) return extra;
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not read \`${file}\`: ${error.message}`, { cause: error });
  }
  throw new Failure('could-not', `the proof \`${file}\` does not hold the entry that it is about`);
}

function describeVerdict(verdict: ProofVerdict, entry: Uint8Array, keys: TrustedKeys): readonly string[] {
  if (!verdict.ok) {
    return [
      ...verdict.reasons.map((reason) => `problem     ${reason}`),
      'FAILED      nothing is proven by this file',
    ];
  }
  const { index, checkpoint, signatures } = verdict;
  return [
    `log         ${checkpoint.origin}`,
    `checkpoint  ${checkpoint.size} entries, root ${hex(checkpoint.root)}`,
    ...describeSignatures(signatures, keys),
    `PROVEN      entry ${index} of this log is this event, to the letter:`,
    '',
    ...describeEvent(readEvent(entry), { index, zone: 'utc' }),
  ];
}
