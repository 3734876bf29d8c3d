import type { AuditEvent, EventFilters } from '@keywitness/api';
import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  DataTable,
  eventColumns,
  eventExportColumns,
  ExportMenu,
  LinkButton,
  Section,
  Segments,
} from '../../components/index.ts';
import { textAt } from '../../formats/index.ts';
import { places } from '../../places/index.ts';

interface RelatedEventsProps {
  readonly event: AuditEvent;
  /** Which relation is looked at; by the first word unless it is one that the event has. */
  readonly relation: string;
  readonly onRelation: (relation: string) => void;
}

interface Relation {
  readonly value: string;
  readonly label: string;
  readonly filters: Omit<EventFilters, 'asset'>;
}

const aroundMs = 600_000;
const shownMax = 50;

/** Other events that go with this one. */
export function RelatedEvents({ event, relation, onRelation }: RelatedEventsProps): ReactElement {
  const relations = relationsOf(event);
  const chosen = relations.find(({ value }) => value === relation) ?? relations[0];
  const filters = chosen?.filters ?? {};
  const found = useApi(
    ['related', filters],
    ({ client }) => client.listEventsPage({ ...filters, limit: shownMax, order: 'newest' }),
    { keepsLast: true },
  );
  return (
    <Section
      title="Related events"
      isBare
      actions={
        <>
          <Segments
            label="Related by"
            value={chosen?.value ?? ''}
            options={relations}
            onChange={onRelation}
          />
          <ExportMenu name="related-events" rows={found.value?.events ?? []} columns={eventExportColumns} />
          <LinkButton look="quiet" icon={ArrowRight} href={places.audit(filters)}>
            In the explorer
          </LinkButton>
        </>
      }
    >
      <Answer state={found} lines={5}>
        {({ events }) =>
          events.every((row) => row.event.id === event.id) ? (
            <p className="quiet">No other event.</p>
          ) : (
            <DataTable
              label="Related events"
              columns={eventColumns}
              rows={events}
              keyOf={(row) => row.event.id}
              hrefOf={(row) => places.event(row.event.id)}
              selectedKey={event.id}
            />
          )
        }
      </Answer>
    </Section>
  );
}

function relationsOf(event: AuditEvent): readonly Relation[] {
  const { actor, client, requestId, time, ciphertextId, sourceCiphertextId } = event;
  const timeMs = Date.parse(time);
  const around = {
    from: new Date(timeMs - aroundMs).toISOString(),
    to: new Date(timeMs + aroundMs).toISOString(),
  };
  const incident = incidentOf(event);
  return [
    actor.arn === undefined
      ? { value: 'around', label: 'Same address then', filters: { source: client.address, ...around } }
      : { value: 'around', label: 'Same principal then', filters: { principal: actor.arn, ...around } },
    { value: 'request', label: 'Same request', filters: { request: requestId } },
    ...(ciphertextId === undefined
      ? []
      : [{ value: 'ciphertext', label: 'Same data key', filters: { ciphertext: ciphertextId } }]),
    ...(sourceCiphertextId === undefined
      ? []
      : [
          {
            value: 'source',
            label: 'Before it was re-encrypted',
            filters: { ciphertext: sourceCiphertextId },
          },
        ]),
    ...(incident === undefined ? [] : [{ value: 'incident', label: 'Same incident', filters: { incident } }]),
  ];
}

/** The incident that the act was about, or for which it was refused. */
function incidentOf(event: AuditEvent): string | undefined {
  const named = textAt(event, 'parameters', 'incident') ?? textAt(event, 'change', 'after', 'incident');
  return named ?? event.decisions?.find(({ policy }) => policy?.startsWith('inc-'))?.policy;
}
