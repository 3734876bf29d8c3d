import { type Command, InvalidArgumentError, Option } from 'commander';
import { type EventConditions, eventConditionsOf } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { openLog } from '../log-source/index.ts';
import {
  askCopy,
  copyFromLog,
  copyFromService,
  csvOutput,
  EventCopy,
  jsonOutput,
  tableOutput,
} from '../sql/index.ts';
import { readTrustedKeys } from '../trust/index.ts';
import { withFilterOptions } from './filters.ts';
import { type WindowOptions, windowOf, withWindowOptions } from './window.ts';

interface SqlOptions extends EventConditions, WindowOptions, ConnectionOptions {
  readonly log?: string;
  readonly logKey?: string;
  readonly limit: number;
  readonly timeout: number;
  readonly utc?: true;
  readonly json?: true;
  readonly csv?: true;
}

const rowsStandard = 1000;
const secondsStandard = 60;

/** `keywitness audit sql`. */
export function addSqlCommand(parent: Command): void {
  const command = parent
    .command('sql')
    .summary('a question in SQL over the events')
    .description(
      'Copies events out of the service, or out of a published log with --log, and answers one SELECT of SQLite over ' +
        'the copy, which can do nothing but read it. The table is called events, the pairs of the encryption contexts ' +
        'are the view assets.',
    )
    .argument('<query>', 'a SELECT over events and assets');
  withConnectionOptions(
    withWindowOptions(withFilterOptions(command))
      .option('--log <log>', 'a folder with a published log, or its URL, in place of the service')
      .option('--log-key <file>', 'verifier keys of that log, one a line; each of them must have signed')
      .option('--limit <rows>', 'at most so many rows', parseCount, rowsStandard)
      .option(
        '--timeout <seconds>',
        'at most so long for the answer, once the events are copied',
        parseCount,
        secondsStandard,
      )
      .option('--utc', 'read times in UTC, not in local time')
      .addOption(new Option('--json', 'one JSON object a line').conflicts('csv'))
      .option('--csv', 'comma-separated values with a line of titles'),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit sql "SELECT actor_name, count(*) FROM events WHERE outcome = 'denied' GROUP BY 1" --since 30d
  keywitness audit sql "SELECT DISTINCT actor_arn FROM events JOIN assets USING (log_index)
    WHERE name = 'customer' AND value = '4711'" --log backup/log --log-key log.vkey --csv`,
    )
    .action(async (query: string, options: SqlOptions) => {
      await answer(query, options, Date.now());
    });
}

async function answer(sql: string, options: SqlOptions, nowMs: number): Promise<void> {
  using copy = new EventCopy();
  await fill(copy, options, nowMs);
  copy.finish();
  const output = options.json === true ? jsonOutput() : options.csv === true ? csvOutput() : tableOutput();
  const question = { sql, rowsMax: options.limit, secondsMax: options.timeout };
  const hasMore = await askCopy(copy, question, output);
  await output.finish();
  if (!hasMore) return;
  process.stderr.write(`keywitness: there are more than these ${options.limit} rows; --limit shows more\n`);
}

async function fill(copy: EventCopy, options: SqlOptions, nowMs: number): Promise<void> {
  const window = windowOf(options, options.utc === true ? 'utc' : 'local', nowMs);
  const filters = { ...eventConditionsOf(options), ...window };
  const { log, logKey } = options;
  if ((log === undefined) !== (logKey === undefined)) {
    throw new Failure('usage', '--log and --log-key are given together');
  }
  if (log === undefined || logKey === undefined) {
    await copyFromService(await connect(options), filters, copy);
    return;
  }
  if (Object.keys(filters).length > 0) {
    throw new Failure('usage', 'filters choose events of the service: with --log, choose them with WHERE');
  }
  await copyFromLog(await openLog(log, options), readTrustedKeys(logKey), copy);
}

function parseCount(text: string): number {
  const count = Number(text);
  const isCount = /^[0-9]{1,6}$/.test(text) && count > 0;
  if (!isCount) throw new InvalidArgumentError('It is a number from 1 to 999999.');
  return count;
}
