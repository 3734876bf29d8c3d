import { KeyRound, Plus, SearchX } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { KeyPage as KeyList, KeySummary } from '@keywitness/api';
import { useSearchParams } from 'wouter';
import { type PagesState, useConnection, usePages } from '../../api/index.ts';
import {
  Button,
  CommandButton,
  DataTable,
  EmptyState,
  ErrorState,
  ExportMenu,
  Loading,
  Page,
  SearchField,
  SelectField,
  Toolbar,
  useSettled,
} from '../../components/index.ts';
import { countOf } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { useSession } from '../../session/index.ts';
import { CreateKeyDialog } from './create-key-dialog.tsx';
import { choices, type FilterName, filtersIn, listLine } from './key-filters.ts';
import { columns, exported } from './key-columns.tsx';
import { specs } from './new-key.ts';
import './keys.css';

const specChoices = [
  { value: '', label: 'Any spec' },
  ...specs.map(({ value }) => ({ value, label: value })),
];

/** All keys, and which of them need somebody. */
export function KeysPage(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const [isCreating, setCreating] = useState(false);
  const connection = useConnection();
  const { region } = useSession();
  // What is typed is asked for when the hand rests: every question is on the record.
  const settled = useSettled(query.toString());
  const filters = filtersIn(new URLSearchParams(settled));
  const keys = usePages(
    ['keys', filters],
    ({ client }, cursor) => client.keys.listPage({ ...filters, ...cursor }),
    (page) => page.keys,
  );
  const change = (name: FilterName, value: string): void =>
    setQuery(
      (before) => {
        if (value === '') before.delete(name);
        else before.set(name, value);
        return before;
      },
      { replace: true },
    );
  const hasFilters = Object.keys(filters).length > 0;
  const create = (
    <Button look="primary" icon={Plus} onClick={() => setCreating(true)}>
      Create key
    </Button>
  );
  const actions = (
    <>
      <ExportMenu
        name="keys"
        rows={keys.items}
        columns={exported}
        loadAll={keys.hasMore ? () => connection.client.keys.list(filters) : undefined}
      />
      <CommandButton commands={[{ label: 'List these keys', line: listLine(filters) }]} />
      {create}
    </>
  );
  return (
    <Page title="Keys" fills actions={actions}>
      <Toolbar
        label="Filters"
        end={
          !keys.isLoading && keys.error === undefined ? (
            <span className="keys-never">
              {`${countOf(keys.items.length, 'key')}${keys.hasMore ? ' and more' : ''}`}
            </span>
          ) : undefined
        }
      >
        <Filters query={query} onChange={change} />
      </Toolbar>
      {keys.pages.some(({ lastUsesMissing }) => lastUsesMissing === true) && (
        <p role="status">
          The record did not tell in time when these keys were last used. Load the page again.
        </p>
      )}
      <Content
        keys={keys}
        homeRegion={region}
        hasFilters={hasFilters}
        onClear={() => setQuery({}, { replace: true })}
        create={create}
      />
      <CreateKeyDialog isOpen={isCreating} onClose={() => setCreating(false)} />
    </Page>
  );
}

interface FiltersProps {
  readonly query: URLSearchParams;
  readonly onChange: (name: FilterName, value: string) => void;
}

function Filters({ query, onChange }: FiltersProps): ReactElement {
  const { regions } = useSession();
  const regionChoices = [
    { value: '', label: 'All Regions' },
    ...regions.map((region) => ({ value: region, label: region })),
  ];
  const selects = [
    ['needs', 'Needs', choices.needs],
    ['state', 'State', choices.state],
    ['spec', 'Spec', specChoices],
    ['usage', 'Use', choices.usage],
    ['origin', 'Origin', choices.origin],
    ...(regions.length > 1 ? [['region', 'Region', regionChoices] as const] : []),
  ] as const;
  return (
    <>
      <SearchField
        label="Alias, id, tag, description"
        value={query.get('text') ?? ''}
        onChange={(value) => onChange('text', value)}
      />
      {selects.map(([name, label, options]) => (
        <div key={name} className="keys-filter">
          <SelectField
            label={label}
            hidesLabel
            value={query.get(name) ?? ''}
            options={options}
            onChange={(value) => onChange(name, value)}
          />
        </div>
      ))}
    </>
  );
}

interface ContentProps {
  readonly keys: PagesState<KeyList, KeySummary>;
  readonly homeRegion: string;
  readonly hasFilters: boolean;
  readonly onClear: () => void;
  readonly create: ReactElement;
}

function Content({ keys, homeRegion, hasFilters, onClear, create }: ContentProps): ReactElement {
  const { error, hasMore, isLoading, items, loadMore, refresh } = keys;
  if (error !== undefined) return <ErrorState error={error} onRetry={refresh} />;
  if (isLoading) return <Loading lines={12} />;
  if (items.length === 0) {
    return hasFilters ? (
      <EmptyState
        icon={SearchX}
        title="No key fits"
        actions={<Button onClick={onClear}>Show all keys</Button>}
      >
        Take a filter away. Words are looked for in ids, aliases, descriptions, and in tags written{' '}
        <code>name=value</code>.
      </EmptyState>
    ) : (
      <EmptyState icon={KeyRound} title="No keys yet" actions={create}>
        A key encrypts, signs or computes MACs for whoever its policy allows, and never leaves the service.
        Make one here or with <code>aws kms create-key</code>, give it an alias, and name the alias in your
        programs. Every use is on the record from then on.
      </EmptyState>
    );
  }
  return (
    <DataTable
      label="Keys"
      height="fill"
      columns={columns}
      rows={items}
      keyOf={({ arn }) => arn}
      hrefOf={({ keyId, region }) => places.key(keyId, '', region === homeRegion ? undefined : region)}
      hasMore={hasMore}
      onMore={loadMore}
    />
  );
}
