import type { Zone } from './parse-time.ts';

/** `2026-07-01 12:30:00`, or with milliseconds. A text that is no time is answered as it is. */
export function showTime(rfc3339: string, zone: Zone, precision: 'seconds' | 'milliseconds'): string {
  const time = new Date(rfc3339);
  if (Number.isNaN(time.getTime())) return rfc3339;
  const shown = zone === 'utc' ? time : new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return shown
    .toISOString()
    .slice(0, precision === 'seconds' ? 19 : 23)
    .replace('T', ' ');
}

/** The name of a zone for people. */
export function zoneName(zone: Zone): string {
  return zone === 'utc' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
