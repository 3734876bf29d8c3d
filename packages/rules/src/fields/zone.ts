/** A moment on the clocks of a time zone. */
export interface LocalTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  /** 0 is Monday, 6 Sunday. */
  readonly weekday: number;
  /** ISO 8601, 1 to 53. */
  readonly week: number;
  /** Hours since Monday 00:00, 0 to 167. */
  readonly hourOfWeek: number;
}

/** Tells moments, milliseconds since the epoch, on the clocks of one zone. */
export type ZoneClock = (timeMs: number) => LocalTime;

const quarterMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;
export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** `undefined` when there is no such zone in the IANA database. */
export function zoneClock(zone: string): ZoneClock | undefined {
  if (zone === 'UTC') return (timeMs) => localTime(timeMs);
  const format = formatOf(zone);
  if (format === undefined) return undefined;
  // No zone changes its offset within a quarter of an hour, and events come in order: one is remembered.
  let knownQuarter = Number.NaN;
  let offsetMs = 0;
  return (timeMs) => {
    const quarter = Math.floor(timeMs / quarterMs);
    if (quarter !== knownQuarter) {
      knownQuarter = quarter;
      offsetMs = offsetAt(format, quarter * quarterMs);
    }
    return localTime(timeMs + offsetMs);
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB-u-ca-iso8601', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function offsetAt(format: Intl.DateTimeFormat, timeMs: number): number {
  const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const local = Date.UTC(
    number('year'),
    number('month') - 1,
    number('day'),
    number('hour'),
    number('minute'),
    number('second'),
  );
  return local - timeMs;
}

function localTime(localMs: number): LocalTime {
  const date = new Date(localMs);
  const weekday = (date.getUTCDay() + 6) % 7;
  const hour = date.getUTCHours();
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour,
    minute: date.getUTCMinutes(),
    weekday,
    week: isoWeek(localMs, weekday),
    hourOfWeek: weekday * 24 + hour,
  };
}

/** A week belongs to the year that its Thursday is in. */
function isoWeek(localMs: number, weekday: number): number {
  const thursday = new Date(localMs + (3 - weekday) * dayMs);
  const firstOfYear = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - firstOfYear) / (7 * dayMs)) + 1;
}
