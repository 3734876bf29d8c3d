import type { Command } from 'commander';
import { addInitCommand } from './witness-init.ts';
import { addServeCommand } from './witness-serve.ts';
import { addEvidenceCommand } from './witness-show-evidence.ts';

/** `keywitness witness`. */
export function addWitnessCommands(program: Command): void {
  const witness = program
    .command('witness')
    .description(
      'Runs a witness, which cosigns what a log publishes, on a machine that the log has no power over.',
    );
  addInitCommand(witness);
  addServeCommand(witness);
  addEvidenceCommand(witness);
}
