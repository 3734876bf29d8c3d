const NUMBER = /^[+-]?[0-9]+(\.[0-9]+)?$/;
const EPOCH_SECONDS = /^[0-9]+(\.[0-9]+)?$/;
/** Four digits are a year to some readers and seconds since the epoch to others. */
const YEAR = /^[0-9]{4}$/;
const ISO_DATE =
  /^[0-9]{4}-[0-9]{2}(-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)?$/;

/** A decimal number as conditions write it; NaN, which compares as unequal to everything, when it is none. */
export function parseNumber(text: string): number {
  return NUMBER.test(text) ? Number(text) : Number.NaN;
}

/** Milliseconds since the epoch of an ISO 8601 date or of seconds since the epoch; NaN when it is neither. */
export function parseDate(text: string): number {
  if (YEAR.test(text)) return Number.NaN;
  if (EPOCH_SECONDS.test(text)) return Number(text) * 1000;
  return ISO_DATE.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
}

/** Whether there is such a day: to `Date.parse` the 30th of February is the 2nd of March. */
function isDay(date: string): boolean {
  const ms = Date.parse(date);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date);
}
