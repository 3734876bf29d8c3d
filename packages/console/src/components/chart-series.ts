/** What a colour means: how attempts ended, or nothing in particular. */
export type ChartTone = 'success' | 'denied' | 'error' | 'throttled' | 'accent' | 'faint';

/** One row of values, as many as there are times. */
export interface ChartSeries {
  readonly label: string;
  readonly tone: ChartTone;
  readonly values: readonly (number | null)[];
}

/** What a chart shows. */
export interface ChartContent {
  /** What can be read off it: said to those who do not see it. */
  readonly label: string;
  /** Ascending, in milliseconds since the epoch: where each bar begins, or each point stands. */
  readonly timesMs: readonly number[];
  /** Bars are stacked, the first one at the bottom. */
  readonly series: readonly ChartSeries[];
  /** `bars` for counts in spans of time, `lines` for measures. */
  readonly shape?: 'bars' | 'lines';
  /** What the values are, such as `ms`; counts have none. */
  readonly unit?: string;
  /** A span of time was chosen with the mouse. Offer the same by fields, for whoever has none. */
  readonly onBrush?: ((fromMs: number, toMs: number) => void) | undefined;
}

/** Each series with those below it, so that it can be drawn behind them. */
export function stacked(series: readonly ChartSeries[], length: number): number[][] {
  const sums = Array.from({ length }, () => 0);
  return series.map(({ values }) => {
    for (let at = 0; at < length; at += 1) sums[at] = (sums[at] ?? 0) + (values[at] ?? 0);
    return [...sums];
  });
}
