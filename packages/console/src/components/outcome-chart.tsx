import type { EventHistogram } from '@keywitness/api';
import { type ReactElement, useMemo } from 'react';
import { outcomeSeries } from './outcome-series.ts';
import { TimeChart } from './time-chart.tsx';

interface OutcomeChartProps {
  /** What is counted, such as `Attempts of ann over time`. */
  readonly label: string;
  readonly histogram: EventHistogram;
  readonly heightPx?: number;
  readonly onBrush?: ((fromMs: number, toMs: number) => void) | undefined;
}

/** How many events there were when, and how they ended. */
export function OutcomeChart({ label, histogram, heightPx, onBrush }: OutcomeChartProps): ReactElement {
  const { series, timesMs } = useMemo(() => outcomeSeries(histogram), [histogram]);
  return (
    <TimeChart
      label={label}
      timesMs={timesMs}
      series={series}
      onBrush={onBrush}
      {...(heightPx === undefined ? {} : { heightPx })}
    />
  );
}
