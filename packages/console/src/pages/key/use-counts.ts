import type { EventHistogram, EventSummary } from '@keywitness/api';
import type { ChartSeries } from '../../components/index.ts';

/** A value with how often it occurs, as it is exported. */
export interface Counted {
  readonly field: string;
  readonly value: string;
  readonly count: number;
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
}

/** What events have most, all fields in one list. */
export function countedOf(fields: EventSummary['fields']): readonly Counted[] {
  return Object.entries(fields).flatMap(([field, summary]) =>
    (summary?.values ?? []).map(({ count, firstAt, lastAt, value }) => ({
      field,
      value,
      count,
      firstAt,
      lastAt,
    })),
  );
}

/** When each bucket of a histogram begins, in milliseconds since the epoch. */
export function histogramTimes({ bucketMs, buckets, from }: EventHistogram): readonly number[] {
  const start = Date.parse(from);
  return buckets.map((_, index) => start + index * bucketMs);
}

/** How events ended, over time, what went well at the bottom. */
export function histogramSeries({ buckets }: EventHistogram): readonly ChartSeries[] {
  const all = [
    { label: 'Allowed', tone: 'success' },
    { label: 'Denied', tone: 'denied' },
    { label: 'Error', tone: 'error' },
    { label: 'Throttled', tone: 'throttled' },
  ] as const;
  return all
    .map(({ label, tone }) => ({ label, tone, values: buckets.map((bucket) => bucket[tone]) }))
    .filter(({ tone, values }) => tone === 'success' || values.some((value) => value > 0));
}
