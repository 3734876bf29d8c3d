import { lazy, type ReactElement, Suspense } from 'react';
import type { ChartContent } from './chart-series.ts';
import './time-chart.css';

interface TimeChartProps extends ChartContent {
  readonly heightPx?: number;
}

const ChartCanvas = lazy(async () => ({ default: (await import('./chart-canvas.tsx')).ChartCanvas }));
const heightPxDefault = 160;

/** Counts or measures over time. The library that draws it is loaded with the first one. */
export function TimeChart({ heightPx = heightPxDefault, ...rest }: TimeChartProps): ReactElement {
  return (
    <figure className="chart" aria-label={rest.label}>
      <Suspense fallback={<div className="chart-wait" style={{ height: heightPx }} />}>
        <ChartCanvas {...rest} heightPx={heightPx} />
      </Suspense>
    </figure>
  );
}

interface SparklineProps {
  readonly label: string;
  readonly values: readonly number[];
}

const sparkWidth = 96;
const sparkHeight = 22;

/** How something went lately, as small as a word. */
export function Sparkline({ label, values }: SparklineProps): ReactElement {
  const most = Math.max(1, ...values);
  const step = sparkWidth / Math.max(1, values.length);
  return (
    <svg className="sparkline" role="img" aria-label={label} width={sparkWidth} height={sparkHeight}>
      {values.map((value, at) => {
        const height = value === 0 ? 1 : Math.max(2, (value / most) * sparkHeight);
        return (
          <rect
            // oxlint-disable-next-line react/no-array-index-key -- bars are where they are, and nothing else
            key={at}
            x={at * step}
            y={sparkHeight - height}
            width={Math.max(1, step - 1)}
            height={height}
            data-zero={value === 0 || undefined}
          />
        );
      })}
    </svg>
  );
}
