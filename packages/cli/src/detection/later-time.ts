import { Failure } from '../failure.ts';
import { parseTime } from '../time/index.ts';

/** How commands say that a time lies ahead; shown in their help. */
export const laterTime = 'from now, as 4h or 7d, or ISO 8601';

/**
 * Reads a time that lies ahead as RFC 3339. What elsewhere is ago, such as `4h`, is from now on here.
 *
 * @throws Failure
 */
export function laterInstant(text: string, nowMs: number): string {
  const timeMs = parseTime(text, nowMs, 'local');
  if (timeMs === undefined) {
    throw new Failure('usage', `\`${text}\` is not a time, such as 2026-07-01T12:30 or 15m, 2h, 30d`);
  }
  const isRelative = /^\d+[a-z]$/.test(text);
  return new Date(isRelative ? 2 * nowMs - timeMs : timeMs).toISOString();
}
