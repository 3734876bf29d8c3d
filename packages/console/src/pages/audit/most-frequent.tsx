import type { EventFilters, EventSummary, SummaryField } from '@keywitness/api';
import type { ReactElement } from 'react';
import { useApi } from '../../api/index.ts';
import { Answer, BarList, Section } from '../../components/index.ts';
import { countText, shortArn } from '../../formats/index.ts';
import type { FilterName } from './audit-query.ts';

interface MostFrequentProps {
  readonly filters: EventFilters;
  readonly onFilter: (name: FilterName, value: string) => void;
}

const fields = [
  ['principal', 'Principals'],
  ['action', 'Actions'],
  ['key', 'Keys'],
  ['asset', 'Assets'],
  ['source', 'Addresses'],
  ['errorCode', 'Errors'],
] as const satisfies readonly (readonly [SummaryField, string])[];

const top = 8;

/** What the matching events have most; each leads to the events that have it. */
export function MostFrequent({ filters, onFilter }: MostFrequentProps): ReactElement {
  const found = useApi(['audit-most', filters], ({ client }) =>
    client.record.summary({ ...filters, by: fields.map(([name]) => name), top }),
  );
  return (
    <div className="audit-most">
      <Answer state={found} lines={10}>
        {(summary) => (
          <>
            <p className="quiet">
              {summary.isComplete
                ? `Of all ${countText(summary.matchedScanned)} matching events.`
                : `Of the newest ${countText(summary.matchedScanned)} matching events.`}
            </p>
            <div className="audit-most-lists">
              {fields.map(([name, label]) => (
                <Field key={name} name={name} label={label} summary={summary} onFilter={onFilter} />
              ))}
            </div>
          </>
        )}
      </Answer>
    </div>
  );
}

interface FieldProps extends Pick<MostFrequentProps, 'onFilter'> {
  readonly name: (typeof fields)[number][0];
  readonly label: string;
  readonly summary: EventSummary;
}

function Field({ name, label, summary, onFilter }: FieldProps): ReactElement {
  const { values = [], distinct = 0 } = summary.fields[name] ?? {};
  return (
    <Section
      title={label}
      about={distinct > values.length ? `${countText(distinct)} different ones` : undefined}
    >
      {values.length === 0 ? (
        <p className="quiet">None.</p>
      ) : (
        <BarList
          label={label}
          items={values.map(({ value, label: known, count }) => ({
            id: value,
            count,
            name: (
              <button
                type="button"
                className="audit-pick ellipsis"
                title={`Only ${value}`}
                onClick={() => onFilter(name, value)}
              >
                {known ?? shortArn(value)}
              </button>
            ),
          }))}
        />
      )}
    </Section>
  );
}
