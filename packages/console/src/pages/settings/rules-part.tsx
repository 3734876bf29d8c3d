import { FlaskConical, Radar } from 'lucide-react';
import type { ReactElement } from 'react';
import type { RuleSummary } from '@keywitness/api';
import { useSearchParams } from 'wouter';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  Badge,
  CodeBlock,
  type Column,
  CommandButton,
  DataTable,
  Drawer,
  EmptyState,
  ExportMenu,
  Facts,
  Level,
  SearchField,
  Time,
  Toolbar,
} from '../../components/index.ts';
import { commandLine, countOf, type ExportColumn, shortArn } from '../../formats/index.ts';
import { BacktestChart } from './backtest-chart.tsx';

const columns: readonly Column<RuleSummary>[] = [
  { id: 'level', title: 'Level', width: 110, cell: ({ level }) => <Level level={level} /> },
  {
    id: 'title',
    title: 'Looks for',
    width: 260,
    grow: 3,
    cell: ({ title }) => <span className="ellipsis">{title}</span>,
  },
  {
    id: 'name',
    title: 'Rule',
    width: 180,
    grow: 2,
    isMinor: true,
    cell: ({ name }) => <span className="mono ellipsis">{name}</span>,
  },
  {
    id: 'state',
    title: 'State',
    width: 130,
    cell: ({ changed, builtIn, disabled }) =>
      disabled ? (
        <Badge tone="attention">disabled</Badge>
      ) : (
        <Badge tone={changed ? 'accent' : 'good'}>
          {builtIn ? (changed ? 'changed' : 'built in') : 'yours'}
        </Badge>
      ),
  },
];

const exported: readonly ExportColumn<RuleSummary>[] = [
  { name: 'name', valueOf: ({ name }) => name },
  { name: 'title', valueOf: ({ title }) => title },
  { name: 'level', valueOf: ({ level }) => level },
  { name: 'disabled', valueOf: ({ disabled }) => disabled },
  { name: 'builtIn', valueOf: ({ builtIn }) => builtIn },
  { name: 'changed', valueOf: ({ changed }) => changed },
  { name: 'sha256', valueOf: ({ sha256 }) => sha256 },
];

/** What is looked for in the record, and how often each rule would have found something. */
export function RulesPart(): ReactElement {
  const [query, setQuery] = useSearchParams();
  const state = useApi(['rules'], ({ client }) => Array.fromAsync(client.rules.list()));
  const text = query.get('text') ?? '';
  const selected = query.get('rule') ?? undefined;
  const change = (name: string, value: string | undefined): void =>
    setQuery((before) => {
      if (value === undefined || value === '') before.delete(name);
      else before.set(name, value);
      return before;
    });
  return (
    <Answer state={state} lines={12}>
      {(rules) => {
        const words = text.toLowerCase();
        const shown = rules.filter(({ name, title }) => `${name} ${title}`.toLowerCase().includes(words));
        return (
          <>
            <Toolbar
              label="Filters"
              end={
                <>
                  <ExportMenu name="rules" rows={shown} columns={exported} />
                  <CommandButton
                    commands={[
                      { label: 'List the rules', line: commandLine('keywitness', 'rules', 'list') },
                      { label: 'Add one', line: commandLine('keywitness', 'rules', 'put', 'mine.yml') },
                    ]}
                  />
                </>
              }
            >
              <SearchField label="Filter rules" value={text} onChange={(value) => change('text', value)} />
              <span>{countOf(shown.length, 'rule')}</span>
            </Toolbar>
            {shown.length === 0 ? (
              <EmptyState icon={Radar} title="No rule has these words">
                Rules are Sigma files; `keywitness rules put` adds one of your own.
              </EmptyState>
            ) : (
              <DataTable
                label="Rules"
                columns={columns}
                rows={shown}
                keyOf={({ name }) => name}
                selectedKey={selected}
                onOpen={({ name }) => change('rule', name)}
              />
            )}
            <Drawer
              title={rules.find(({ name }) => name === selected)?.title ?? selected ?? ''}
              isOpen={selected !== undefined}
              onClose={() => change('rule', undefined)}
            >
              {selected !== undefined && <Rule name={selected} />}
            </Drawer>
          </>
        );
      }}
    </Answer>
  );
}

function Rule({ name }: { readonly name: string }): ReactElement {
  const state = useApi(['rule', name], ({ client }) => client.rules.get(name));
  return (
    <Answer state={state} lines={10}>
      {(rule) => (
        <div className="settings-rule">
          <Facts
            facts={[
              [
                'Rule',
                <span key="name" className="mono">
                  {rule.name}
                </span>,
              ],
              ['Level', <Level key="level" level={rule.level} />],
              ['Disabled', rule.disabled ? (rule.disabledReason ?? 'yes') : undefined],
              [
                'Until',
                rule.disabledUntil === undefined ? undefined : <Time key="until" at={rule.disabledUntil} />,
              ],
              [
                'Changed',
                rule.updatedAt === undefined ? undefined : <Time key="changed" at={rule.updatedAt} />,
              ],
              ['By', rule.updatedBy === undefined ? undefined : shortArn(rule.updatedBy)],
            ]}
          />
          <BacktestChart name={rule.name} icon={FlaskConical} />
          <CodeBlock text={rule.text} what="the rule" />
        </div>
      )}
    </Answer>
  );
}
