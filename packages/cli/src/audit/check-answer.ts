import type { Command } from 'commander';
import { type AnswerVerdict, LogError, type TrustedKeys, verifyAnswer } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { readBytes } from '../files/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import {
  describeSignatures,
  hex,
  indexTrust,
  type MirrorOptions,
  type MirrorTrust,
  readMirrors,
  readTrustedKeys,
  withMirrorOptions,
} from '../trust/index.ts';
import { answerTable, describeLeases, describeSubject, describeWindow } from './describe-answer.ts';

interface CheckOptions extends MirrorOptions {
  readonly key: string;
}

/** `keywitness audit check`: offline, from nothing but an answer and the log's public key. */
export function addCheckAnswerCommand(parent: Command): void {
  const command = parent
    .command('check')
    .summary('check that an answer is complete')
    .description(
      'Checks an answer that `audit list --prove` has written, and prints the events that it proves to be all there ' +
        'are, up to its checkpoint. Needs no service and no copy of the log. The log vouches for its index, and can be ' +
        'convicted with it; a mirror that has cosigned has computed the index itself.',
    )
    .argument('<answer>', 'a file that `audit list --prove` has written')
    .requiredOption('--key <file>', 'verifier keys of the log, one a line; each of them must have signed');
  withMirrorOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit check answer.kwa --key log.vkey
  keywitness audit check answer.kwa --key log.vkey --mirrors mirrors.vkey --mirror-quorum 2`,
    )
    .action(async (file: string, options: CheckOptions) => {
      process.exitCode = await check(file, options);
    });
}

async function check(file: string, options: CheckOptions): Promise<ExitCode> {
  const trustedKeys = readTrustedKeys(options.key);
  const mirrors = readMirrors(options);
  const verdict = verify(readBytes(file), trustedKeys, mirrors);
  await printLines(describeVerdict(verdict, trustedKeys, mirrors));
  return verdict.ok ? exitCodes.done : exitCodes.doesNotHold;
}

function verify(answer: Uint8Array, trustedKeys: TrustedKeys, mirrors: MirrorTrust): AnswerVerdict {
  try {
    return verifyAnswer({ answer, trustedKeys, ...indexTrust(mirrors), crypto: nodeCrypto });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use the verifier keys: ${error.message}`, { cause: error });
  }
}

function describeVerdict(verdict: AnswerVerdict, keys: TrustedKeys, mirrors: MirrorTrust): readonly string[] {
  if (!verdict.ok) {
    return [
      ...verdict.reasons.map((reason) => `problem     ${reason}`),
      'FAILED      nothing is proven by this file',
    ].map(visible);
  }
  const { answer, checkpoint, entries, pages, count, signatures, indexSignatures } = verdict;
  const { subject, window } = answer;
  const table = answerTable(entries, subject);
  return [
    ...[
      `log         ${checkpoint.origin}`,
      `checkpoint  ${checkpoint.size} entries, root ${hex(checkpoint.root)}`,
      ...describeSignatures(signatures, keys),
      `index       of the same ${checkpoint.size} entries`,
      ...describeSignatures(indexSignatures, { ...keys, witnessKeys: mirrors.keys }),
      `subject     ${describeSubject(subject)}`,
      `window      ${describeWindow(window)}`,
      ...describePages(pages),
      `COMPLETE    ${claim(entries.length, count)}`,
      ...describeLeases(entries, subject, window),
    ].map(visible),
    ...(table.length === 0 ? [] : ['', ...table]),
  ];
}

/** How an answer was put together, when it was too large for one. */
export function describePages(pages: number): readonly string[] {
  return pages === 1 ? [] : [`pages       ${pages}, each complete, each going on where the one before ends`];
}

/** What a complete answer says. */
export function claim(shown: number, count: number): string {
  if (count === 0) return 'there is no event of this subject in this log';
  if (shown === 0) return `none of the ${count} events of this subject is in the window`;
  return shown === count
    ? `these are all ${count} events of this subject`
    : `these are all ${shown} in the window, of ${count} events of this subject`;
}
