import type { IndexedEvent } from '@keywitness/api';
import type { ReactElement } from 'react';
import {
  actorName,
  assetTexts,
  attemptsOf,
  type ExportColumn,
  keyName,
  operationName,
} from '../formats/index.ts';
import './event-columns.css';
import { Outcome } from './marks.tsx';
import type { Column } from './table-columns.ts';
import { Time } from './time.tsx';

/** When, who, what, with which key, of which asset, how it ended and from where: the columns of every list of events. */
export const eventColumns: readonly Column<IndexedEvent>[] = [
  { id: 'time', title: 'Time', width: 158, cell: ({ event }) => <Time at={event.time} /> },
  { id: 'who', title: 'Who', width: 130, grow: 2, cell: ({ event }) => <Who row={event} /> },
  {
    id: 'what',
    title: 'What',
    width: 136,
    grow: 2,
    cell: ({ event }) => <span title={event.action}>{operationName(event)}</span>,
  },
  { id: 'key', title: 'Key', width: 120, grow: 2, isMinor: true, cell: ({ event }) => <Key row={event} /> },
  { id: 'asset', title: 'Asset', width: 140, grow: 3, cell: ({ event }) => <Assets row={event} /> },
  { id: 'outcome', title: 'Outcome', width: 176, grow: 1, cell: ({ event }) => <Ending row={event} /> },
  {
    id: 'from',
    title: 'From',
    width: 118,
    isMinor: true,
    cell: ({ event }) => <span className="event-quiet">{event.client.address}</span>,
  },
];

/** The same for a spreadsheet, with what a row has no room for. */
export const eventExportColumns: readonly ExportColumn<IndexedEvent>[] = [
  { name: 'index', valueOf: ({ index }) => index },
  { name: 'id', valueOf: ({ event }) => event.id },
  { name: 'time', valueOf: ({ event }) => event.time },
  { name: 'who', valueOf: ({ event }) => actorName(event) },
  { name: 'principal', valueOf: ({ event }) => event.actor.arn },
  { name: 'credential', valueOf: ({ event }) => event.actor.credentialId },
  { name: 'action', valueOf: ({ event }) => event.action },
  { name: 'operation', valueOf: ({ event }) => event.protocol.operation },
  { name: 'key', valueOf: ({ event }) => event.key?.arn ?? event.key?.requested },
  { name: 'assets', valueOf: ({ event }) => assetTexts(event).join('; ') },
  { name: 'outcome', valueOf: ({ event }) => event.outcome },
  { name: 'error', valueOf: ({ event }) => event.error?.code },
  { name: 'count', valueOf: ({ event }) => attemptsOf(event) },
  { name: 'address', valueOf: ({ event }) => event.client.address },
  { name: 'userAgent', valueOf: ({ event }) => event.client.userAgent },
  { name: 'requestId', valueOf: ({ event }) => event.requestId },
];

interface CellProps {
  readonly row: IndexedEvent['event'];
}

function Who({ row }: CellProps): ReactElement {
  return (
    <span className="event-who" title={row.actor.arn ?? row.actor.type}>
      {actorName(row)}
    </span>
  );
}

function Key({ row }: CellProps): ReactElement | null {
  const name = keyName(row);
  return name === undefined ? null : (
    <span className="event-key" title={row.key?.arn ?? name}>
      {name}
    </span>
  );
}

function Assets({ row }: CellProps): ReactElement | null {
  const assets = assetTexts(row);
  return assets.length === 0 ? null : (
    <span className="event-assets" title={assets.join('\n')}>
      {assets.join(', ')}
    </span>
  );
}

function Ending({ row }: CellProps): ReactElement {
  const times = attemptsOf(row);
  return (
    <>
      <Outcome outcome={row.outcome} code={row.error?.code} />
      {times > 1 && <span className="event-times">×{times}</span>}
    </>
  );
}
