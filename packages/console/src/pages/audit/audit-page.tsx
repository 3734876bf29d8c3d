import type { EventFilters, IndexedEvent } from '@keywitness/api';
import { ArrowDownUp, RotateCw, SearchX, ZoomOut } from 'lucide-react';
import { type ReactElement, useMemo, useState } from 'react';
import { useSearchParams } from 'wouter';
import { type PagesState, useApi, useConnection, usePages } from '../../api/index.ts';
import {
  Button,
  CommandButton,
  DataTable,
  EmptyState,
  ErrorState,
  eventColumns,
  eventExportColumns,
  ExportMenu,
  FilterChips,
  Loading,
  Page,
  Segments,
  TimeRange,
  Toolbar,
} from '../../components/index.ts';
import { commandLine, countOf, shortArn } from '../../formats/index.ts';
import { AuditHistogram, totalsOf } from './audit-histogram.tsx';
import './audit-page.css';
import {
  apiFilters,
  type AuditQuery,
  commandWords,
  filterLabels,
  filterNames,
  readAuditQuery,
} from './audit-query.ts';
import { AuditSearch } from './audit-search.tsx';
import { EventDrawer } from './event-drawer.tsx';
import { MostFrequent } from './most-frequent.tsx';
import type { Typed } from './search-tokens.ts';

const firstPageEvents = 100;
const nextPageEvents = 500;
const allPageEvents = 1000;
const buckets = 140;
const ranges = [
  { value: '1h', label: '1 h' },
  { value: '24h', label: '24 h' },
  { value: '7d', label: '7 d' },
  { value: '30d', label: '30 d' },
] as const;

/** Changes what the address says; what is `undefined` is taken out of it. */
type Change = (texts: Readonly<Record<string, string | undefined>>) => void;

/** Every attempt, allowed or not. */
export function AuditPage(): ReactElement {
  const { query, filters, params, change, askAgain } = useAuditAddress();
  const { order } = query;
  const { outcome, ...anyOutcome } = filters;
  const histogram = useApi(
    ['audit-histogram', anyOutcome],
    ({ client }) => client.record.histogram({ ...anyOutcome, buckets }),
    { keepsLast: true },
  );
  const events = usePages(
    ['audit-events', filters, order],
    ({ client }, cursor) =>
      client.listEventsPage({
        ...filters,
        order,
        limit: cursor.cursor === undefined ? firstPageEvents : nextPageEvents,
        ...cursor,
      }),
    (page) => page.events,
  );
  const refresh = (): void => {
    // What ends now is another question than before; any other is the same one, asked again.
    if (query.range !== undefined) askAgain();
    else Promise.all([histogram.refresh(), events.refresh()]).catch(ignoreShown);
  };
  return (
    <Page
      title="Audit"
      fills
      actions={<Actions query={query} filters={filters} events={events} onRefresh={refresh} />}
    >
      <Narrowing query={query} change={change} />
      {histogram.value !== undefined && sumOf(totalsOf(histogram.value) ?? {}) > 0 && (
        <AuditHistogram
          histogram={histogram.value}
          outcome={outcome}
          onBrush={(fromMs, toMs) => change({ range: undefined, ...spanOf(fromMs, toMs) })}
        />
      )}
      {histogram.error !== undefined && events.error === undefined && (
        <ErrorState error={histogram.error} onRetry={histogram.refresh} isInline />
      )}
      <Outcomes
        query={query}
        view={params.get('view') ?? ''}
        totals={totalsOf(histogram.value)}
        change={change}
      />
      {params.get('view') === 'most' ? (
        <MostFrequent
          filters={filters}
          onFilter={(name, value) => change({ [name]: value, view: undefined })}
        />
      ) : (
        <EventList
          events={events}
          query={query}
          selectedId={params.get('event') ?? undefined}
          change={change}
        />
      )}
    </Page>
  );
}

interface ActionsProps {
  readonly query: AuditQuery;
  readonly filters: EventFilters;
  readonly events: PagesState<unknown, IndexedEvent>;
  readonly onRefresh: () => void;
}

