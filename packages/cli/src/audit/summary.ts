import { type EventConditions, eventConditionsOf, type SummaryField, summaryFields } from '@keywitness/api';
import { type Command, InvalidArgumentError } from 'commander';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { printLines } from '../terminal/index.ts';
import { zoneName } from '../time/index.ts';
import { withFilterOptions } from './filters.ts';
import { parseCount, printTable, timeCell, warnOfScan } from './overview-options.ts';
import { type WindowOptions, windowOf, withWindowOptions } from './window.ts';

interface SummaryOptions extends EventConditions, WindowOptions, ConnectionOptions {
  readonly by: readonly SummaryField[];
  readonly top: number;
  readonly scan: number;
  readonly utc?: true;
  readonly json?: true;
}

const fieldsStandard: readonly SummaryField[] = ['principal'];
const topStandard = 10;
const scanStandard = 10_000;

/** `keywitness audit summary`. */
export function addSummaryCommand(parent: Command): void {
  const command = parent
    .command('summary')
    .summary('what events have most: who, which keys, from where')
    .description(
      `Counts the newest events by what they have: ${summaryFields.join(', ')}. Several are named with commas between.`,
    );
  withConnectionOptions(
    withWindowOptions(withFilterOptions(command))
      .option('--by <fields>', 'what is counted, such as principal,key', parseFields, fieldsStandard)
      .option('--top <count>', 'at most so many of each', parseCount, topStandard)
      .option('--scan <count>', 'look at the newest so many events', parseCount, scanStandard)
      .option('--utc', 'show and read times in UTC, not in local time')
      .option('--json', 'the answer as JSON'),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit summary --by principal,source --outcome denied --since 7d
  keywitness audit summary --by material --key alias/files       who still uses the old version of a key?`,
    )
    .action(summary);
}

async function summary(options: SummaryOptions): Promise<void> {
  const zone = options.utc === true ? 'utc' : 'local';
  const client = await connect(options);
  const { by, scan, top } = options;
  const filters = { ...eventConditionsOf(options), ...windowOf(options, zone, Date.now()) };
  const answer = await client.record.summary({ ...filters, by, scan, top });
  if (options.json === true) return printLines([JSON.stringify(answer)]);
  for (const field of by) {
    const values = answer.fields[field]?.values ?? [];
    const rows = values.map(({ value, label, count, firstAt, lastAt }) => [
      String(count),
      timeCell(firstAt, zone),
      timeCell(lastAt, zone),
      label === undefined ? value : `${value} (${label})`,
    ]);
    const zoned = zoneName(zone);
    await printTable(['COUNT', `FIRST (${zoned})`, `LAST (${zoned})`, field.toUpperCase()], rows);
  }
  warnOfScan(answer);
}

function parseFields(text: string): readonly SummaryField[] {
  return text.split(',').map((name) => {
    const field = summaryFields.find((one) => one === name);
    if (field === undefined) throw new InvalidArgumentError(`It is made of ${summaryFields.join(', ')}.`);
    return field;
  });
}
