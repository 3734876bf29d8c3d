import type { Command, Option } from 'commander';

/** An option as completions offer it. */
export interface OfferedOption {
  readonly flag: string;
  readonly description: string;
  readonly takesValue: boolean;
  /** Its value is the name of a file. */
  readonly takesFile: boolean;
  readonly choices: readonly string[];
}

/** A command, or a group of commands, as completions offer it. */
export interface OfferedCommand {
  /** The words that lead to it, such as `audit list`; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly OfferedOption[];
  /** What its first argument may be, where that is known. */
  readonly choices: readonly string[];
  /** Its first argument names a file or folder. */
  readonly takesFile: boolean;
}

const fileArguments: ReadonlySet<string> = new Set(['log', 'proof']);

/** Every command of the tree, parents before children. */
export function offeredCommands(command: Command, path = ''): readonly OfferedCommand[] {
  const [argument] = command.registeredArguments;
  const own: OfferedCommand = {
    path,
    subcommands: command.commands.map((child) => ({ name: child.name(), description: descriptionOf(child) })),
    options: [...command.options.map(offeredOption), helpOption],
    choices: argument?.argChoices ?? [],
    takesFile: argument !== undefined && fileArguments.has(argument.name()),
  };
  const children = command.commands.flatMap((child) =>
    offeredCommands(child, path === '' ? child.name() : `${path} ${child.name()}`),
  );
  return [own, ...children];
}

const helpOption: OfferedOption = {
  flag: '--help',
  description: 'display help for command',
  takesValue: false,
  takesFile: false,
  choices: [],
};

function offeredOption(option: Option): OfferedOption {
  return {
    flag: option.long ?? option.flags,
    description: option.description,
    takesValue: option.required || option.optional,
    takesFile: option.flags.endsWith('<file>'),
    choices: option.argChoices ?? [],
  };
}

function descriptionOf(command: Command): string {
  return command.summary() === '' ? command.description() : command.summary();
}
