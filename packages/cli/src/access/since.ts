import { Failure } from '../failure.ts';
import { parseTime } from '../time/index.ts';

/** How far back questions about the record look. */
export const sinceStandard = '90d';

/** The words of `--since`. */
export const sinceHelp = 'not before: 90d, or ISO 8601';

/** A time of the command line as RFC 3339. */
export function instantOf(text: string): string {
  const timeMs = parseTime(text, Date.now(), 'local');
  if (timeMs !== undefined) return new Date(timeMs).toISOString();
  throw new Failure('usage', `\`${text}\` is not a time, such as 2026-07-01T12:30 or 15m, 2h, 30d`);
}
