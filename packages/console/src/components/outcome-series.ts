import type { EventHistogram } from '@keywitness/api';
import type { ChartSeries } from './chart-series.ts';
import type { OutcomeWord } from './marks.tsx';

/** The first is at the bottom of a bar. */
const outcomes: readonly (readonly [outcome: OutcomeWord, label: string])[] = [
  ['success', 'Allowed'],
  ['denied', 'Denied'],
  ['error', 'Error'],
  ['throttled', 'Throttled'],
];

/** Bars for a chart, and where each begins. */
export function outcomeSeries({ buckets, bucketMs, from }: EventHistogram): {
  readonly timesMs: readonly number[];
  readonly series: readonly ChartSeries[];
} {
  const first = Date.parse(from);
  return {
    timesMs: buckets.map((_bucket, at) => first + at * bucketMs),
    series: outcomes.map(([name, label]) => ({
      label,
      tone: name,
      values: buckets.map((bucket) => bucket[name]),
    })),
  };
}

/** How many events ended in each way. */
export interface OutcomeTotal {
  readonly outcome: OutcomeWord;
  readonly label: string;
  readonly count: number;
}

export function outcomeTotals({ buckets }: EventHistogram): readonly OutcomeTotal[] {
  return outcomes.map(([name, label]) => ({
    outcome: name,
    label,
    count: buckets.reduce((sum, bucket) => sum + bucket[name], 0),
  }));
}
