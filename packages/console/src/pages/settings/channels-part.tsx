import { BellOff, BellRing, Send } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import type { ChannelDetail, ChannelTest } from '@keywitness/api';
import { useAction, useApi } from '../../api/index.ts';
import {
  Answer,
  Arn,
  Badge,
  Button,
  CommandButton,
  ConfirmDialog,
  EmptyState,
  ErrorState,
  ExportMenu,
  Facts,
  Health,
  Level,
  Section,
  Time,
  Toolbar,
} from '../../components/index.ts';
import { commandLine, countOf, durationText, type ExportColumn } from '../../formats/index.ts';
import './settings.css';

const exported: readonly ExportColumn<ChannelDetail>[] = [
  { name: 'name', valueOf: ({ name }) => name },
  { name: 'type', valueOf: ({ type }) => type },
  { name: 'levelMin', valueOf: ({ levelMin }) => levelMin },
  { name: 'disabled', valueOf: ({ disabled }) => disabled },
  { name: 'updatedAt', valueOf: ({ updatedAt }) => updatedAt },
  { name: 'updatedBy', valueOf: ({ updatedBy }) => updatedBy },
];

const teaching = commandLine(
  'keywitness',
  'channels',
  'put',
  'on-call',
  '--type',
  'slack',
  '--level-min',
  'high',
);

/** Who is told of incidents, and whether that works. */
export function ChannelsPart(): ReactElement {
  const state = useApi(['channels'], ({ client }) => Array.fromAsync(client.channels.list()));
  return (
    <Answer state={state}>
      {(channels) =>
        channels.length === 0 ? (
          <EmptyState
            icon={BellRing}
            title="Nobody is told yet"
            actions={<CommandButton commands={[{ label: 'Tell a Slack channel', line: teaching }]} />}
          >
            A channel tells people of incidents within a second: Slack, PagerDuty, Teams, e-mail or a signed
            webhook. Its secrets are put by the command line, and shown to nobody.
          </EmptyState>
        ) : (
          <>
            <Toolbar
              label="Channels"
              end={
                <>
                  <ExportMenu name="channels" rows={channels} columns={exported} />
                  <CommandButton
                    commands={[
                      { label: 'List them', line: commandLine('keywitness', 'channels', 'list') },
                      { label: 'Add or change one', line: teaching },
                    ]}
                  />
                </>
              }
            >
              <span>{countOf(channels.length, 'channel')}</span>
            </Toolbar>
            {channels.map((channel) => (
              <Channel key={channel.name} channel={channel} onChanged={state.refresh} />
            ))}
          </>
        )
      }
    </Answer>
  );
}

interface ChannelProps {
  readonly channel: ChannelDetail;
  readonly onChanged: () => Promise<void>;
}

function Channel({ channel, onChanged }: ChannelProps): ReactElement {
  const { disabled, levelMin, name, secretNames, settings, type, updatedAt, updatedBy } = channel;
  const [test, setTest] = useState<ChannelTest>();
  const [isSwitching, setSwitching] = useState(false);
  const sending = useAction(async ({ client }) => setTest(await client.channels.test(name)));
  const switching = useAction(async ({ client }) => {
    await (disabled ? client.channels.enable(name) : client.channels.disable(name));
    await onChanged();
  });
  const word = disabled ? 'Enable' : 'Disable';
  return (
    <Section
      title={name}
      about={<Badge tone={disabled ? 'neutral' : 'good'}>{disabled ? 'disabled' : type}</Badge>}
      actions={
        <>
          <Button icon={disabled ? BellRing : BellOff} onClick={() => setSwitching(true)}>
            {word}
          </Button>
          <Button
            icon={Send}
            isBusy={sending.isRunning}
            onClick={() => {
              sending.run(undefined).catch(() => undefined);
            }}
          >
            Send a test
          </Button>
        </>
      }
    >
      <Facts
        facts={[
          [
            'Tells of',
            <span key="level" className="settings-level">
              <Level level={levelMin} /> or worse
            </span>,
          ],
          ...Object.entries(settings).map(([setting, value]) => [setting, value] as const),
          ['Secrets', secretNames.length === 0 ? undefined : secretNames.join(', ')],
          [
            'Changed',
            <span key="changed">
              <Time at={updatedAt} /> by <Arn arn={updatedBy} />
            </span>,
          ],
          ['Test', test === undefined ? undefined : <TestOutcome key="test" test={test} />],
        ]}
      />
      {sending.error !== undefined && <ErrorState error={sending.error} isInline />}
      <ConfirmDialog
        title={`${word} the channel ${name}`}
        isOpen={isSwitching}
        onClose={() => setSwitching(false)}
        confirm={word}
        onConfirm={() => switching.run(undefined)}
        isBusy={switching.isRunning}
        error={switching.error}
      >
        {disabled
          ? 'It is told of incidents from now on. What happened in the meantime is not told.'
          : 'Nobody is told of incidents here until it is enabled again. That is an event, and rules look for it.'}
      </ConfirmDialog>
    </Section>
  );
}

function TestOutcome({ test }: { readonly test: ChannelTest }): ReactElement {
  return test.outcome === 'sent' ? (
    <Health tone="good">{`sent in ${durationText(test.latencyMs)}`}</Health>
  ) : (
    <Health tone="attention">{`failed: ${test.reason}`}</Health>
  );
}
