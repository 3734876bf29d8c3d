import type { LocalTime } from './zone.ts';

/** Hours of the week: `minutes` are ranges of minutes of a day, the end excluded; one that ends before it begins passes midnight. */
export interface Schedule {
  /** 0 is Monday; empty means every day. */
  readonly weekdays: readonly number[];
  /** Empty means the whole day. */
  readonly minutes: readonly { readonly from: number; readonly to: number }[];
}

/** Whether a local time lies in a schedule. What passes midnight belongs to the day on which it begins. */
export function isWithin({ weekdays, minutes }: Schedule, { weekday, hour, minute }: LocalTime): boolean {
  const now = hour * 60 + minute;
  const isDay = (day: number): boolean => weekdays.length === 0 || weekdays.includes(day);
  if (minutes.length === 0) return isDay(weekday);
  return minutes.some(({ from, to }) =>
    from < to
      ? isDay(weekday) && now >= from && now < to
      : (isDay(weekday) && now >= from) || (isDay((weekday + 6) % 7) && now < to),
  );
}
