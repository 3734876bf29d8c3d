import { ShieldCheck, Siren } from 'lucide-react';
import type { ReactElement } from 'react';
import type { IncidentFilters, IncidentSummary } from '@keywitness/api';
import { useSearchParams } from 'wouter';
import { useConnection, usePages } from '../../api/index.ts';
import {
  Badge,
  type Column,
  CommandButton,
  DataTable,
  EmptyState,
  ErrorState,
  ExportMenu,
  Level,
  Loading,
  Page,
  Segments,
  SelectField,
  Time,
  Toolbar,
} from '../../components/index.ts';
import { commandLine, countText, type ExportColumn, option, shortArn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { aboutText, toneOf } from './incident-words.ts';
import './incidents.css';

const statuses = [
  { value: 'unresolved', label: 'Unresolved' },
  { value: 'open', label: 'Open' },
  { value: 'acknowledged', label: 'Acknowledged' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'all', label: 'All' },
] as const;

const levels = [
  { value: 'all', label: 'Any level' },
  { value: 'low', label: 'Low or worse' },
  { value: 'medium', label: 'Medium or worse' },
  { value: 'high', label: 'High or worse' },
  { value: 'critical', label: 'Critical' },
] as const;

const columns: readonly Column<IncidentSummary>[] = [
  { id: 'level', title: 'Level', width: 92, cell: ({ level }) => <Level level={level} /> },
  {
    id: 'what',
    title: 'What',
    width: 240,
    grow: 3,
    cell: ({ ruleTitle }) => <span className="incidents-title ellipsis">{ruleTitle}</span>,
  },
  {
    id: 'about',
    title: 'About',
    width: 180,
    grow: 3,
    cell: ({ entity }) => (
      <span className="ellipsis" title={Object.values(entity).join(', ')}>
        {aboutText(entity)}
      </span>
    ),
  },
  {
    id: 'status',
    title: 'Status',
    width: 116,
    cell: ({ status }) => <Badge tone={toneOf(status)}>{status}</Badge>,
  },
  {
    id: 'count',
    title: 'Attempts',
    width: 74,
    isNumber: true,
    isMinor: true,
    cell: ({ count }) => countText(count),
  },
  {
    id: 'assignee',
    title: 'Whose',
    width: 100,
    grow: 1,
    isMinor: true,
    cell: ({ assignee }) => (assignee === undefined ? '' : shortArn(assignee)),
  },
  { id: 'opened', title: 'Opened', width: 152, cell: ({ openedAt }) => <Time at={openedAt} /> },
];

const exported: readonly ExportColumn<IncidentSummary>[] = [
  { name: 'incidentId', valueOf: ({ incidentId }) => incidentId },
  { name: 'level', valueOf: ({ level }) => level },
  { name: 'rule', valueOf: ({ rule }) => rule },
  { name: 'title', valueOf: ({ ruleTitle }) => ruleTitle },
  { name: 'about', valueOf: ({ entity }) => pairsOf(entity) },
  { name: 'status', valueOf: ({ status }) => status },
  { name: 'disposition', valueOf: ({ disposition }) => disposition },
  { name: 'attempts', valueOf: ({ count }) => count },
  { name: 'assignee', valueOf: ({ assignee }) => assignee },
  { name: 'openedAt', valueOf: ({ openedAt }) => openedAt },
  { name: 'lastSeenAt', valueOf: ({ lastSeenAt }) => lastSeenAt },
];

/** What the rules found: a queue, newest first. */
export function IncidentsPage(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const connection = useConnection();
  const status = statuses.find(({ value }) => value === query.get('status'))?.value ?? 'unresolved';
  const level = levels.find(({ value }) => value === query.get('level'))?.value ?? 'all';
  const rule = query.get('rule') ?? undefined;
  const filters = filtersOf(status, level, rule);
  const incidents = usePages(
    ['incidents', filters],
    ({ client }, cursor) => client.incidents.listPage({ ...filters, ...cursor }),
    (page) => page.incidents,
  );
  const change = (name: string, value: string): void =>
    setQuery((before) => {
      before.set(name, value);
      return before;
    });
  return (
    <Page
      title="Incidents"
      fills
      about="What the detection rules found in the record. Each of these was told to the channels when it was opened."
    >
      <Toolbar
        label="Filters"
        end={
          <>
            <ExportMenu
              name="incidents"
              rows={incidents.items}
              columns={exported}
              loadAll={incidents.hasMore ? () => connection.client.incidents.list(filters) : undefined}
            />
            <CommandButton commands={[{ label: 'List these incidents', line: lineOf(filters) }]} />
          </>
        }
      >
        <Segments
          label="Status"
          value={status}
          options={statuses}
          onChange={(value) => change('status', value)}
        />
        <SelectField
          label="Level"
          hidesLabel
          value={level}
          options={levels}
          onChange={(value) => change('level', value)}
        />
      </Toolbar>
      <Queue
        incidents={incidents}
        isUnfiltered={status === 'unresolved' && level === 'all' && rule === undefined}
      />
    </Page>
  );
}

interface QueueProps {
  readonly incidents: ReturnType<typeof usePages<{ readonly next?: string }, IncidentSummary>>;
  readonly isUnfiltered: boolean;
}

function Queue({ incidents, isUnfiltered }: QueueProps): ReactElement {
  const { error, hasMore, isLoading, items, loadMore, refresh } = incidents;
  if (error !== undefined) return <ErrorState error={error} onRetry={refresh} />;
  if (isLoading) return <Loading lines={12} />;
  if (items.length === 0) {
    return isUnfiltered ? (
      <EmptyState icon={ShieldCheck} title="Nothing waits for anybody">
        When a rule finds something in the record, such as denied attempts on many keys, it stands here within
        a second. See Settings for the rules that look for it, and for who is told.
      </EmptyState>
    ) : (
      <EmptyState icon={Siren} title="No incident fits">
        Take another status or level to see more.
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Incidents"
      height="fill"
      columns={columns}
      rows={items}
      keyOf={({ incidentId }) => incidentId}
      hrefOf={({ incidentId }) => places.incident(incidentId)}
      hasMore={hasMore}
      onMore={loadMore}
    />
  );
}

function filtersOf(
  status: (typeof statuses)[number]['value'],
  level: (typeof levels)[number]['value'],
  rule: string | undefined,
): IncidentFilters {
  return {
    ...(status === 'all' ? {} : { status }),
    ...(level === 'all' ? {} : { level }),
    ...(rule === undefined ? {} : { rule }),
  };
}

function lineOf({ status, level, rule }: IncidentFilters): string {
  return commandLine(
    'keywitness',
    'incidents',
    'list',
    ...option('--status', status),
    ...option('--level', level),
    ...option('--rule', rule),
  );
}

function pairsOf(entity: IncidentSummary['entity']): string {
  return Object.entries(entity)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
