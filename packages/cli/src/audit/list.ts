import { type Command, InvalidArgumentError } from 'commander';
import { type ApiClient, type EventConditions, eventConditionsOf, type IndexedEvent } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { canonicalText } from '../event/index.ts';
import { Failure } from '../failure.ts';
import { isOutputTerminal, printLines, visibleJson } from '../terminal/index.ts';
import type { Zone } from '../time/index.ts';
import { EventTable } from './event-table.ts';
import { partialHelp, type RecordQuery, withFilterOptions } from './filters.ts';
import { proveList } from './prove-list.ts';
import { type WindowOptions, windowOf, withWindowOptions } from './window.ts';

/** The filters and the window as options give them. */
export interface QueryOptions extends EventConditions, WindowOptions {
  readonly oldest?: true;
  readonly partial?: true;
}

interface ListOptions extends QueryOptions, ConnectionOptions {
  readonly limit: number;
  readonly utc?: true;
  readonly json?: true;
  readonly prove?: true;
  readonly mirrors?: string;
  readonly out?: string;
}

const limitStandard = 50;
const pageLimitMax = 1000;

/** `keywitness audit list`. */
export function addListCommand(parent: Command): void {
  const command = parent
    .command('list')
    .summary('who did what, with which key')
    .description(
      'Lists events of the record, newest first. Times are ISO 8601, such as 2026-07-01 or 2026-07-01T12:30+02:00, ' +
        'or relative: 15m, 2h, 30d, 4w ago. A time without an offset is local, or UTC with --utc.',
    );
  withConnectionOptions(
    withWindowOptions(withFilterOptions(command))
      .option('--limit <count>', 'at most so many events', parseLimit, limitStandard)
      .option('--oldest', 'oldest first')
      .option('--utc', 'show and read times in UTC, not in local time')
      .option('--json', 'one event a line, in canonical JSON')
      .option('--prove', 'write all of them to a file, with the proof that they are all')
      .option('-o, --out <file>', 'the file that --prove writes')
      .option('--mirrors <file>', 'have these mirrors cosign it: a policy that names their keys and URLs')
      .option('--partial', `with --prove: ${partialHelp}`),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit list --asset customer=4711              who touched what belongs to customer 4711?
  keywitness audit list --outcome denied --since 30d       who was turned away?
  keywitness audit list --principal alice --action 'key.*' --json
  keywitness audit list --asset customer=4711 --prove -o answer.kwa --mirrors mirrors.policy`,
    )
    .action(async (options: ListOptions) => {
      await list(await connect(options), options, Date.now());
    });
}

async function list(client: ApiClient, options: ListOptions, nowMs: number): Promise<void> {
  const zone = options.utc === true ? 'utc' : 'local';
  const filters = readQuery(options, zone, nowMs);
  const { prove, out, mirrors } = options;
  if ((prove === undefined) !== (out === undefined)) {
    throw new Failure('usage', '--prove and --out are given together');
  }
  if (out !== undefined) return proveList(client, filters, out, mirrors);
  if (mirrors !== undefined) throw new Failure('usage', '--mirrors is for --prove');
  if (options.partial !== undefined) throw new Failure('usage', '--partial goes with --prove');
  const print = options.json === true ? printJson : tablePrinter(zone);
  let left = options.limit;
  let cursor: string | undefined;
  while (left > 0) {
    const query = { ...filters, limit: Math.min(left, pageLimitMax) };
    const page = await client.listEventsPage(cursor === undefined ? query : { ...query, cursor });
    await print(page.events.slice(0, left));
    left -= page.events.length;
    cursor = page.next;
    if (cursor === undefined) break;
  }
  if (cursor === undefined || options.json === true) return;
  process.stderr.write(`keywitness: there are more than these ${options.limit} events; --limit shows more\n`);
}

/** What the options ask for. */
export function readQuery(options: QueryOptions, zone: Zone, nowMs: number): RecordQuery {
  return {
    ...eventConditionsOf(options),
    ...(options.partial === undefined ? {} : { partial: options.partial }),
    ...windowOf(options, zone, nowMs),
    order: options.oldest === true ? 'oldest' : 'newest',
  };
}

function tablePrinter(zone: Zone): (events: readonly IndexedEvent[]) => Promise<void> {
  const table = new EventTable(zone);
  return (events) => printLines(table.lines(events));
}

function printJson(events: readonly IndexedEvent[]): Promise<void> {
  const lines = events.map(({ event }) => canonicalText(event));
  return printLines(isOutputTerminal() ? lines.map(visibleJson) : lines);
}

function parseLimit(text: string): number {
  const limit = Number(text);
  if (!/^[0-9]{1,9}$/.test(text) || limit < 1) throw new InvalidArgumentError('It is a number from 1 on.');
  return limit;
}
