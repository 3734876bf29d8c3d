import type { Command } from 'commander';
import type { ExitCode } from '../failure.ts';
import { readText, writeNamedFile } from '../files/index.ts';
import { cosignAnswer, reportMirrors } from '../index-mirrors/index.ts';
import { type MirrorOptions, readMirrors } from '../trust/index.ts';

interface CosignOptions extends MirrorOptions {
  readonly mirrors: string;
  readonly out?: string;
}

/** `keywitness audit cosign`: takes an answer to mirrors. */
export function addCosignAnswerCommand(parent: Command): void {
  parent
    .command('cosign')
    .summary('have mirrors vouch for an answer')
    .description(
      'Takes the index checkpoint of an answer to mirrors, which cosign it when it is what they have computed from the ' +
        'entries themselves, and adds their cosignatures to the file. A mirror sees the checkpoint and nothing else of ' +
        'the answer. Works for answers of any age, and needs no service.',
    )
    .argument('<answer>', 'a file that `audit list --prove` has written')
    .requiredOption('--mirrors <file>', 'a policy (C2SP tlog-policy) that names mirrors, their keys and URLs')
    .option('-o, --out <file>', 'the file to write; the same one unless given')
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit cosign answer.kwa --mirrors mirrors.policy`,
    )
    .action(async (file: string, options: CosignOptions) => {
      process.exitCode = await cosign(file, options);
    });
}

async function cosign(file: string, { out, ...options }: CosignOptions): Promise<ExitCode> {
  const cosigned = await cosignAnswer(readText(file), readMirrors(options));
  writeNamedFile(out ?? file, cosigned.text);
  return reportMirrors(cosigned);
}
