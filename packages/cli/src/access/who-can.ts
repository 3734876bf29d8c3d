import type { Command } from 'commander';
import { sayCondition, sayDecision, type WhoCanAnswer, type WhoCanEntry } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { type GivenOptions, givenOf, withGivenOptions } from './given.ts';
import { printAnswer, section, shortArn, tableOf } from './output.ts';

interface WhoCanOptions extends GivenOptions, ConnectionOptions {
  readonly json?: true;
}

/** `keywitness access who-can`. */
export function addWhoCanCommand(parent: Command): void {
  const command = parent
    .command('who-can')
    .summary('who may do something with a key')
    .description(
      'Lists everybody in all accounts who may do something with a key, by which statement, and who may become them by ' +
        'assuming a role. What the question leaves open, such as the time or the encryption context, appears as an if.',
    )
    .argument('<action>', 'such as kms:Decrypt, or Decrypt')
    .argument('<key>', 'id, ARN or alias of a key')
    .option('--json', 'as JSON');
  withConnectionOptions(withGivenOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  keywitness access who-can Decrypt alias/orders
  keywitness access who-can Decrypt alias/orders --context customer=4711 --source-ip 10.0.0.7`,
    )
    .action(async (action: string, key: string, options: WhoCanOptions) => {
      const client = await connect(options);
      const answer = await client.access.whoCan({ action, key, ...givenOf(options) });
      await printAnswer(answer, options.json, () => linesOf(answer));
    });
}

function linesOf({ action, cut, principals, resource, unknown }: WhoCanAnswer): readonly string[] {
  const rows = principals.flatMap(rowsOf);
  return [
    `${action} on ${resource}`,
    ...(rows.length === 0 ? ['Nobody can.'] : tableOf(['WHO', 'CAN', 'BY', 'DEPENDS ON'], rows)),
    ...section('Named, and unknown here:', unknown),
    ...(cut === 0 ? [] : ['', `${cut} more principals were not looked at.`]),
  ];
}

function rowsOf(entry: WhoCanEntry): readonly (readonly string[])[] {
  const { assumedBy = [] } = entry;
  return [rowOf(entry, ''), ...assumedBy.map((assumer) => rowOf(assumer, '  <- '))];
}

function rowOf(entry: WhoCanEntry, indent: string): readonly string[] {
  const { conditions, possibility, principal } = entry;
  return [
    `${indent}${shortArn(principal)}`,
    possibility,
    sayDecision(entry),
    conditions.map(sayCondition).join('; '),
  ];
}
