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

/**
 * Each series with those below it, so that it can be drawn behind them; nothing where it has nothing, so that its colour
 * does not shine through at their edges.
 */
export function stacked(series: readonly ChartSeries[], length: number): (number | null)[][] {
  const sums = Array.from({ length }, () => 0);
  return series.map(({ values }) =>
    sums.map((below, at) => {
      const value = values[at] ?? 0;
      sums[at] = below + value;
      return value === 0 ? null : below + value;
    }),
  );
}

/** How far the bars are apart; a minute where there is only one. */
export function stepOf(timesMs: readonly number[]): number {
  const [first, second] = timesMs;
  return first === undefined || second === undefined ? 60_000 : second - first;
}
