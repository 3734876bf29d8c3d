import type { Command } from 'commander';
import type { LintAnswer } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';
import { startProgress } from '../terminal/index.ts';
import { printAnswer, section, tableOf } from './output.ts';
import { instantOf, sinceHelp, sinceStandard } from './since.ts';
import { targetHelp } from './target-option.ts';

interface LintOptions extends ConnectionOptions {
  readonly policy?: string;
  readonly since: string;
  readonly suggest?: true;
  readonly json?: true;
}

/** `keywitness access lint`. */
export function addLintCommand(parent: Command): void {
  const command = parent
    .command('lint')
    .summary('what can be said against a policy')
    .description(
      'Warns of what is likely not meant in a policy: wildcards, names that nobody has, duties that are not separated; ' +
        'and, for the policy of a key, of what it allows and nobody has used.',
    )
    .argument('<target>', targetHelp)
    .option('--policy <file>', 'a policy that is not in force yet')
    .option('--since <time>', sinceHelp, sinceStandard)
    .option('--suggest', 'print a key policy that allows what was used, and nothing else')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness access lint key:alias/orders
  keywitness access lint key:alias/orders --suggest > tighter.json`,
    )
    .action(async (target: string, options: LintOptions) => {
      const question = {
        for: target,
        from: instantOf(options.since),
        ...(options.policy === undefined ? {} : { document: readText(options.policy) }),
      };
      const client = await connect(options);
      const progress = startProgress('reading', 'events');
      const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void =>
        progress.update(done, total);
      const answer = await client.access.lint(question, { onProgress }).finally(() => progress.end());
      await printAnswer(answer, options.json, () =>
        options.suggest === true ? suggestionOf(answer) : linesOf(answer),
      );
    });
}

function linesOf({ suggestion, warnings }: LintAnswer): readonly string[] {
  const rows = warnings.map(({ code, message, statement }) => [code, statement ?? '', message]);
  return [
    ...(rows.length === 0 ? ['Nothing to say.'] : tableOf(['WARNING', 'STATEMENT', 'WHAT'], rows)),
    ...(suggestion === undefined ? [] : section('A narrower policy:', ['--suggest prints it.'])),
  ];
}

function suggestionOf({ suggestion }: LintAnswer): readonly string[] {
  if (suggestion === undefined) {
    throw new Failure('refused', 'nothing was used in this time, so there is nothing to suggest');
  }
  return JSON.stringify(JSON.parse(suggestion), undefined, 2).split('\n');
}
