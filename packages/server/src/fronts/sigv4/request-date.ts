import type { HeaderFields } from './header-fields.ts';
import { incomplete, invalid, type Refusal } from './refusal.ts';

/** When a request says that it was signed. */
export interface RequestDate {
  readonly kind: 'date';
  /** `YYYYMMDD'T'HHMMSS'Z'`. */
  readonly basic: string;
  readonly ms: number;
}

const MINUTE_MS = 60_000;
const BASIC = /^\d{8}T\d{6}Z$/;
const HTTP_DATE_LENGTH = 29;

/** The date that was read last: most requests of a second have the same. */
let latest: RequestDate = { kind: 'date', basic: '19700101T000000Z', ms: 0 };

/**
 * The date of a request: `x-amz-date`, in ISO 8601 basic format, or without it `date`, which may also have the form of
 * RFC 9110 (5.6.7, IMF-fixdate).
 */
export function readRequestDate(fields: HeaderFields): RequestDate | Refusal {
  const amazon = fields.get('x-amz-date');
  const field = amazon ?? fields.get('date');
  const value = field?.count === 1 && field.plain ? field.value : '';
  if (value === latest.basic) return latest;
  const ms = basicMs(value) ?? (amazon === undefined ? httpMs(value) : undefined);
  if (ms !== undefined) {
    latest = { kind: 'date', basic: basicDate(ms), ms };
    return latest;
  }
  const got = /^[\w:+, -]{1,40}$/.test(value) ? ` Got '${value}'.` : '';
  return incomplete(
    `Date must be in ISO-8601 'basic format'.${got} See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

/** Refuses dates outside the window, in AWS's words. The window is what bounds a replay. */
export function checkClock(date: RequestDate, nowMs: number, skewMs: number): Refusal | undefined {
  if (Math.abs(date.ms - nowMs) <= skewMs) return undefined;
  const minutes = `${skewMs / MINUTE_MS} min.`;
  const now = basicDate(nowMs);
  if (date.ms < nowMs - skewMs) {
    const bound = basicDate(nowMs - skewMs);
    return invalid(`Signature expired: ${date.basic} is now earlier than ${bound} (${now} - ${minutes})`);
  }
  const bound = basicDate(nowMs + skewMs);
  return invalid(
    `Signature not yet current: ${date.basic} is still later than ${bound} (${now} + ${minutes})`,
  );
}

function basicMs(value: string): number | undefined {
  if (!BASIC.test(value)) return undefined;
  const day = `${value.slice(0, 4)}-${value.slice(4, 6)}-${value.slice(6, 8)}`;
  const time = `${value.slice(9, 11)}:${value.slice(11, 13)}:${value.slice(13, 15)}`;
  const ms = Date.parse(`${day}T${time}Z`);
  // The 30th of February is a number to `Date.parse`, and another day when it is written again.
  return Number.isNaN(ms) || basicDate(ms) !== value ? undefined : ms;
}

function httpMs(value: string): number | undefined {
  if (value.length !== HTTP_DATE_LENGTH) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) || new Date(ms).toUTCString() !== value ? undefined : ms;
}

function basicDate(ms: number): string {
  const text = new Date(ms).toISOString();
  return `${text.slice(0, 4)}${text.slice(5, 7)}${text.slice(8, 13)}${text.slice(14, 16)}${text.slice(17, 19)}Z`;
}
