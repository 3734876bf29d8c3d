import { Pause, Play, Radio } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { AuditEvent, IndexedEvent } from '@keywitness/api';
import { useSearchParams } from 'wouter';
import type { StreamStatus } from '../../api/index.ts';
import {
  Button,
  CheckField,
  type Column,
  DataTable,
  EmptyState,
  eventColumns,
  eventExportColumns,
  ExportMenu,
  Health,
  LinkButton,
  Loading,
  PartError,
  Section,
  Segments,
  Time,
  type Tone,
} from '../../components/index.ts';
import { countOf, eventSentence } from '../../formats/index.ts';
import { useShortcut } from '../../keyboard/index.ts';
import { places } from '../../places/index.ts';
import { useHold } from './use-hold.ts';
import { type LiveEvents as Live, useLiveEvents } from './use-live-events.ts';

/** Narrower than elsewhere, and without what a row can do without. */
const widths: ReadonlyMap<string, number> = new Map([
  ['time', 66],
  ['who', 104],
  ['what', 124],
  ['key', 100],
  ['asset', 104],
  ['outcome', 150],
]);

const columns: readonly Column<IndexedEvent>[] = eventColumns.flatMap((column) => {
  const width = widths.get(column.id);
  if (width === undefined) return [];
  if (column.id !== 'time') return [{ ...column, width }];
  return [{ ...column, width, cell: ({ event }: IndexedEvent) => <Time at={event.time} show="time" /> }];
});

const shown = [
  { value: 'all', label: 'All' },
  { value: 'acts', label: 'Uses and changes' },
  { value: 'failed', label: 'Not allowed' },
] as const;

const statusTexts: Readonly<Record<StreamStatus, readonly [tone: Tone, says: string]>> = {
  connecting: ['neutral', 'connecting'],
  open: ['good', 'live'],
  paused: ['neutral', 'paused'],
  broken: ['attention', 'not live'],
};

/** What happens now. It stands still while it is paused, and while somebody is busy with it. */
export function LiveEvents(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const { isHeld, ...held } = useHold();
  const [announces, setAnnounces] = useState(false);
  const live = useLiveEvents(isHeld);
  const isPaused = live.status === 'paused';
  const toggle = isPaused ? live.resume : live.pause;
  useShortcut({ key: 'p' }, toggle);
  const show = shown.find(({ value }) => value === query.get('show'))?.value ?? 'all';
  const entries = live.entries.filter(({ event }) => isShown(event, show));
  const [tone, says] = statusTexts[live.status];
  return (
    <Section
      title="Now"
      isBare
      about={
        <span className="overview-live-status">
          {live.error === undefined && <Health tone={tone}>{says}</Health>}
          {live.waiting > 0 && <span>{countOf(live.waiting, 'newer event')}, held while you look</span>}
        </span>
      }
      actions={
        <>
          <CheckField label="Announce" isChecked={announces} onChange={setAnnounces} />
          <Segments
            label="Shown"
            value={show}
            options={shown}
            onChange={(value) =>
              setQuery((before) => {
                before.set('show', value);
                return before;
              })
            }
          />
          <Button icon={isPaused ? Play : Pause} aria-keyshortcuts="p" onClick={toggle}>
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
          <ExportMenu name="newest-events" rows={entries} columns={eventExportColumns} />
        </>
      }
    >
      <div className="overview-live" {...held}>
        <LiveList live={live} entries={entries} isFiltered={show !== 'all'} />
      </div>
      <p className="visually-hidden" aria-live={announces ? 'polite' : 'off'}>
        {announces && entries[0] !== undefined && eventSentence(entries[0].event)}
      </p>
    </Section>
  );
}

/** Of those that are shown alone: what touched a key or changed something, and what was not allowed. */
function isShown({ change, key, outcome }: AuditEvent, show: (typeof shown)[number]['value']): boolean {
  if (show === 'acts') return key !== undefined || change !== undefined;
  return show === 'all' || outcome !== 'success';
}

interface LiveListProps {
  readonly live: Live;
  readonly entries: readonly IndexedEvent[];
  readonly isFiltered: boolean;
}

function LiveList({ live, entries, isFiltered }: LiveListProps): ReactElement {
  const { error, isLoading, refresh, resume, status } = live;
  if (error !== undefined) {
    return (
      <div className="section-panel">
        <PartError error={error} onRetry={refresh} />
      </div>
    );
  }
  if (isLoading) return <Loading lines={10} />;
  return (
    <>
      {status === 'broken' && (
        <p className="overview-broken" role="status">
          Newer events do not come: the service has ended the stream, or you may not follow the record
          (keywitness:TailEvents). <Button onClick={resume}>Try again</Button>
        </p>
      )}
      {entries.length === 0 ? (
        <EmptyState
          icon={Radio}
          title={isFiltered ? 'Nothing of this kind lately' : 'Nothing happened yet'}
          actions={<LinkButton href={places.audit()}>Search the record</LinkButton>}
        >
          Every attempt stands here a moment after it was made, whoever made it. What this session itself
          reads is left out here; it is on the record like all else.
        </EmptyState>
      ) : (
        <DataTable
          label="Newest events"
          height="fill"
          columns={columns}
          rows={entries}
          keyOf={({ event }) => event.id}
          hrefOf={({ event }) => places.event(event.id)}
        />
      )}
    </>
  );
}
