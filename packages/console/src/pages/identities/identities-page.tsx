import { Bot, type LucideIcon, User, UserCog, Users } from 'lucide-react';
import { type ReactElement, useMemo } from 'react';
import { useSearchParams } from 'wouter';
import { adviceFor, useApi } from '../../api/index.ts';
import {
  Badge,
  type Column,
  CommandButton,
  DataTable,
  EmptyState,
  ErrorState,
  ExportMenu,
  Loading,
  Page,
  SearchField,
  Segments,
  SelectField,
  Time,
  Toolbar,
  useNow,
} from '../../components/index.ts';
import { commandLine, countText, type ExportColumn } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import './identities.css';
import {
  type IdentityFilter,
  type IdentityRow,
  isDormant,
  isShown,
  rowsOfPrincipals,
  sorted,
  sortKeys,
} from './identity-rows.ts';
import { loadCredentials, loadPrincipals, loadRoles } from './load-identities.ts';

const kinds = [
  { value: 'all', label: 'All' },
  { value: 'user', label: 'People' },
  { value: 'service', label: 'Services' },
  { value: 'role', label: 'Roles' },
] as const;

const states = [
  { value: 'all', label: 'Any state' },
  { value: 'active', label: 'In use' },
  { value: 'dormant', label: 'Dormant for 90 days' },
  { value: 'disabled', label: 'Disabled' },
] as const;

const icons: Readonly<Record<IdentityRow['kind'], LucideIcon>> = { user: User, service: Bot, role: UserCog };
const nowStepMs = 60_000;

const columns: readonly Column<IdentityRow>[] = [
  { id: 'name', title: 'Name', width: 190, grow: 3, canSort: true, cell: (row) => <Name row={row} /> },
  {
    id: 'kind',
    title: 'Kind',
    width: 76,
    canSort: true,
    cell: ({ kind }) => (kind === 'user' ? 'person' : kind),
  },
  { id: 'state', title: 'State', width: 92, cell: (row) => <State row={row} /> },
  {
    id: 'lastUsed',
    title: 'Last used',
    width: 152,
    canSort: true,
    cell: ({ kind, lastUsedAt }) =>
      lastUsedAt === undefined ? (
        <span className="identities-quiet">{kind === 'role' ? 'see its page' : 'never'}</span>
      ) : (
        <Time at={lastUsedAt} />
      ),
  },
  {
    id: 'credentials',
    title: 'Access keys',
    width: 104,
    isMinor: true,
    cell: ({ credentials, kind }) => (
      <span className="identities-quiet">{kind === 'role' ? 'by session' : keysText(credentials)}</span>
    ),
  },
  {
    id: 'policies',
    title: 'Policies of its own',
    width: 140,
    grow: 2,
    isMinor: true,
    cell: ({ policyNames }) => <span className="ellipsis">{policyNames.join(', ')}</span>,
  },
  {
    id: 'created',
    title: 'Created',
    width: 96,
    canSort: true,
    isMinor: true,
    cell: ({ createdAt }) => <Time at={createdAt} show="day" />,
  },
];

const exported: readonly ExportColumn<IdentityRow>[] = [
  { name: 'name', valueOf: ({ name }) => name },
  { name: 'arn', valueOf: ({ arn }) => arn },
  { name: 'kind', valueOf: ({ kind }) => kind },
  { name: 'disabled', valueOf: ({ disabled }) => disabled },
  { name: 'lastUsedAt', valueOf: ({ lastUsedAt }) => lastUsedAt },
  { name: 'accessKeys', valueOf: ({ credentials }) => credentials?.all },
  { name: 'accessKeysEnabled', valueOf: ({ credentials }) => credentials?.enabled },
  { name: 'policies', valueOf: ({ policyNames }) => policyNames.join('; ') },
  { name: 'createdAt', valueOf: ({ createdAt }) => createdAt },
];

/** Who can use keys, and when they last did: people, services and roles. */
export function IdentitiesPage(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const principals = useApi(['identities.principals'], ({ client }) => loadPrincipals(client));
  const credentials = useApi(['identities.credentials'], ({ client }) => loadCredentials(client));
  const roles = useApi(['identities.roles'], ({ iam }) => loadRoles(iam));
  const all = useMemo(
    () => [
      ...rowsOfPrincipals(principals.value?.items ?? [], credentials.value?.items),
      ...(roles.value?.items ?? []),
    ],
    [credentials.value, principals.value, roles.value],
  );
  const notes = [
    ...(credentials.error === undefined
      ? []
      : [`Access keys are not shown: ${adviceFor(credentials.error).message}.`]),
    ...(roles.error === undefined ? [] : [`Roles are not shown: ${adviceFor(roles.error).message}.`]),
    ...(principals.value?.lastUsesMissing === true
      ? ['The record has not told in time when they were last used. Load the page again.']
      : []),
    ...(principals.value?.isCut === true || roles.value?.isCut === true
      ? ['Only the first 10,000 are shown. Use the command line for all of them.']
      : []),
  ];
  return (
    <Page
      title="Identities"
      fills
      about="People, services and roles of this account: who can use keys, and when they last did."
    >
      {principals.error !== undefined && principals.value === undefined ? (
        <ErrorState error={principals.error} onRetry={principals.refresh} />
      ) : principals.value === undefined || (roles.value === undefined && roles.error === undefined) ? (
        <Loading lines={12} />
      ) : (
        <List all={all} query={query} setQuery={setQuery} notes={notes} />
      )}
    </Page>
  );
}

