/** An instant as it is shown. */
export interface InstantText {
  /** `2030-01-31` */
  readonly day: string;
  /** `23:59:59`, with milliseconds if asked for. */
  readonly time: string;
  /** `UTC`, or the offset from it, such as `+01:00`. */
  readonly zone: string;
}

const minuteMs = 60_000;

/** Writes an instant in UTC or in the time zone of this machine, the same way for everybody: the day first, no words. */
export function instantText(at: Date, clock: 'utc' | 'local', hasMillis = false): InstantText {
  const offsetMinutes = clock === 'utc' ? 0 : -at.getTimezoneOffset();
  const text = new Date(at.getTime() + offsetMinutes * minuteMs).toISOString();
  return {
    day: text.slice(0, 10),
    time: text.slice(11, hasMillis ? 23 : 19),
    zone: clock === 'utc' ? 'UTC' : offsetText(offsetMinutes),
  };
}

function offsetText(minutes: number): string {
  const sign = minutes < 0 ? '-' : '+';
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `${sign}${String(hours).padStart(2, '0')}:${String(rest).padStart(2, '0')}`;
}

const steps = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' });

/** How far an instant is from another one: `3 minutes ago`, `in 2 days`, `just now`. */
export function relativeText(at: Date, now: Date): string {
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const step = steps.find(([, length]) => Math.abs(seconds) >= length);
  if (step !== undefined) return relative.format(Math.trunc(seconds / step[1]), step[0]);
  return Math.abs(seconds) < 10 ? 'just now' : relative.format(seconds, 'second');
}

/** How long something lasts, in its two largest units: `2 h 5 min`, `45 s`, `3 d`. */
export function durationText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = Math.floor(ms / 1000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** An instant as `<input type="datetime-local">` has it, to the second. */
export function fieldOfInstant(at: Date, clock: 'utc' | 'local'): string {
  const { day, time } = instantText(at, clock);
  return `${day}T${time}`;
}

/** The instant in such a field; `undefined` while it is not filled in. */
export function instantOfField(text: string, clock: 'utc' | 'local'): Date | undefined {
  if (text === '') return undefined;
  const withSeconds = /T\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  const at = new Date(clock === 'utc' ? `${withSeconds}Z` : withSeconds);
  return Number.isNaN(at.getTime()) ? undefined : at;
}
