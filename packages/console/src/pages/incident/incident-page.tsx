import { BellRing, CircleCheck, Eye, MessageSquare, RotateCcw, ScrollText, Wrench } from 'lucide-react';
import { type SubmitEvent, type ReactElement, useState } from 'react';
import type { IncidentDetail } from '@keywitness/api';
import { Link, useParams } from 'wouter';
import { type Action, type ApiState, useAction, useApi } from '../../api/index.ts';
import {
  Answer,
  Arn,
  Badge,
  Button,
  Columns,
  CommandButton,
  CopyButton,
  ErrorState,
  ExportMenu,
  Facts,
  Level,
  LinkButton,
  Outcome,
  Page,
  Section,
  TextField,
  Time,
} from '../../components/index.ts';
import { commandLine, countText, type ExportColumn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { useSession } from '../../session/index.ts';
import './incident.css';
import { Remediations } from './remediations.tsx';
import { ResolveDialog } from './resolve-dialog.tsx';
import { auditFiltersOf, type Moment, timelineOf } from './timeline.ts';

/** So much of the record is shown before and after an incident. */
const aroundMs = 15 * 60_000;
const refreshMs = 10_000;
/** Instants of incidents have no more than milliseconds. */
const edgeMs = 1;
const eventsMax = 500;

const exported: readonly ExportColumn<Moment>[] = [
  { name: 'at', valueOf: ({ at }) => at },
  { name: 'kind', valueOf: ({ kind }) => kind },
  { name: 'says', valueOf: ({ says }) => says },
  { name: 'by', valueOf: ({ by }) => by },
  { name: 'outcome', valueOf: ({ outcome }) => outcome },
  { name: 'eventId', valueOf: ({ event }) => event?.eventId },
];

const icons = {
  opened: BellRing,
  event: ScrollText,
  comment: MessageSquare,
  step: Wrench,
  resolved: CircleCheck,
} as const;

/** One incident, from the first event to its end: what is known, what was done, and what can be done. */
export function IncidentPage(): ReactElement {
  const { id = '' } = useParams();
  const state = useApi(['incident', id], ({ client }) => client.incidents.get(id), { refreshMs });
  const title = state.value?.ruleTitle ?? 'Incident';
  return (
    <Page
      title={title}
      trail={[{ label: 'Incidents', href: places.incidents }]}
      heading={
        state.value === undefined ? (
          title
        ) : (
          <>
            {title} <Level level={state.value.level} />
          </>
        )
      }
      about={state.value?.summary}
      {...(state.value === undefined ? {} : { actions: <Actions incident={state.value} state={state} /> })}
    >
      <Answer state={state} lines={10}>
        {(incident) => <Content incident={incident} state={state} />}
      </Answer>
    </Page>
  );
}

interface IncidentProps {
  readonly incident: IncidentDetail;
  readonly state: ApiState<IncidentDetail>;
}

function Actions({ incident, state }: IncidentProps): ReactElement {
  const { incidentId, status } = incident;
  const session = useSession();
  const [isResolving, setResolving] = useState(false);
  const acknowledge = useAction(async ({ client }) => {
    await client.incidents.acknowledge(incidentId);
    await state.refresh();
  });
  const take = useAction(async ({ client }) => {
    await client.incidents.assign(incidentId, session.principalArn);
    await state.refresh();
  });
  const reopen = useAction(async ({ client }) => {
    await client.incidents.reopen(incidentId);
    await state.refresh();
  });
  const isResolved = status === 'resolved';
  return (
    <>
      <CommandButton commands={commandsOf(incidentId)} />
      {!isResolved && incident.assignee !== session.principalArn && (
        <ActionButton action={take}>Assign to me</ActionButton>
      )}
      {status === 'open' && (
        <ActionButton action={acknowledge} icon={Eye}>
          Acknowledge
        </ActionButton>
      )}
      {isResolved ? (
        <ActionButton action={reopen} icon={RotateCcw}>
          Reopen
        </ActionButton>
      ) : (
        <Button look="primary" icon={CircleCheck} onClick={() => setResolving(true)}>
          Resolve
        </Button>
      )}
      <ResolveDialog
        incidentId={incidentId}
        isOpen={isResolving}
        onClose={() => setResolving(false)}
        onResolved={state.refresh}
      />
      <Failures actions={[acknowledge, take, reopen]} />
    </>
  );
}

function Failures({ actions }: { readonly actions: readonly Action<undefined>[] }): ReactElement | null {
  const failed = actions.find(({ error }) => error !== undefined);
  return failed === undefined ? null : <ErrorState error={failed.error} isInline />;
}

function ActionButton({
  action,
  icon,
  children,
}: {
  readonly action: Action<undefined>;
  readonly icon?: typeof Eye;
  readonly children: string;
}): ReactElement {
  return (
    <Button
      {...(icon === undefined ? {} : { icon })}
      isBusy={action.isRunning}
      onClick={() => {
        action.run(undefined).catch(() => undefined);
      }}
    >
      {children}
    </Button>
  );
}

function Content({ incident, state }: IncidentProps): ReactElement {
  const { assignee, count, disposition, entity, incidentId, lastSeenAt, openedAt, rule, status } = incident;
  return (
    <>
      <Facts
        isRow
        facts={[
          [
            'Status',
            <Badge key="status" tone={status === 'open' ? 'attention' : 'neutral'}>
              {status}
            </Badge>,
          ],
          ['Turned out to be', disposition],
          ['Opened', <Time key="opened" at={openedAt} />],
          ['Last seen', <Time key="seen" at={lastSeenAt} />],
          ['Attempts', countText(count)],
          ['Whose', assignee === undefined ? 'nobody’s' : <Arn key="assignee" arn={assignee} />],
        ]}
      />
      <Columns shape="side">
        <Timeline incident={incident} state={state} />
        <div className="incident-side">
          <Section
            title="What it is about"
            actions={
              <LinkButton icon={ScrollText} href={places.audit(auditFiltersOf(incident, aroundMs))}>
                Its events
              </LinkButton>
            }
          >
            <Facts
              facts={[
                ...Object.entries(entity).map(
                  ([name, value]) => [name, <Arn key={name} arn={value} isWhole />] as const,
                ),
                [
                  'rule',
                  <a
                    key="rule"
                    className="incident-rule"
                    href={`/console${places.settings('rules')}?rule=${rule}`}
                  >
                    {rule}
                  </a>,
                ],
                [
                  'incident',
                  <span key="incident" className="mono">
                    {incidentId} <CopyButton text={incidentId} what="the incident’s id" />
                  </span>,
                ],
              ]}
            />
          </Section>
          <Remediations incident={incident} onChanged={state.refresh} />
        </div>
      </Columns>
    </>
  );
}

function Timeline({ incident, state }: IncidentProps): ReactElement {
  const [text, setText] = useState('');
  // Who may see incidents and no events sees where they stand in the log.
  const known = useApi(['incident-events', incident.incidentId, incident.count], async ({ client }) => {
    const { events } = await client.listEventsPage({
      ...auditFiltersOf(incident, edgeMs),
      order: 'oldest',
      limit: eventsMax,
    });
    return new Map(events.map(({ event }) => [event.id, event]));
  });
  const moments = timelineOf(incident, known.value);
  const comment = useAction(async ({ client }, note: string) => {
    await client.incidents.comment(incident.incidentId, note);
    setText('');
    await state.refresh();
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() !== '') comment.run(text.trim()).catch(() => undefined);
  };
  return (
    <Section
      title="Timeline"
      about="The first and the newest of its events, what was said, and what was done."
      actions={<ExportMenu name={incident.incidentId} rows={moments} columns={exported} />}
    >
      <ol className="incident-timeline">
        {moments.map((moment) => (
          <MomentRow key={moment.key} moment={moment} />
        ))}
      </ol>
      <form className="incident-note" onSubmit={submit}>
        <TextField
          label="Note"
          value={text}
          onChange={setText}
          lines={2}
          placeholder="What you found out. It stays on the record."
        />
        <Button type="submit" isBusy={comment.isRunning} disabled={text.trim() === ''}>
          Add note
        </Button>
        {comment.error !== undefined && <ErrorState error={comment.error} isInline />}
      </form>
    </Section>
  );
}

function MomentRow({ moment }: { readonly moment: Moment }): ReactElement {
  const { at, by, event, kind, outcome, says } = moment;
  const Icon = icons[kind];
  return (
    <li className={`incident-moment incident-moment-${kind}`}>
      <Icon size={14} aria-hidden="true" />
      <div className="incident-says">
        {event === undefined ? says : <Link href={places.event(event.eventId)}>{says}</Link>}
        {by !== undefined && (
          <span className="incident-by">
            <Arn arn={by} />
          </span>
        )}
      </div>
      {outcome === undefined ? <span /> : <Outcome outcome={outcome} />}
      <Time at={at} />
    </li>
  );
}

function commandsOf(incidentId: string): readonly { readonly label: string; readonly line: string }[] {
  return [
    { label: 'Show it', line: commandLine('keywitness', 'incidents', 'show', incidentId) },
    { label: 'Acknowledge it', line: commandLine('keywitness', 'incidents', 'acknowledge', incidentId) },
  ];
}
