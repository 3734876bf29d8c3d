import { basename } from 'node:path';
import type { BacktestAnswer } from '@keywitness/api';
import type { Command } from 'commander';
import { instantOf, printAnswer, section, tableOf } from '../access/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { readText } from '../files/index.ts';
import { startProgress } from '../terminal/index.ts';

interface Options extends ConnectionOptions {
  readonly since: string;
  readonly to?: string;
  readonly json?: true;
}

/** `keywitness rules backtest`. */
export function addRuleBacktest(parent: Command): void {
  const command = parent
    .command('backtest')
    .summary('what a rule would have found in the record')
    .description(
      'Runs a rule over recorded events and lists the incidents that there would have been: how often it would have ' +
        'fired, and on what. Nothing is changed and nobody is told. Rules that learn learn from the fortnight before.',
    )
    .argument('<rule>', 'the name of a rule, or a rule file (.yml)')
    .option('--since <time>', 'not before: 30d, or ISO 8601', '30d')
    .option('--to <time>', 'before')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness rules backtest mass-decrypt --since 90d
  keywitness rules backtest my-rule.yml`,
    )
    .action(async (rule: string, options: Options) => {
      const file = /^(?<name>.+)\.ya?ml$/.exec(basename(rule))?.groups?.['name'];
      const question = {
        ...(file === undefined ? {} : { text: readText(rule) }),
        from: instantOf(options.since),
        ...(options.to === undefined ? {} : { to: instantOf(options.to) }),
      };
      const client = await connect(options);
      const progress = startProgress('replaying', 'events');
      const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void =>
        progress.update(done, total);
      const answer = await client.rules
        .backtest(file ?? rule, question, { onProgress })
        .finally(() => progress.end());
      await printAnswer(answer, options.json, () => linesOf(answer));
    });
}

function linesOf({ count, events, incidents, perDay, rule }: BacktestAnswer): readonly string[] {
  const days = Object.entries(perDay).map(([day, found]) => [day, String(found)]);
  const rows = incidents.map(({ count: attempts, eventIds, level, summary, time }) => [
    `${time.slice(0, 19).replace('T', ' ')}`,
    level,
    String(attempts),
    eventIds[0] ?? '',
    summary,
  ]);
  return [
    `${rule} would have opened ${count} incidents, in ${events} events`,
    ...section('By day (UTC):', tableOf(['DAY', 'INCIDENTS'], days)),
    ...section(
      count > incidents.length ? `The first ${incidents.length}:` : 'Incidents:',
      tableOf(['TIME (UTC)', 'LEVEL', 'ATTEMPTS', 'FIRST EVENT', 'WHAT'], rows),
    ),
  ];
}
