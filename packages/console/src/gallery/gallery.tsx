import { ApiError } from '@keywitness/api';
import { KeyRound, RotateCw } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import {
  Answer,
  Arn,
  Badge,
  Button,
  CodeBlock,
  Columns,
  CommandButton,
  EmptyState,
  ErrorState,
  ExportMenu,
  FilterChips,
  Level,
  Page,
  SearchField,
  Section,
  Segments,
  Sparkline,
  Stat,
  Stats,
  TabLinks,
  TimeChart,
  Toolbar,
} from '../components/index.ts';
import { commandLine, countText, option, shortCountText } from '../formats/index.ts';
import { EventTable } from './event-table.tsx';
import { sampleCounts, sampleEvents, sampleTimes } from './sample.ts';
import { Dialogs } from './dialogs.tsx';
import { Parts } from './parts.tsx';

const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-44cd-86ef-1234567890ab';

/** Every component, for whoever builds pages and for pictures. */
export function Gallery(): ReactElement {
  return (
    <main>
      <Page
        title="payroll"
        heading={
          <>
            payroll <Badge tone="good">Enabled</Badge>
          </>
        }
        trail={[{ label: 'Keys', href: '/keys' }]}
        about={<Arn arn={key} isWhole isLink={false} />}
        actions={
          <>
            <CommandButton
              commands={[
                {
                  label: 'Describe it',
                  line: commandLine('aws', 'kms', 'describe-key', ...option('--key-id', key)),
                },
                {
                  label: 'Its events',
                  line: commandLine('keywitness', 'audit', 'list', ...option('--key', key)),
                },
              ]}
            />
            <Button look="primary" icon={RotateCw}>
              Rotate now
            </Button>
          </>
        }
        tabs={
          <TabLinks
            label="Key"
            tabs={[
              { label: 'Overview', href: '/gallery.html' },
              { label: 'Policy', href: '/keys/1/policy' },
              { label: 'Use', href: '/keys/1/use' },
              { label: 'Grants', href: '/keys/1/grants', count: 3 },
            ]}
          />
        }
      >
        <Numbers />
        <Charts />
        <Lists />
        <Parts />
        <States />
        <Dialogs />
      </Page>
    </main>
  );
}

function Numbers(): ReactElement {
  return (
    <Stats>
      <Stat
        label="Attempts, 24 h"
        value={countText(1_204_518)}
        note={<Sparkline label="Attempts by hour" values={sampleCounts(1).slice(0, 24)} />}
      />
      <Stat label="Denied" value={countText(312)} note="0.03 %, as usual" />
      <Stat label="Log" value={shortCountText(48_211_904)} note="published 0.4 s ago" />
      <Stat label="Open incidents" value="2" note={<Level level="high" />} />
    </Stats>
  );
}

function Charts(): ReactElement {
  const [span, setSpan] = useState('');
  return (
    <Section title="Attempts" about="last 72 hours">
      <TimeChart
        label="Attempts by hour: most are allowed, some denied"
        timesMs={sampleTimes}
        series={[
          { label: 'Allowed', tone: 'success', values: sampleCounts(1) },
          { label: 'Denied', tone: 'denied', values: sampleCounts(0.12) },
          { label: 'Errors', tone: 'error', values: sampleCounts(0.05) },
          { label: 'Throttled', tone: 'throttled', values: sampleCounts(0.03) },
        ]}
        onBrush={(from, to) => setSpan(`${new Date(from).toISOString()} to ${new Date(to).toISOString()}`)}
      />
      <p role="status">{span}</p>
    </Section>
  );
}

function Lists(): ReactElement {
  const [text, setText] = useState('');
  const [outcome, setOutcome] = useState<'all' | 'denied'>('all');
  return (
    <Section title="Events" about="400 of them" isBare>
      <div className="page-content">
        <Toolbar
          label="Filters"
          end={
            <ExportMenu
              name="events"
              rows={sampleEvents}
              columns={[{ name: 'time', valueOf: ({ time }) => time }]}
            />
          }
        >
          <SearchField label="Filter events" value={text} onChange={setText} />
          <Segments
            label="Outcome"
            value={outcome}
            options={[
              { value: 'all', label: 'All', count: 400 },
              { value: 'denied', label: 'Denied', count: 48 },
            ]}
            onChange={setOutcome}
          />
          <FilterChips
            filters={[
              { name: 'asset', label: 'asset', value: 'customer=4711' },
              { name: 'outcome', label: 'outcome', value: 'denied' },
            ]}
            onRemove={() => setText('')}
            onClear={() => setText('')}
          />
        </Toolbar>
        <EventTable />
      </div>
    </Section>
  );
}

function States(): ReactElement {
  const error = new ApiError(
    'AccessDenied',
    'User: arn:aws:iam::111122223333:user/ann is not authorized to perform: kms:DisableKey because no identity-based policy allows it',
    {
      status: 403,
      requestId: '0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
      eventId: '0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c',
    },
  );
  return (
    <Columns>
      <ErrorState error={error} onRetry={() => undefined} />
      <EmptyState icon={KeyRound} title="No keys yet" actions={<Button look="primary">Create key</Button>}>
        A key protects what an application stores. Create one here, by the command line, or with any AWS SDK.
      </EmptyState>
      <Section title="Loading">
        <Answer state={{ value: undefined, error: undefined, refresh: () => Promise.resolve() }}>
          {() => null}
        </Answer>
      </Section>
      <CodeBlock
        text={JSON.stringify({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' }, null, 2)}
        what="the policy"
      />
    </Columns>
  );
}
