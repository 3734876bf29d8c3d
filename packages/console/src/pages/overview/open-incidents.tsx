import type { IncidentSummary } from '@keywitness/api';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/index.ts';
import { Answer, Badge, Health, Level, Section, Time } from '../../components/index.ts';
import { countText, shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { gravest } from './gravest.ts';

const refreshMs = 15_000;
const askedFor = 100;
const shownMax = 5;

/** What the rules found and nobody has resolved, the gravest first. */
export function OpenIncidents(): ReactElement {
  const state = useApi(
    ['overview.incidents'],
    ({ client }) => client.incidents.listPage({ status: 'unresolved', limit: askedFor }),
    { refreshMs },
  );
  const count = state.value?.incidents.length ?? 0;
  const more = state.value?.next === undefined ? '' : '+';
  return (
    <Section
      title="Open incidents"
      about={count === 0 ? undefined : `${countText(count)}${more}`}
      actions={<Link href={places.incidents}>All incidents</Link>}
    >
      <Answer state={state} isPart>
        {({ incidents }) =>
          incidents.length === 0 ? (
            <Health tone="good">Nothing waits for anybody</Health>
          ) : (
            <ul className="overview-list">
              {gravest(incidents, shownMax).map((incident) => (
                <Incident key={incident.incidentId} incident={incident} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Section>
  );
}

function Incident({ incident }: { readonly incident: IncidentSummary }): ReactElement {
  const { entity, incidentId, level, openedAt, ruleTitle, status } = incident;
  return (
    <li className="overview-incident">
      <Link href={places.incident(incidentId)} className="overview-name">
        {ruleTitle}
      </Link>
      <Level level={level} />
      <span className="overview-note ellipsis">
        {Object.values(entity)
          .map((value) => shortArn(value))
          .join(', ')}
      </span>
      <span className="overview-note">
        {status === 'acknowledged' ? <Badge>acknowledged</Badge> : <Time at={openedAt} show="relative" />}
      </span>
    </li>
  );
}
