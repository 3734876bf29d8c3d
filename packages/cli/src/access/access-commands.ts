import type { Command } from 'commander';
import { addDiffCommand } from './diff.ts';
import { addExplainCommand } from './explain.ts';
import { addLintCommand } from './lint.ts';
import { addReplayCommand } from './replay.ts';
import { addUnusedCommand } from './unused.ts';
import { addWhatCanCommand } from './what-can.ts';
import { addWhoCanCommand } from './who-can.ts';

/** `keywitness access`. */
export function addAccessCommands(program: Command): void {
  const access = program
    .command('access')
    .description('Asks who may do what, and why; and what a policy would change, before it does.');
  addExplainCommand(access);
  addWhoCanCommand(access);
  addWhatCanCommand(access);
  addDiffCommand(access);
  addReplayCommand(access);
  addLintCommand(access);
  addUnusedCommand(access);
}
