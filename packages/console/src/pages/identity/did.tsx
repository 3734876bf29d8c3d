import { ScrollText } from 'lucide-react';
import type { ReactElement } from 'react';
import type { EventHistogram, EventSummary, SummaryField, ValueCount } from '@keywitness/api';
import { Link, useLocation, useSearchParams } from 'wouter';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  BarList,
  EmptyState,
  LinkButton,
  OutcomeChart,
  outcomeTotals,
  Section,
  Segments,
  useNow,
} from '../../components/index.ts';
import { countOf, countText, timeRangeOf, timeRanges, windowOfRange } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { useKeyNames } from './use-key-names.ts';
import type { Whose } from './whose.ts';

const nowStepMs = 60_000;
const topMax = 6;
const heightPx = 120;

interface Counted {
  readonly field: SummaryField & ('key' | 'action' | 'asset' | 'source');
  readonly title: string;
}

const endings = { success: 'allowed', denied: 'denied', error: 'failed', throttled: 'throttled' } as const;

const counted: readonly Counted[] = [
  { field: 'key', title: 'Keys' },
  { field: 'action', title: 'What' },
  { field: 'asset', title: 'Assets' },
  { field: 'source', title: 'Addresses' },
];

/** What somebody did, by the record. */
export function Did({ whose }: { readonly whose: Whose }): ReactElement {
  const [query, setQuery] = useSearchParams();
  const range = timeRangeOf(query.get('range'), '30d');
  const span = windowOfRange(range, useNow(nowStepMs).getTime());
  const { arn } = whose;
  const about = { principal: arn, ...span };
  const state = useApi(
    ['identity.did', arn, span.from, span.to],
    async ({ client }) => {
      const [histogram, summary] = await Promise.all([
        client.record.histogram({ ...about, buckets: range.buckets }),
        client.record.summary({ ...about, by: counted.map(({ field }) => field), top: topMax }),
      ]);
      return { histogram, summary };
    },
    { keepsLast: true },
  );
  return (
    <Section
      title="What it did"
      about={range.says}
      actions={
        <>
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
          <LinkButton icon={ScrollText} href={places.audit(about)}>
            Its events
          </LinkButton>
        </>
      }
    >
      <Answer state={state} lines={8} isPart>
        {(found) => <Found whose={whose} says={range.says} about={about} {...found} />}
      </Answer>
    </Section>
  );
}

interface FoundProps extends MostProps {
  readonly whose: Whose;
  readonly says: string;
  readonly histogram: EventHistogram;
}

function Found({ whose, says, about, histogram, summary }: FoundProps): ReactElement {
  const [, navigate] = useLocation();
  const totals = outcomeTotals(histogram);
  const all = totals.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) {
    return (
      <EmptyState title={`Nothing in ${says}`}>
        Every attempt of it is counted here, whether it was allowed or not.
      </EmptyState>
    );
  }
  const others = totals.filter(({ count, outcome }) => outcome !== 'success' && count > 0);
  return (
    <>
      <p className="identity-says">
        {countOf(all, 'event')}
        {others.map(({ count, outcome }) => `, ${countText(count)} ${endings[outcome]}`).join('')}.
      </p>
      <OutcomeChart
        label={`Attempts of ${whose.name} in ${says}, by how they ended`}
        histogram={histogram}
        heightPx={heightPx}
        onBrush={(fromMs, toMs) =>
          navigate(
            places.audit({
              principal: whose.arn,
              from: new Date(fromMs).toISOString(),
              to: new Date(toMs).toISOString(),
            }),
          )
        }
      />
      <Most summary={summary} about={about} />
    </>
  );
}

interface MostProps {
  readonly summary: EventSummary;
  readonly about: { readonly principal: string; readonly from: string; readonly to: string };
}

function Most({ summary: { fields, isComplete, matchedScanned }, about }: MostProps): ReactElement {
  const keyName = useKeyNames();
  return (
    <>
      <div className="identity-most">
        {counted.map(({ field, title }) => {
          const { distinct = 0, values = [] } = fields[field] ?? {};
          if (values.length === 0) return null;
          return (
            <div key={field}>
              <h3 className="identity-subtitle">
                {title}
                {distinct > values.length && (
                  <span className="identity-note"> the first of {countText(distinct)}</span>
                )}
              </h3>
              <BarList
                label={title}
                items={values.map((value) => ({
                  id: value.value,
                  count: value.count,
                  name: (
                    <Link href={places.audit({ ...about, [field]: value.value })} title={value.value}>
                      {nameOf(field, value, keyName)}
                    </Link>
                  ),
                }))}
              />
            </div>
          );
        })}
      </div>
      {!isComplete && (
        <p className="identity-note">Counted from its newest {countOf(matchedScanned, 'event')}.</p>
      )}
    </>
  );
}

function nameOf(
  field: Counted['field'],
  { label, value }: ValueCount,
  keyName: (arn: string) => string,
): string {
  return label ?? (field === 'key' ? keyName(value) : value);
}
