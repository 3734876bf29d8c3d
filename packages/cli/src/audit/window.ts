import { type Command, Option } from 'commander';
import type { EventFilters } from '@keywitness/api';
import { Failure } from '../failure.ts';
import { parseTime, type Zone } from '../time/index.ts';

/** The window of time as options give it. */
export interface WindowOptions {
  readonly since?: string;
  readonly from?: string;
  readonly to?: string;
}

/** The options by which a window of time is chosen. */
export function withWindowOptions(command: Command): Command {
  return command
    .addOption(new Option('--since <time>', 'not before').conflicts('from'))
    .option('--from <time>', 'the same as --since')
    .option('--to <time>', 'before');
}

/** The window in instants. */
export function windowOf(
  { since, from, to }: WindowOptions,
  zone: Zone,
  nowMs: number,
): Pick<EventFilters, 'from' | 'to'> {
  const start = instant(since ?? from, zone, nowMs);
  const end = instant(to, zone, nowMs);
  return { ...(start === undefined ? {} : { from: start }), ...(end === undefined ? {} : { to: end }) };
}

function instant(text: string | undefined, zone: Zone, nowMs: number): string | undefined {
  if (text === undefined) return undefined;
  const timeMs = parseTime(text, nowMs, zone);
  if (timeMs !== undefined) return new Date(timeMs).toISOString();
  throw new Failure('usage', `\`${text}\` is not a time, such as 2026-07-01T12:30 or 15m, 2h, 30d`);
}
