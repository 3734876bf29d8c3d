import type { ReactElement } from 'react';
import type { ServiceStatus } from '@keywitness/api';
import { useApi } from '../../api/index.ts';
import {
  Answer,
  Badge,
  CodeBlock,
  Columns,
  CommandButton,
  EmptyState,
  Facts,
  Health,
  Section,
  Time,
} from '../../components/index.ts';
import { bytesText, commandLine, countOf, countText, durationText } from '../../formats/index.ts';

const refreshMs = 15_000;

/** Who vouches for the log, who follows it, and what room it has. */
export function TrustPart(): ReactElement {
  const state = useApi(['status'], ({ client }) => client.service.status(), { refreshMs });
  const keys = useApi(['log.vkey'], async ({ client }) =>
    new TextDecoder().decode((await client.logFetch('log.vkey')) ?? new Uint8Array()),
  );
  return (
    <>
      <Answer state={state} lines={10}>
        {(status) => (
          <>
            <Columns>
              <LogSection status={status} />
              <Witnesses status={status} />
            </Columns>
            <Columns>
              <Followers status={status} />
              <Sinks status={status} />
            </Columns>
          </>
        )}
      </Answer>
      <Section
        title="Verifier keys"
        about="What checkpoints are signed with. Keep a copy where the service cannot reach it: who has it need not trust the service."
        actions={
          <CommandButton
            commands={[
              {
                label: 'Verify the log',
                line: commandLine('keywitness', 'log', 'verify', '--key', 'log.vkey'),
              },
            ]}
          />
        }
      >
        <Answer state={keys}>{(text) => <CodeBlock text={text} what="the verifier keys" wraps />}</Answer>
      </Section>
    </>
  );
}

interface StatusProps {
  readonly status: ServiceStatus;
}

function LogSection({ status }: StatusProps): ReactElement {
  const { disk, log, store } = status;
  return (
    <Section title="Log">
      <Facts
        facts={[
          [
            'Origin',
            <span key="origin" className="mono">
              {log.origin}
            </span>,
          ],
          ['Events', countText(log.size)],
          ['Published', countText(log.publishedSize)],
          [
            'Checkpoint',
            log.checkpointAt === undefined ? undefined : (
              <Time key="at" at={log.checkpointAt} show="precise" />
            ),
          ],
          ['Index checkpoint', log.indexSize === undefined ? undefined : countText(log.indexSize)],
          ['Store', `${store.type}, ${bytesText(store.bytes)}`],
          ['Disk', `${bytesText(disk.freeBytes)} free, ${bytesText(disk.reserveBytes)} kept in reserve`],
          ['Retention', 'Events are kept for good. Nothing deletes them.'],
        ]}
      />
    </Section>
  );
}

function Witnesses({ status }: StatusProps): ReactElement {
  const { quorum, quorumMet, witnesses, at } = status.witnesses;
  return (
    <Section
      title="Witnesses"
      about={
        quorum === undefined ? undefined : (
          <Health tone={quorumMet ? 'good' : 'attention'}>
            {quorumMet ? 'quorum met' : 'quorum missing'}
          </Health>
        )
      }
    >
      {quorum === undefined ? (
        <EmptyState title="Nobody else vouches for this log">
          A witness on another machine cosigns that the log only grows, so that not even its owner can rewrite
          it unnoticed. Start one with <code>keywitness witness serve</code>, and name it in a witness policy.
        </EmptyState>
      ) : (
        <Facts
          facts={[
            ['Quorum', quorum],
            ['Cosigned', at === undefined ? 'not yet' : <Time key="at" at={at} />],
            ...witnesses.map(
              ({ name, hasCosigned, url }) =>
                [
                  name,
                  <Health key={name} tone={hasCosigned ? 'good' : 'attention'}>
                    {`${url}: ${hasCosigned ? 'has cosigned' : 'has not cosigned'}`}
                  </Health>,
                ] as const,
            ),
          ]}
        />
      )}
    </Section>
  );
}

function Followers({ status }: StatusProps): ReactElement {
  return (
    <Section title="Followers" about="What is made of the log, and how far it is.">
      <Facts
        facts={status.followers.map(
          ({ name, lag, position }) =>
            [
              name,
              <Health key={name} tone={lag === 0 ? 'good' : 'neutral'}>
                {lag === 0 ? `all ${countText(position)}` : `${countOf(lag, 'event')} behind`}
              </Health>,
            ] as const,
        )}
      />
    </Section>
  );
}

function Sinks({ status }: StatusProps): ReactElement {
  return (
    <Section title="Sinks" about="Where incidents go.">
      {status.channels.length === 0 ? (
        <EmptyState title="No channels">Nobody is told of incidents. See Channels.</EmptyState>
      ) : (
        <Facts
          facts={status.channels.map(
            ({ deadLetters, disabled, failures, name, oldestWaitingSeconds, waiting }) =>
              [
                name,
                disabled ? (
                  <Badge key={name}>disabled</Badge>
                ) : (
                  <Health key={name} tone={failures === 0 && deadLetters === 0 ? 'good' : 'attention'}>
                    {[
                      failures === 0 ? 'delivers' : `failed ${countOf(failures, 'time')} on end`,
                      ...(waiting === 0
                        ? []
                        : [`${countText(waiting)} waiting for ${durationText(oldestWaitingSeconds * 1000)}`]),
                      ...(deadLetters === 0 ? [] : [countOf(deadLetters, 'dead letter')]),
                    ].join(', ')}
                  </Health>
                ),
              ] as const,
          )}
        />
      )}
    </Section>
  );
}
