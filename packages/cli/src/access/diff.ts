import type { Command } from 'commander';
import { type AccessChange, type DiffAnswer, sayCondition } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { readText } from '../files/index.ts';
import { printAnswer, section, shortArn, tableOf } from './output.ts';
import { targetHelp } from './target-option.ts';

interface DiffOptions extends ConnectionOptions {
  readonly for: string;
  readonly json?: true;
}

/** The word for the policy in force. */
const inForce = 'current';

/** `keywitness access diff`. */
export function addDiffCommand(parent: Command): void {
  const command = parent
    .command('diff')
    .summary('who gains or loses what by a change of a policy')
    .description(
      'Compares two policies by what they let everybody do, not by their text: who gains and who loses which actions on ' +
        'which keys. Nothing is changed.',
    )
    .argument('<old>', `file with the old policy, or ${inForce} for the one in force`)
    .argument('<new>', 'file with the new policy')
    .requiredOption('--for <target>', targetHelp)
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness access diff ${inForce} key-policy.json --for key:alias/orders
  keywitness access diff old.json new.json --for group:developers/keys`,
    )
    .action(async (old: string, next: string, options: DiffOptions) => {
      const question = {
        for: options.for,
        new: readText(next),
        ...(old === inForce ? {} : { old: readText(old) }),
      };
      const client = await connect(options);
      const answer = await client.access.diff(question);
      await printAnswer(answer, options.json, () => linesOf(answer));
    });
}

function linesOf({ altered, cut, gains, losses }: DiffAnswer): readonly string[] {
  const table = (changes: readonly AccessChange[]): readonly string[] =>
    tableOf(['WHO', 'ACTION', 'ON', 'WAS', 'IS', 'DEPENDS ON'], changes.map(rowOf));
  const isEmpty = gains.length + losses.length + altered.length === 0;
  return [
    isEmpty ? 'Nobody gains or loses anything.' : `${gains.length} gains, ${losses.length} losses`,
    ...section('Gains:', table(gains)),
    ...section('Losses:', table(losses)),
    ...section('Under other conditions:', table(altered)),
    ...(cut === 0 ? [] : ['', `${cut} more questions were not asked.`]),
  ];
}

function rowOf({ action, after, before, conditions, principal, resources }: AccessChange): readonly string[] {
  const [first = '', ...rest] = resources;
  const on = first.slice(first.lastIndexOf('/') + 1);
  return [
    shortArn(principal),
    action,
    rest.length === 0 ? on : `${on} and ${rest.length} more`,
    before,
    after,
    conditions.map(sayCondition).join('; '),
  ];
}
