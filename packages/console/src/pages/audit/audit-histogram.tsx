import type { EventHistogram } from '@keywitness/api';
import { type ReactElement, useMemo } from 'react';
import { type ChartSeries, TimeChart } from '../../components/index.ts';

type OutcomeWord = keyof EventHistogram['buckets'][number];

interface AuditHistogramProps {
  readonly histogram: EventHistogram;
  /** Shows this one alone. */
  readonly outcome: string | undefined;
  readonly onBrush: (fromMs: number, toMs: number) => void;
}

/** The first is at the bottom. */
const rows: readonly (readonly [outcome: OutcomeWord, label: string])[] = [
  ['success', 'Allowed'],
  ['denied', 'Denied'],
  ['error', 'Error'],
  ['throttled', 'Throttled'],
];

const heightPx = 112;

/** How many events there were when, and how they ended; a span that is drawn over it is looked at more closely. */
export function AuditHistogram({ histogram, outcome, onBrush }: AuditHistogramProps): ReactElement {
  const { buckets, bucketMs, from } = histogram;
  const timesMs = useMemo(
    () => buckets.map((_bucket, at) => Date.parse(from) + at * bucketMs),
    [buckets, bucketMs, from],
  );
  const series = useMemo(
    () =>
      rows
        .filter(([name]) => outcome === undefined || outcome === name)
        .map(([name, label]): ChartSeries => ({
          label,
          tone: name,
          values: buckets.map((bucket) => bucket[name]),
        })),
    [buckets, outcome],
  );
  return (
    <div className="audit-histogram">
      <TimeChart
        label="Events over time, by how they ended"
        timesMs={timesMs}
        series={series}
        heightPx={heightPx}
        onBrush={onBrush}
      />
    </div>
  );
}

/** How many events of each outcome a histogram has. */
export function totalsOf(
  histogram: EventHistogram | undefined,
): Readonly<Record<OutcomeWord, number>> | undefined {
  if (histogram === undefined) return undefined;
  const sum = (name: OutcomeWord): number =>
    histogram.buckets.reduce((total, bucket) => total + bucket[name], 0);
  return { success: sum('success'), denied: sum('denied'), error: sum('error'), throttled: sum('throttled') };
}
