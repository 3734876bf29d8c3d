import { type EventConditions, eventConditionsOf } from '@keywitness/api';
import type { Command } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines } from '../terminal/index.ts';
import { zoneName } from '../time/index.ts';
import { withFilterOptions } from './filters.ts';
import { parseCount, printTable, timeCell } from './overview-options.ts';
import { type WindowOptions, windowOf, withWindowOptions } from './window.ts';

interface HistogramOptions extends EventConditions, WindowOptions, ConnectionOptions {
  readonly buckets: number;
  readonly utc?: true;
  readonly json?: true;
}

const bucketsStandard = 24;

/** `keywitness audit histogram`. */
export function addHistogramCommand(parent: Command): void {
  const command = parent
    .command('histogram')
    .summary('how many events there were over time')
    .description(
      'Counts events over time, by how they ended. The numbers are exact: they come from the index, however many there are.',
    );
  withConnectionOptions(
    withWindowOptions(withFilterOptions(command))
      .option(
        '--buckets <count>',
        'into how many parts the time is divided at most',
        parseCount,
        bucketsStandard,
      )
      .option('--utc', 'show and read times in UTC, not in local time')
      .option('--json', 'the answer as JSON'),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit histogram --since 7d --buckets 7
  keywitness audit histogram --key alias/files --outcome denied --since 24h`,
    )
    .action(histogram);
}

async function histogram(options: HistogramOptions): Promise<void> {
  const zone = options.utc === true ? 'utc' : 'local';
  const client = await connect(options);
  const window = windowOf(options, zone, Date.now());
  const { buckets: count } = options;
  const answer = await client.record.histogram({ ...eventConditionsOf(options), ...window, buckets: count });
  if (options.json === true) return printLines([JSON.stringify(answer)]);
  const { from, bucketMs, buckets } = answer;
  const rows = buckets.map(({ success, denied, error, throttled }, at) => [
    timeCell(new Date(Date.parse(from) + at * bucketMs).toISOString(), zone),
    ...[success, denied, error, throttled].map(String),
  ]);
  await printTable([`FROM (${zoneName(zone)})`, 'SUCCESS', 'DENIED', 'ERROR', 'THROTTLED'], rows);
}
