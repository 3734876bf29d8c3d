import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  type ApiClient,
  ApiError,
  type EventConditions,
  eventConditionsOf,
  type EventFilters,
  type IndexedEvent,
} from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { canonicalText } from '../event/index.ts';
import { isOutputTerminal, printLines, visibleJson } from '../terminal/index.ts';
import type { Zone } from '../time/index.ts';
import { EventTable } from './event-table.ts';
import { withFilterOptions } from './filters.ts';

interface TailOptions extends EventConditions, ConnectionOptions {
  readonly utc?: true;
  readonly json?: true;
}

/** Attempts to come back to a service that has gone away, one after the other. */
const reconnectsMax = 30;
const reconnectDelayMs = 1000;

/** Room for what columns usually hold: a live table cannot wait for its rows. */
const expectedCells = [6, 19, 16, 24, 36, 20, 9, 15].map((columns) => '-'.repeat(columns));

/** `keywitness audit tail`. */
export function addTailCommand(parent: Command): void {
  const command = parent
    .command('tail')
    .summary('events as they happen')
    .description(
      'Shows events from now on as they are committed, until it is interrupted. When the service restarts, it ' +
        'continues after the last event that it has shown.',
    );
  withConnectionOptions(
    withFilterOptions(command)
      .option('--utc', 'show times in UTC, not in local time')
      .option('--json', 'one event a line, in canonical JSON'),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness audit tail
  keywitness audit tail --outcome denied --json`,
    )
    .action(async (options: TailOptions) => {
      const client = await connect(options);
      await tail(client, eventConditionsOf(options), options);
    });
}

async function tail(client: ApiClient, filters: EventFilters, { utc, json }: TailOptions): Promise<void> {
  const show = json === true ? showJson : await startTable(utc === true ? 'utc' : 'local');
  // Asking for the size first fixes where "now" is, so that nothing is missed when the stream breaks off early.
  const { size } = await client.listEventsPage({ order: 'newest', limit: 1 });
  let after = size - 1;
  let failures = 0;
  while (failures <= reconnectsMax) {
    try {
      for await (const event of client.tailEvents(after < 0 ? filters : { ...filters, after })) {
        failures = 0;
        await show(event);
        after = event.index;
      }
    } catch (error) {
      if (!isGone(error) || failures === reconnectsMax) throw error;
    }
    failures += 1;
    await sleep(reconnectDelayMs);
  }
}

/** The service cannot be reached, or cannot serve now: it may come back. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

async function startTable(zone: Zone): Promise<(event: IndexedEvent) => Promise<void>> {
  const table = new EventTable(zone, expectedCells);
  await printLines([table.titleLine()]);
  return (event) => printLines([table.line(event)]);
}

async function showJson({ event }: IndexedEvent): Promise<void> {
  const line = canonicalText(event);
  await printLines([isOutputTerminal() ? visibleJson(line) : line]);
}