function Actions({ query, filters, events, onRefresh }: ActionsProps): ReactElement {
  const { client } = useConnection();
  const { order } = query;
  const loadAll = (): AsyncIterable<IndexedEvent> =>
    client.listEvents({ ...filters, order, limit: allPageEvents });
  return (
    <>
      <Button icon={RotateCw} onClick={onRefresh}>
        Refresh
      </Button>
      <CommandButton commands={commandsOf(query)} />
      <ExportMenu
        name="events"
        rows={events.items}
        columns={eventExportColumns}
        loadAll={events.hasMore ? loadAll : undefined}
      />
    </>
  );
}

interface NarrowingProps {
  readonly query: AuditQuery;
  readonly change: Change;
}

/** The search box, the span of time, and the filters that are in force. */
function Narrowing({ query, change }: NarrowingProps): ReactElement {
  return (
    <>
      <div className="audit-ask">
        <AuditSearch onSearch={(typed) => change(textsOf(typed, query))} />
        <TimeRange
          span={query}
          ranges={ranges}
          onChange={({ range, from, to }) => change({ range, from, to })}
        />
      </div>
      <FilterChips
        filters={filterNames.flatMap((name) => {
          const value = query.filters[name];
          return value === undefined ? [] : [{ name, label: filterLabels[name], value: shortArn(value) }];
        })}
        onRemove={(name) => change({ [name]: undefined })}
        onClear={() => change(Object.fromEntries(filterNames.map((name) => [name, undefined])))}
      />
    </>
  );
}

interface OutcomesProps extends NarrowingProps {
  readonly view: string;
  readonly totals: ReturnType<typeof totalsOf>;
}

/** How many events ended how; each to be looked at alone. And in which order. */
function Outcomes({ query, view, totals, change }: OutcomesProps): ReactElement {
  const { order } = query;
  const hasSpan = query.from !== undefined || query.to !== undefined;
  return (
    <Toolbar
      label="Outcome and order"
      end={
        <>
          {hasSpan && (
            <Button look="quiet" icon={ZoomOut} onClick={() => change({ from: undefined, to: undefined })}>
              Whole time
            </Button>
          )}
          <Segments
            label="Shown as"
            value={view === 'most' ? 'most' : ''}
            options={[
              { value: '', label: 'Events' },
              { value: 'most', label: 'Most frequent' },
            ]}
            onChange={(value) => change({ view: value })}
          />
          <Button
            look="quiet"
            icon={ArrowDownUp}
            onClick={() => change({ order: order === 'newest' ? 'oldest' : undefined })}
          >
            {order === 'newest' ? 'Newest first' : 'Oldest first'}
          </Button>
        </>
      }
    >
      <Segments
        label="Outcome"
        value={query.filters.outcome ?? ''}
        options={[
          { value: '', label: 'All', count: totals && sumOf(totals) },
          { value: 'success', label: 'Allowed', count: totals?.success },
          { value: 'denied', label: 'Denied', count: totals?.denied },
          { value: 'error', label: 'Error', count: totals?.error },
          { value: 'throttled', label: 'Throttled', count: totals?.throttled },
        ]}
        onChange={(value) => change({ outcome: value === '' ? undefined : value })}
      />
    </Toolbar>
  );
}

interface EventListProps {
  readonly events: PagesState<unknown, IndexedEvent>;
  readonly query: AuditQuery;
  readonly selectedId: string | undefined;
  readonly change: Change;
}

function EventList({ events, query, selectedId, change }: EventListProps): ReactElement {
  if (events.error !== undefined) return <ErrorState error={events.error} onRetry={events.refresh} />;
  if (events.isLoading) return <Loading label="Loading events" lines={12} />;
  return (
    <>
      {events.items.length === 0 ? (
        <NothingFound query={query} change={change} />
      ) : (
        <DataTable
          label="Events"
          height="fill"
          columns={eventColumns}
          rows={events.items}
          keyOf={({ event }) => event.id}
          onOpen={({ event }) => change({ event: event.id })}
          selectedKey={selectedId}
          hasMore={events.hasMore}
          onMore={events.loadMore}
        />
      )}
      <EventDrawer
        eventId={selectedId}
        rows={events.items}
        onShow={(eventId) => change({ event: eventId })}
        onFilter={(name, value) => change({ [name]: value, event: undefined })}
      />
    </>
  );
}

