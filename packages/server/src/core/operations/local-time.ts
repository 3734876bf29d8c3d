/** Formats that were made: making one takes far longer than using it. */
const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const FORMATS_MAX = 100;

/** The hour of the day in a time zone, `0` to `23`; `undefined` when there is no such zone. Zones know no case. */
export function localHour(ms: number, zone: string): string | undefined {
  const hour = partOf(ms, zone, 'hour');
  return hour === undefined ? undefined : String(Number(hour));
}

/** The day of the week in a time zone, `Monday` to `Sunday`. */
export function localWeekday(ms: number, zone: string): string | undefined {
  return partOf(ms, zone, 'weekday');
}

function partOf(ms: number, zone: string, type: 'hour' | 'weekday'): string | undefined {
  return formatOf(zone)
    ?.formatToParts(ms)
    .find((part) => part.type === type)?.value;
}

function formatOf(zone: string): Intl.DateTimeFormat | undefined {
  if (formats.has(zone)) return formats.get(zone);
  const format = newFormat(zone);
  if (formats.size >= FORMATS_MAX) formats.clear();
  formats.set(zone, format);
  return format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', { hour: '2-digit', hourCycle: 'h23', weekday: 'long', timeZone });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