interface ListProps {
  readonly all: readonly IdentityRow[];
  readonly query: URLSearchParams;
  readonly setQuery: ReturnType<typeof useSearchParams>[1];
  readonly notes: readonly string[];
}

function List({ all, query, setQuery, notes }: ListProps): ReactElement {
  const nowMs = useNow(nowStepMs).getTime();
  const filter: IdentityFilter = {
    kind: kinds.find(({ value }) => value === query.get('kind'))?.value ?? 'all',
    state: states.find(({ value }) => value === query.get('state'))?.value ?? 'all',
    text: query.get('text') ?? '',
  };
  const by = sortKeys.find((key) => key === query.get('sort')) ?? 'name';
  const isDescending = query.get('order') === 'descending';
  const rows = useMemo(
    () =>
      sorted(
        all.filter((row) => isShown(row, filter, nowMs)),
        by,
        isDescending,
      ),
    // oxlint-disable-next-line react/exhaustive-deps -- what a filter has in it
    [all, by, filter.kind, filter.state, filter.text, isDescending, nowMs],
  );
  const change = (changes: Readonly<Record<string, string>>): void =>
    setQuery((before) => {
      for (const [name, value] of Object.entries(changes)) before.set(name, value);
      return before;
    });
  return (
    <>
      <Toolbar label="Filters" end={<End rows={rows} />}>
        <SearchField label="Filter identities" value={filter.text} onChange={(text) => change({ text })} />
        <Segments
          label="Kind"
          value={filter.kind}
          options={kinds.map((kind) => ({ ...kind, count: countOfKind(all, kind.value) }))}
          onChange={(kind) => change({ kind })}
        />
        <SelectField
          label="State"
          hidesLabel
          value={filter.state}
          options={states}
          onChange={(state) => change({ state })}
        />
      </Toolbar>
      {notes.length > 0 && (
        <ul className="identities-notes">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      {rows.length === 0 ? (
        <None filter={filter} />
      ) : (
        <DataTable
          label="Identities"
          height="fill"
          columns={columns}
          rows={rows}
          keyOf={({ arn }) => arn}
          hrefOf={({ arn, kind, name }) => places.identity(kind === 'role' ? arn : name)}
          sorting={{ by, isDescending }}
          onSort={(sorting) =>
            change({ sort: sorting.by, order: sorting.isDescending ? 'descending' : 'ascending' })
          }
        />
      )}
    </>
  );
}

function End({ rows }: { readonly rows: readonly IdentityRow[] }): ReactElement {
  return (
    <>
      <ExportMenu name="identities" rows={rows} columns={exported} />
      <CommandButton
        commands={[
          { label: 'People and services', line: commandLine('keywitness', 'admin', 'principal', 'list') },
          { label: 'Access keys', line: commandLine('keywitness', 'admin', 'credential', 'list') },
          {
            label: 'Roles',
            line: commandLine('aws', 'iam', 'list-roles', '--endpoint-url', location.origin),
          },
        ]}
      />
    </>
  );
}

function None({ filter: { kind, state, text } }: { readonly filter: IdentityFilter }): ReactElement {
  if (kind === 'role' && state === 'all' && text === '') {
    return (
      <EmptyState icon={UserCog} title="No roles yet">
        A role is what people and workloads become for a while: by single sign-on, by a workload’s own token,
        or from another role. Make one with <code>aws iam create-role</code>, and say in its trust policy who
        may.
      </EmptyState>
    );
  }
  if (state === 'dormant' && text === '') {
    return (
      <EmptyState icon={Users} title="Nobody is dormant">
        Whoever does nothing for 90 days stands here, so that it can be disabled before somebody finds its
        access key.
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={Users} title="No identity fits">
      Take other words or another state to see more. A new one is made with{' '}
      <code>keywitness admin principal create NAME</code>.
    </EmptyState>
  );
}

function Name({ row: { arn, kind, name } }: { readonly row: IdentityRow }): ReactElement {
  const Icon = icons[kind];
  return (
    <span className="identities-name" title={arn}>
      <Icon size={15} aria-hidden="true" />
      <span className="ellipsis">{name}</span>
    </span>
  );
}

function State({ row }: { readonly row: IdentityRow }): ReactElement | null {
  const now = useNow(nowStepMs);
  if (row.disabled) return <Badge>disabled</Badge>;
  return isDormant(row, now.getTime()) ? <Badge tone="attention">dormant</Badge> : null;
}

function keysText(credentials: IdentityRow['credentials']): string {
  if (credentials === undefined) return 'not known';
  const { all, enabled } = credentials;
  if (all === 0) return 'none';
  return all === enabled ? countText(all) : `${countText(enabled)} of ${countText(all)} work`;
}

function countOfKind(rows: readonly IdentityRow[], kind: IdentityFilter['kind']): number {
  return kind === 'all' ? rows.length : rows.filter((row) => row.kind === kind).length;
}
