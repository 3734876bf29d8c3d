import type { ReactElement } from 'react';
import type { EffectiveSetting } from '@keywitness/api';
import { useSearchParams } from 'wouter';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  Badge,
  CheckField,
  type Column,
  CommandButton,
  DataTable,
  EmptyState,
  ExportMenu,
  SearchField,
  Toolbar,
} from '../../components/index.ts';
import { commandLine, type ExportColumn } from '../../formats/index.ts';

const columns: readonly Column<EffectiveSetting>[] = [
  {
    id: 'name',
    title: 'Setting',
    width: 190,
    grow: 1,
    cell: ({ name }) => <span className="mono ellipsis">{name}</span>,
  },
  {
    id: 'value',
    title: 'In force',
    width: 170,
    grow: 2,
    cell: ({ value, isSet }) =>
      value === undefined ? (
        <Badge>{isSet ? 'set, not shown' : 'not set'}</Badge>
      ) : (
        <span className="mono ellipsis" title={value}>
          {value}
        </span>
      ),
  },
  {
    id: 'origin',
    title: 'Set',
    width: 90,
    isMinor: true,
    cell: ({ isSet }) => (isSet ? <Badge tone="accent">set</Badge> : 'standard'),
  },
  {
    id: 'meaning',
    title: 'What it is',
    width: 260,
    grow: 4,
    isMinor: true,
    cell: ({ meaning }) => (
      <span className="ellipsis" title={meaning}>
        {meaning}
      </span>
    ),
  },
];

const exported: readonly ExportColumn<EffectiveSetting>[] = [
  { name: 'name', valueOf: ({ name }) => name },
  { name: 'value', valueOf: ({ value }) => value },
  { name: 'isSet', valueOf: ({ isSet }) => isSet },
  { name: 'meaning', valueOf: ({ meaning }) => meaning },
];

/** What the service was started with. It is changed where it is started, and nowhere else. */
export function ServicePart(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const state = useApi(['settings'], ({ client }) => client.service.settings());
  const text = query.get('text') ?? '';
  const isSetOnly = query.get('set') === 'only';
  return (
    <Answer state={state} lines={12}>
      {({ settings }) => {
        const words = text.toLowerCase();
        const shown = settings.filter(
          ({ isSet, meaning, name }) =>
            (isSet || !isSetOnly) && `${name} ${meaning}`.toLowerCase().includes(words),
        );
        return (
          <>
            <Toolbar
              label="Filters"
              end={
                <>
                  <ExportMenu name="settings" rows={shown} columns={exported} />
                  <CommandButton
                    commands={[{ label: 'All settings', line: commandLine('npm', 'start', '--', '--help') }]}
                  />
                </>
              }
            >
              <SearchField
                label="Filter settings"
                value={text}
                onChange={(value) => setQuery({ ...(isSetOnly ? { set: 'only' } : {}), text: value })}
              />
              <CheckField
                label="Only what was set"
                isChecked={isSetOnly}
                onChange={(isChecked) => setQuery({ ...(isChecked ? { set: 'only' } : {}), text })}
              />
            </Toolbar>
            {shown.length === 0 ? (
              <EmptyState title="No setting has these words">
                See docs/settings.md for all of them.
              </EmptyState>
            ) : (
              <DataTable label="Settings" columns={columns} rows={shown} keyOf={({ name }) => name} />
            )}
          </>
        );
      }}
    </Answer>
  );
}
