import { type ReactElement, useState } from 'react';
import { Arn, type Column, DataTable, Outcome, type Sorting, Time } from '../components/index.ts';
import { places } from '../places/index.ts';
import { type SampleEvent, sampleEvents } from './sample.ts';

const columns: readonly Column<SampleEvent>[] = [
  { id: 'time', title: 'Time', width: 150, cell: ({ time }) => <Time at={time} />, canSort: true },
  {
    id: 'outcome',
    title: 'Outcome',
    width: 200,
    grow: 1,
    cell: ({ outcome, code }) => <Outcome outcome={outcome} code={code} />,
  },
  { id: 'operation', title: 'Operation', width: 130, grow: 1, cell: ({ operation }) => operation },
  {
    id: 'principal',
    title: 'Principal',
    width: 180,
    grow: 2,
    cell: ({ principal }) => <Arn arn={principal} />,
  },
  { id: 'key', title: 'Key', width: 180, grow: 2, cell: ({ key }) => <Arn arn={key} />, isMinor: true },
  { id: 'address', title: 'Address', width: 110, cell: ({ address }) => address, isMinor: true },
];

/** A table with every kind of cell. */
export function EventTable(): ReactElement {
  const [sorting, setSorting] = useState<Sorting>({ by: 'time', isDescending: true });
  return (
    <DataTable
      label="Events"
      columns={columns}
      rows={sampleEvents}
      keyOf={({ id }) => id}
      hrefOf={({ id }) => places.event(id)}
      selectedKey={sampleEvents[2]?.id}
      sorting={sorting}
      onSort={setSorting}
    />
  );
}
