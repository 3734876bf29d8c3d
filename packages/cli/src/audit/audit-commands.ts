import type { Command } from 'commander';
import { addAssetAccessCommand } from './asset-access.ts';
import { addCheckAnswerCommand } from './check-answer.ts';
import { addCosignAnswerCommand } from './cosign-answer.ts';
import { addHistogramCommand } from './histogram.ts';
import { addListCommand } from './list.ts';
import { addShowCommand } from './show.ts';
import { addSqlCommand } from './sql.ts';
import { addSummaryCommand } from './summary.ts';
import { addTailCommand } from './tail.ts';

/** `keywitness audit`. */
export function addAuditCommands(program: Command): void {
  const audit = program.command('audit').description('Asks the record: who did what, with which key.');
  addListCommand(audit);
  addShowCommand(audit);
  addTailCommand(audit);
  addAssetAccessCommand(audit);
  addSummaryCommand(audit);
  addHistogramCommand(audit);
  addSqlCommand(audit);
  addCheckAnswerCommand(audit);
  addCosignAnswerCommand(audit);
}
