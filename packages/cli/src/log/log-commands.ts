import type { Command } from 'commander';
import { addCheckCommand } from './check.ts';
import { addProveCommand } from './prove.ts';
import { addVerifyIndexCommand } from './verify-index.ts';
import { addVerifyCommand } from './verify.ts';

/** `keywitness log`. */
export function addLogCommands(program: Command): void {
  const log = program
    .command('log')
    .description('Verifies the published log, and proves single events, without trusting the service.');
  addVerifyCommand(log);
  addVerifyIndexCommand(log);
  addProveCommand(log);
  addCheckCommand(log);
}
