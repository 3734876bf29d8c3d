import { TriangleAlert } from 'lucide-react';
import type { KeyConsequences } from '@keywitness/api';
import type { ReactElement } from 'react';
import { type ApiState, useApi } from '../../api/index.ts';
import { Arn, BarList, ErrorState, Loading, SelectField, Time } from '../../components/index.ts';
import { countOf, shortArn } from '../../formats/index.ts';
import type { KeySubject } from './subject.ts';

const windows = [
  { value: '30', label: 'the last 30 days' },
  { value: '90', label: 'the last 90 days' },
  { value: '365', label: 'the last year' },
] as const;

/** So many days that a guard looks back, as the fields have it. */
export type GuardDays = (typeof windows)[number]['value'];

const shownMax = 6;

/** Who used a key lately: asked for when a dialog is opened that would take it away. */
export function useConsequences(
  subject: KeySubject,
  days: GuardDays,
  isOpen: boolean,
): ApiState<KeyConsequences> {
  return useApi(isOpen ? ['key-consequences', subject.arn, days] : null, ({ client }) =>
    client.keys.consequences(subject.arn, { days: Number(days) }),
  );
}

interface ConsequencesProps {
  readonly state: ApiState<KeyConsequences>;
  readonly days: GuardDays;
  readonly onDays: (days: GuardDays) => void;
}

/** Who would feel it if the key was gone. */
export function Consequences({ state, days, onDays }: ConsequencesProps): ReactElement {
  const { value, error } = state;
  return (
    <section className="key-consequences" aria-label="Who uses it">
      <SelectField label="Who used it in" value={days} options={windows} onChange={onDays} />
      {value !== undefined && <Users consequences={value} />}
      {value === undefined && error === undefined && <Loading lines={3} />}
      {error !== undefined && (
        <>
          <p className="key-warning">
            <TriangleAlert size={15} aria-hidden="true" />
            <span>Who uses this key is not known to you: what follows from this cannot be shown.</span>
          </p>
          <ErrorState error={error} onRetry={state.refresh} isInline />
        </>
      )}
    </section>
  );
}

function Users({ consequences }: { readonly consequences: KeyConsequences }): ReactElement {
  const { aliases, assetCount, days, grantCount, isComplete, lastUsedAt, principals, relatedKeys, uses } =
    consequences;
  return (
    <>
      {uses === 0 ? (
        <p>
          {isComplete
            ? `Nobody used it in the last ${days} days. `
            : `No use was found among the newest events of the last ${days} days; there are more. `}
          {lastUsedAt === undefined ? (
            'There is no use of it on record at all.'
          ) : (
            <>
              Its last use was <Time at={lastUsedAt} show="relative" />.
            </>
          )}
        </p>
      ) : (
        <>
          <p className="key-warning">
            <TriangleAlert size={15} aria-hidden="true" />
            <span>
              <strong>{`Used ${isComplete ? '' : 'at least '}${countOf(uses, 'time')} in the last ${days} days`}</strong>
              {`, by ${countOf(principals.length, 'principal')} for ${countOf(assetCount, 'asset')}`}
              {lastUsedAt !== undefined && (
                <>
                  , last <Time at={lastUsedAt} show="relative" />
                </>
              )}
              .
            </span>
          </p>
          <BarList
            label="Principals"
            items={principals.slice(0, shownMax).map(({ principal, count }) => ({
              id: principal,
              name: <Arn arn={principal} label={shortArn(principal)} isLink={false} />,
              count,
            }))}
          />
        </>
      )}
      <ul className="key-hangs">
        {aliases.length > 0 && <li>{`Called ${aliases.join(', ')}.`}</li>}
        {grantCount > 0 && <li>{`${countOf(grantCount, 'grant')} would be worth nothing.`}</li>}
        {relatedKeys.length > 0 && (
          <li>{`Keys of the same id stay in ${countOf(relatedKeys.length, 'other Region')}.`}</li>
        )}
        {principals.length > shownMax && (
          <li>{`And ${countOf(principals.length - shownMax, 'more principal')}.`}</li>
        )}
      </ul>
    </>
  );
}
