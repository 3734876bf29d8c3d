import type { ServiceStatus } from '@keywitness/api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { ApiState } from '../../api/index.ts';
import { Answer, Health, Section } from '../../components/index.ts';
import { places } from '../../places/index.ts';
import { healthFactsOf, worstOf } from './health-facts.ts';

/** Whether the record is as it should be: what is published, who vouches, who follows, who is told, what room there is. */
export function LogHealth({ state }: { readonly state: ApiState<ServiceStatus> }): ReactElement {
  const facts = state.value === undefined ? [] : healthFactsOf(state.value);
  const { says, tone } = worstOf(facts);
  return (
    <Section
      title="Log health"
      about={state.value === undefined ? undefined : <Health tone={tone}>{says}</Health>}
      actions={<Link href={places.settings('trust')}>Details</Link>}
    >
      <Answer state={state} lines={6} isPart>
        {() => (
          <dl className="overview-health">
            {facts.map((fact) => (
              <div key={fact.name}>
                <dt>
                  <Health tone={fact.tone}>{fact.name}</Health>
                </dt>
                <dd>
                  {fact.says}
                  {fact.whatToDo !== undefined && <p className="overview-note">{fact.whatToDo}</p>}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Answer>
    </Section>
  );
}
