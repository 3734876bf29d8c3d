import { ScrollText, Waves } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'wouter';
import type { EventHistogram, EventSummary, FieldSummary, SummaryField } from '@keywitness/api';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  Arn,
  BarList,
  Columns,
  CommandButton,
  EmptyState,
  ExportMenu,
  LinkButton,
  Section,
  Segments,
  Time,
  TimeChart,
  Toolbar,
} from '../../components/index.ts';
import { commandLine, countOf, type ExportColumn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import type { PartProps } from './subject.ts';
import { type Counted, countedOf, histogramSeries, histogramTimes } from './use-counts.ts';

const windows = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
] as const;

const fields = [
  { field: 'principal', title: 'Principals', about: 'Who asked for it.' },
  { field: 'asset', title: 'Assets', about: 'What it was for: pairs of the encryption context.' },
  { field: 'action', title: 'Actions', about: 'What was done.' },
  { field: 'source', title: 'Addresses', about: 'Where requests came from.' },
  { field: 'userAgent', title: 'Programs', about: 'What they said they are.' },
  { field: 'errorCode', title: 'Errors', about: 'What was refused, and why.' },
] as const satisfies readonly {
  readonly field: SummaryField;
  readonly title: string;
  readonly about: string;
}[];

const dayMs = 86_400_000;
const scan = 50_000;
const buckets = 90;
const top = 10;

const exported: readonly ExportColumn<Counted>[] = [
  { name: 'field', valueOf: ({ field }) => field },
  { name: 'value', valueOf: ({ value }) => value },
  { name: 'count', valueOf: ({ count }) => count },
  { name: 'firstAt', valueOf: ({ firstAt }) => firstAt },
  { name: 'lastAt', valueOf: ({ lastAt }) => lastAt },
];

/** Who uses a key: principals, assets, addresses, programs, with links to the events. */
export function UsePart({ subject }: PartProps): ReactElement {
  const { arn } = subject;
  const [query, setQuery] = useSearchParams();
  const days = windows.find(({ value }) => value === query.get('days'))?.value ?? '30';
  const fromOf = (): string => new Date(Date.now() - Number(days) * dayMs).toISOString();
  const summary = useApi(['key-use', arn, days], ({ client }) =>
    client.record.summary({ key: arn, by: fields.map(({ field }) => field), top, scan, from: fromOf() }),
  );
  const histogram = useApi(['key-histogram', arn, days], ({ client }) =>
    client.record.histogram({ key: arn, buckets, from: fromOf(), to: new Date().toISOString() }),
  );
  return (
    <>
      <Toolbar
        label="Window"
        end={
          <>
            <LinkButton icon={ScrollText} href={places.audit({ key: arn })}>
              All events
            </LinkButton>
            <ExportMenu name="key-use" rows={countedOf(summary.value?.fields ?? {})} columns={exported} />
            <CommandButton
              commands={[
                {
                  label: 'Its events',
                  line: commandLine('keywitness', 'audit', 'list', '--key', arn, '--since', `${days}d`),
                },
                {
                  label: 'Who used it',
                  line: commandLine('keywitness', 'keys', 'consequences', arn, '--days', days),
                },
              ]}
            />
          </>
        }
      >
        <Segments
          label="Window"
          value={days}
          options={windows}
          onChange={(value) =>
            setQuery(
              (before) => {
                before.set('days', value);
                return before;
              },
              { replace: true },
            )
          }
        />
      </Toolbar>
      <Section title="Over time" about="Events that are about the key, by how they ended.">
        <Answer state={histogram} lines={3}>
          {(value) => <Histogram histogram={value} />}
        </Answer>
      </Section>
      <Answer state={summary} lines={8}>
        {(value) => <Summary subject={subject} summary={value} days={days} />}
      </Answer>
    </>
  );
}

function Histogram({ histogram }: { readonly histogram: EventHistogram }): ReactElement {
  return (
    <TimeChart
      label="Events of the key over time, by how they ended"
      heightPx={140}
      timesMs={histogramTimes(histogram)}
      series={histogramSeries(histogram)}
    />
  );
}

interface SummaryProps extends PartProps {
  readonly summary: EventSummary;
  readonly days: string;
}

function Summary({ subject, summary, days }: SummaryProps): ReactElement {
  if (summary.matchedScanned === 0) {
    return (
      <EmptyState icon={Waves} title={`Nobody asked for it in ${days} days`}>
        When a program uses the key, it appears here within a second: who it is, from where, and for which
        asset, if it names one in its encryption context.
      </EmptyState>
    );
  }
  return (
    <>
      <p className="key-note">
        {`${countOf(summary.matchedScanned, 'event')}${summary.isComplete ? '' : ', the newest of more'}.`}
      </p>
      <Columns>
        {fields.map(({ about, field, title }) => {
          const found = summary.fields[field];
          return found === undefined || found.values.length === 0 ? undefined : (
            <Section key={field} title={title} about={`${about} ${moreText(found)}`}>
              <BarList
                label={title}
                items={found.values.map(({ count, label, lastAt, value }) => ({
                  id: value,
                  name: <ValueName field={field} value={value} label={label} />,
                  count,
                  note: (
                    <>
                      {lastAt !== undefined && <Time at={lastAt} show="relative" />}{' '}
                      <Link href={places.audit({ key: subject.arn, [field]: value })}>Events</Link>
                    </>
                  ),
                }))}
              />
            </Section>
          );
        })}
      </Columns>
    </>
  );
}

function moreText({ distinct, values }: FieldSummary): string {
  return distinct > values.length ? `The ${values.length} most frequent of ${distinct}.` : '';
}

interface ValueNameProps {
  readonly field: SummaryField;
  readonly value: string;
  readonly label: string | undefined;
}

function ValueName({ field, value, label }: ValueNameProps): ReactElement {
  if (field === 'principal') return <Arn arn={value} {...(label === undefined ? {} : { label })} />;
  if (field === 'asset') {
    const at = value.indexOf('=');
    return (
      <Link href={places.access({ name: value.slice(0, at), value: value.slice(at + 1) })}>{value}</Link>
    );
  }
  return (
    <span className="ellipsis" title={value}>
      {value}
    </span>
  );
}
