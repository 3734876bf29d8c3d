import { Argument, type Command } from 'commander';
import { printBytes } from '../terminal/index.ts';
import { bashCompletion } from './bash.ts';
import { type OfferedCommand, offeredCommands } from './command-tree.ts';
import { fishCompletion } from './fish.ts';
import { zshCompletion } from './zsh.ts';

const scripts: ReadonlyMap<string, (commands: readonly OfferedCommand[]) => string> = new Map([
  ['bash', bashCompletion],
  ['zsh', zshCompletion],
  ['fish', fishCompletion],
]);

/** `keywitness completion`: a script for the shell, made of the tree of commands itself. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that lets a shell complete commands and options.')
    .addArgument(new Argument('<shell>', 'the shell to print it for').choices([...scripts.keys()]))
    .addHelpText(
      'after',
      `
Examples:
  source <(keywitness completion bash)
  source <(keywitness completion zsh)
  keywitness completion fish | source`,
    )
    .action(async (shell: string) => {
      const script = scripts.get(shell);
      if (script !== undefined) await printBytes(script(offeredCommands(program)));
    });
}
