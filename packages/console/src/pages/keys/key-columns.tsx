import { RotateCw, Trash2 } from 'lucide-react';
import type { KeySummary } from '@keywitness/api';
import type { ReactElement } from 'react';
import { type Column, KeyNeeds, KeyState, Time } from '../../components/index.ts';
import { type ExportColumn, nameOfKey } from '../../formats/index.ts';

/** What the list shows of each key. */
export const columns: readonly Column<KeySummary>[] = [
  { id: 'name', title: 'Key', width: 220, grow: 4, cell: (key) => <Name summary={key} /> },
  { id: 'state', title: 'State', width: 138, cell: ({ state }) => <KeyState state={state} /> },
  { id: 'needs', title: 'Needs', width: 150, grow: 1, cell: ({ needs }) => <KeyNeeds needs={needs} /> },
  {
    id: 'spec',
    title: 'Spec',
    width: 154,
    isMinor: true,
    cell: ({ spec }) => <span className="mono ellipsis">{spec}</span>,
  },
  {
    id: 'used',
    title: 'Last used',
    width: 112,
    cell: ({ lastUsedAt }) =>
      lastUsedAt === undefined ? (
        <span className="keys-never">never</span>
      ) : (
        <Time at={lastUsedAt} show="relative" />
      ),
  },
  { id: 'next', title: 'Next', width: 124, cell: (key) => <Next summary={key} /> },
  {
    id: 'created',
    title: 'Created',
    width: 92,
    isMinor: true,
    cell: ({ createdAt }) => <Time at={createdAt} show="day" />,
  },
];

interface SummaryProps {
  readonly summary: KeySummary;
}

function Name({ summary }: SummaryProps): ReactElement {
  const { aliases, description, keyId } = summary;
  return (
    <span className="keys-name ellipsis" title={[...aliases, keyId, description].join('\n')}>
      <span className={aliases.length === 0 ? 'mono' : 'keys-alias'}>{nameOfKey(keyId, aliases)}</span>
      {aliases.length > 1 && <span className="keys-more">{`+${aliases.length - 1}`}</span>}
      <span className="keys-about">{description}</span>
    </span>
  );
}

/** What happens to a key by itself: that it goes, or gets new material. */
function Next({ summary: { deletionAt, nextRotationAt } }: SummaryProps): ReactElement | null {
  const at = deletionAt ?? nextRotationAt;
  if (at === undefined) return null;
  const Icon = deletionAt === undefined ? RotateCw : Trash2;
  return (
    <span className="keys-next">
      <Icon size={13} aria-label={deletionAt === undefined ? 'Rotation' : 'Deletion'} />
      <Time at={at} show="day" />
    </span>
  );
}

/** What is exported of each key. */
export const exported: readonly ExportColumn<KeySummary>[] = [
  { name: 'keyId', valueOf: ({ keyId }) => keyId },
  { name: 'arn', valueOf: ({ arn }) => arn },
  { name: 'region', valueOf: ({ region }) => region },
  { name: 'aliases', valueOf: ({ aliases }) => aliases.join(' ') },
  { name: 'description', valueOf: ({ description }) => description },
  { name: 'state', valueOf: ({ state }) => state },
  { name: 'needs', valueOf: ({ needs }) => needs.join(' ') },
  { name: 'spec', valueOf: ({ spec }) => spec },
  { name: 'usage', valueOf: ({ usage }) => usage },
  { name: 'origin', valueOf: ({ origin }) => origin },
  { name: 'multiRegion', valueOf: ({ multiRegion }) => multiRegion },
  { name: 'tags', valueOf: ({ tags }) => tagsText(tags) },
  { name: 'createdAt', valueOf: ({ createdAt }) => createdAt },
  { name: 'lastUsedAt', valueOf: ({ lastUsedAt }) => lastUsedAt },
  { name: 'lastRotatedAt', valueOf: ({ lastRotatedAt }) => lastRotatedAt },
  { name: 'nextRotationAt', valueOf: ({ nextRotationAt }) => nextRotationAt },
  { name: 'deletionAt', valueOf: ({ deletionAt }) => deletionAt },
];

function tagsText(tags: KeySummary['tags']): string {
  return Object.entries(tags)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}
