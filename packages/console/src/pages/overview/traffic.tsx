import type { EventHistogram } from '@keywitness/api';
import type { ReactElement } from 'react';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  Outcome,
  OutcomeChart,
  outcomeTotals,
  Section,
  Segments,
  Stat,
  Stats,
  useNow,
} from '../../components/index.ts';
import { countText, timeRangeOf, timeRanges, windowOfRange } from '../../formats/index.ts';
import { places } from '../../places/index.ts';

const refreshMs = 30_000;
const heightPx = 132;

/** How many attempts were made, and how they ended. */
export function Traffic(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const range = timeRangeOf(query.get('range'), '24h');
  const span = windowOfRange(range, useNow(refreshMs).getTime());
  const state = useApi(
    ['overview.traffic', span.from, span.to],
    ({ client }) => client.record.histogram({ ...span, buckets: range.buckets }),
    { refreshMs, keepsLast: true },
  );
  return (
    <Section
      title="Attempts"
      about={range.says}
      isBare
      actions={
        <Segments
          label="Span of time"
          value={range.value}
          options={timeRanges}
          onChange={(value) =>
            setQuery((before) => {
              before.set('range', value);
              return before;
            })
          }
        />
      }
    >
      <Answer state={state} lines={6} isPart>
        {(histogram) => <Counts histogram={histogram} span={span} says={range.says} />}
      </Answer>
    </Section>
  );
}

interface CountsProps {
  readonly histogram: EventHistogram;
  readonly span: { readonly from: string; readonly to: string };
  readonly says: string;
}

function Counts({ histogram, span, says }: CountsProps): ReactElement {
  const [, navigate] = useLocation();
  const totals = outcomeTotals(histogram);
  const all = totals.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className="overview-traffic">
      <Stats>
        {totals.map(({ count, outcome }) => (
          <Stat
            key={outcome}
            label={<Outcome outcome={outcome} />}
            value={
              <Link href={places.audit({ outcome, ...span })} aria-label={`${count} ${outcome}, see them`}>
                {countText(count)}
              </Link>
            }
            note={all === 0 ? 'no attempts' : shareText(count, all)}
          />
        ))}
      </Stats>
      <div className="section-panel">
        <OutcomeChart
          label={`Attempts in ${says}, by how they ended`}
          histogram={histogram}
          heightPx={heightPx}
          onBrush={(fromMs, toMs) =>
            navigate(places.audit({ from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }))
          }
        />
      </div>
    </div>
  );
}

/** `12.3 %`, and never `0 %` of what there is. */
function shareText(count: number, all: number): string {
  const share = (100 * count) / all;
  if (count > 0 && share < 0.1) return 'under 0.1 %';
  return `${share === 0 || share === 100 ? share : share.toFixed(1)} %`;
}
