import type { Command } from 'commander';
import { printLines, visible } from '../terminal/index.ts';
import { createWitnessKeys } from './witness-keys.ts';

/** `keywitness witness init`. */
export function addInitCommand(parent: Command): void {
  parent
    .command('init')
    .summary('make the keys of a witness')
    .description(
      'Makes an Ed25519 and an ML-DSA-44 key in a folder, and prints the verifier keys that others trust the witness ' +
        'by. Run it on the machine that the witness is to run on: the private keys never leave it.',
    )
    .requiredOption('--dir <folder>', 'where the witness keeps its keys and its state')
    .requiredOption(
      '--name <name>',
      'name of the witness, a URL without scheme, such as witness.example.com/kms',
    )
    .addHelpText(
      'after',
      `
Examples:
  keywitness witness init --dir /var/lib/witness --name witness.example.com/kms`,
    )
    .action(async ({ dir, name }: { readonly dir: string; readonly name: string }) => {
      await printLines(createWitnessKeys(dir, name).verifierKeys.map(visible));
    });
}
