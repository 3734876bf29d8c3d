import type { Command } from 'commander';
import { type ReplayAnswer, type ReplayGroup, sayDecision } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { readText } from '../files/index.ts';
import { startProgress } from '../terminal/index.ts';
import { printAnswer, section, shortArn, tableOf } from './output.ts';
import { instantOf, sinceHelp, sinceStandard } from './since.ts';
import { targetHelp } from './target-option.ts';

interface ReplayOptions extends ConnectionOptions {
  readonly policy: string;
  readonly for: string;
  readonly since: string;
  readonly to?: string;
  readonly json?: true;
}

/** `keywitness access replay`. */
export function addReplayCommand(parent: Command): void {
  const command = parent
    .command('replay')
    .summary('what a policy would have done to recorded requests')
    .description(
      'Judges the recorded requests again, as if the policy in the file had taken the place of the one in force, and ' +
        'lists what would have been denied or allowed otherwise, with events as evidence. Nothing is changed.',
    )
    .requiredOption('--policy <file>', 'the proposed policy')
    .requiredOption('--for <target>', targetHelp)
    .option('--since <time>', sinceHelp, sinceStandard)
    .option('--to <time>', 'before')
    .option('--json', 'as JSON');
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness access replay --policy tighter.json --for key:alias/orders --since 90d`,
    )
    .action(async (options: ReplayOptions) => {
      const question = {
        for: options.for,
        document: readText(options.policy),
        from: instantOf(options.since),
        ...(options.to === undefined ? {} : { to: instantOf(options.to) }),
      };
      const client = await connect(options);
      const progress = startProgress('replaying', 'events');
      const onProgress = ({ done, total }: { readonly done: number; readonly total: number }): void =>
        progress.update(done, total);
      const answer = await client.access.replay(question, { onProgress }).finally(() => progress.end());
      await printAnswer(answer, options.json, () => linesOf(answer));
    });
}

function linesOf(answer: ReplayAnswer): readonly string[] {
  const { allowedCount, changedSince, cut, decisions, deniedCount, events, notJudged } = answer;
  const skipped = Object.entries(notJudged).map(([reason, count]) => `  ${count}  ${reason}`);
  return [
    `${events} events with ${decisions} decisions: ${deniedCount} newly denied, ${allowedCount} newly allowed`,
    ...section('Newly denied:', groupTable(answer.newlyDenied)),
    ...section('Newly allowed:', groupTable(answer.newlyAllowed)),
    ...section('Not judged again:', skipped),
    ...(changedSince === 0
      ? []
      : ['', `${changedSince} decisions would be other ones already under the policies in force.`]),
    ...(cut === 0 ? [] : ['', `${cut} more groups are in the counts and not shown.`]),
  ];
}

function groupTable(groups: readonly ReplayGroup[]): readonly string[] {
  const rows = groups.map(({ after, count, events, lastTime, permission, principal, resource }) => [
    String(count),
    shortArn(principal),
    permission,
    resource.slice(resource.lastIndexOf('/') + 1),
    sayDecision(after),
    lastTime,
    events[0] ?? '',
  ]);
  return tableOf(['COUNT', 'WHO', 'ACTION', 'ON', 'WOULD BE', 'LAST', 'EVENT'], rows);
}
