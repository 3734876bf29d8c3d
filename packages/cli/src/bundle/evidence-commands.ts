import type { Command } from 'commander';
import { addCheckEvidenceCommand } from './check.ts';
import { addExportCommand } from './export.ts';

/** `keywitness evidence`. */
export function addEvidenceCommands(program: Command): void {
  const evidence = program
    .command('evidence')
    .description(
      'Takes events out of the record in one file that others can check and read. Without the name of a command it is ' +
        '`evidence export`, with its options.',
    );
  addExportCommand(evidence);
  addCheckEvidenceCommand(evidence);
}
