/** How times without a zone are read, and how times are shown. */
export type Zone = 'local' | 'utc';

const unitMs: ReadonlyMap<string, number> = new Map([
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

const relative = /^(?<count>\d{1,9})(?<unit>[smhdw])$/;
const absolute =
  /^(?<year>\d{4})-(?<month>\d{2})-(?<day>\d{2})([T ](?<hour>\d{2}):(?<minute>\d{2})(:(?<second>\d{2})([.,](?<fraction>\d{1,9}))?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?$/i;

/**
 * Reads a time as milliseconds since the epoch: `15m`, `2h` or `30d` before `nowMs`, or ISO 8601, such as `2026-07-01`,
 * `2026-07-01T12:30` or `2026-07-01T12:30:00+02:00`. A day begins at midnight; a time without an offset is of `zone`.
 * `undefined` for anything else, days that no calendar has among it.
 */
export function parseTime(text: string, nowMs: number, zone: Zone): number | undefined {
  const ago = relative.exec(text)?.groups;
  if (ago !== undefined) return nowMs - Number(ago['count']) * (unitMs.get(ago['unit'] ?? '') ?? 0);
  const groups = absolute.exec(text)?.groups;
  if (groups === undefined) return undefined;
  const part = (name: string): number => Number(groups[name] ?? 0);
  const parts = [part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')];
  const fractionMs = Math.floor(Number(`0.${groups['fraction'] ?? '0'}`) * 1000 + 1e-6);
  const utcMs = calendarMs(parts, 'utc');
  if (utcMs === undefined) return undefined;
  const offset = groups['zone'];
  if (offset === undefined) {
    const wholeMs = zone === 'utc' ? utcMs : calendarMs(parts, 'local');
    return wholeMs === undefined ? undefined : wholeMs + fractionMs;
  }
  const shiftMs = offsetMs(offset);
  return shiftMs === undefined ? undefined : utcMs - shiftMs + fractionMs;
}

/** `undefined` when the calendar would carry a part over, as it does with February 30. */
function calendarMs(parts: readonly number[], zone: Zone): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts;
  const isClock = month < 12 && hour < 24 && minute < 60 && second < 60;
  const date = new Date(0);
  if (zone === 'utc') {
    date.setUTCFullYear(year, month, day);
    date.setUTCHours(hour, minute, second, 0);
    return isClock && date.getUTCMonth() === month && date.getUTCDate() === day ? date.getTime() : undefined;
  }
  date.setFullYear(year, month, day);
  date.setHours(hour, minute, second, 0);
  return isClock && date.getMonth() === month && date.getDate() === day ? date.getTime() : undefined;
}

function offsetMs(offset: string): number | undefined {
  if (offset.toUpperCase() === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(-2));
  if (hours > 23 || minutes > 59) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