function NothingFound({ query, change }: Pick<EventListProps, 'query' | 'change'>): ReactElement {
  const given = filterNames.filter((name) => query.filters[name] !== undefined);
  const hasSpan = [query.range, query.from, query.to].some((text) => text !== undefined);
  return (
    <EmptyState
      icon={SearchX}
      title="No event matches"
      actions={
        <>
          {given.length > 0 && (
            <Button onClick={() => change(Object.fromEntries(given.map((name) => [name, undefined])))}>
              Remove {countOf(given.length, 'filter')}
            </Button>
          )}
          {hasSpan && (
            <Button onClick={() => change({ range: undefined, from: undefined, to: undefined })}>
              Search all of the time
            </Button>
          )}
        </>
      }
    >
      Every attempt is here, allowed or not: nothing that happened fits all filters at once. A part of a word
      is no word; a user agent or an action may end in “*”.
    </EmptyState>
  );
}

interface AuditAddress {
  readonly query: AuditQuery;
  readonly filters: EventFilters;
  readonly params: URLSearchParams;
  readonly change: Change;
  /** Moves the end of “up to now” to now. */
  readonly askAgain: () => void;
}

function useAuditAddress(): AuditAddress {
  const [params, setParams] = useSearchParams();
  const read = readAuditQuery(params);
  const text = JSON.stringify(read);
  const [asked, setAsked] = useState(() => ({ text, atMs: Date.now() }));
  // “Up to now” means when it was asked, and not when something is drawn again.
  if (asked.text !== text) setAsked({ text, atMs: Date.now() });
  // oxlint-disable-next-line react/exhaustive-deps -- the text is the query
  const query = useMemo(() => read, [text]);
  const filters = useMemo(() => apiFilters(query, asked.atMs), [query, asked.atMs]);
  const change: Change = (texts) =>
    setParams((before) => {
      const after = new URLSearchParams(before);
      for (const [name, value] of Object.entries(texts)) {
        if (value === undefined || value === '') after.delete(name);
        else after.set(name, value);
      }
      return after;
    });
  const askAgain = (): void => setAsked({ text, atMs: Date.now() });
  return { query, filters, params, change, askAgain };
}

/** What was typed, added to what the address says already: words are more words, other filters take the place of theirs. */
function textsOf({ filters, words }: Typed, query: AuditQuery): Readonly<Record<string, string | undefined>> {
  const all = [query.filters.text ?? '', ...words].join(' ').trim();
  return { ...filters, text: all, event: undefined };
}

function spanOf(fromMs: number, toMs: number): Readonly<Record<'from' | 'to', string>> {
  return { from: secondOf(fromMs), to: secondOf(toMs) };
}

function secondOf(timeMs: number): string {
  return new Date(Math.round(timeMs / 1000) * 1000).toISOString();
}

function sumOf(totals: Readonly<Record<string, number>>): number {
  return Object.values(totals).reduce((sum, count) => sum + count, 0);
}

function commandsOf(query: AuditQuery): readonly { readonly label: string; readonly line: string }[] {
  const { words, missing } = commandWords(query);
  const without = missing.map((name) => filterLabels[name].toLowerCase()).join(', ');
  return [
    {
      label:
        without === ''
          ? 'List these events'
          : `List these events (the command line has no filter for: ${without})`,
      line: commandLine('keywitness', 'audit', 'list', ...words),
    },
    {
      label: 'As JSON, one event a line',
      line: commandLine('keywitness', 'audit', 'list', ...words, '--json'),
    },
  ];
}

/** The error is in the state, and shown. */
function ignoreShown(): void {}
