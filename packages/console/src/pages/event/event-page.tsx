import { FileJson, FileQuestion, FileText } from 'lucide-react';
import { type ComponentProps, type ReactElement, useMemo } from 'react';
import { useParams, useSearchParams } from 'wouter';
import { type ApiState, useApi } from '../../api/index.ts';
import {
  Arn,
  Button,
  Columns,
  CommandButton,
  EmptyState,
  ErrorState,
  Facts,
  Health,
  Loading,
  Menu,
  Outcome,
  Page,
  ProofVerdict,
  saveFile,
  Time,
} from '../../components/index.ts';
import { commandLine, countText, eventSentence } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { type EventProof, proveEvent } from '../../proof/index.ts';
import { Attempt } from './attempt.tsx';
import { Deciding } from './deciding.tsx';
import './event-page.css';
import { type Leaf, readLeaf } from './read-leaf.ts';
import { RelatedEvents } from './related-events.tsx';
import { Renderings } from './renderings.tsx';
import { Verification } from './verification.tsx';

const trail = [{ label: 'Audit', href: places.audit() }];

/** One attempt: what the record says of it, why it ended so, and the proof that the record says so. */
export function EventPage(): ReactElement {
  const { id = '' } = useParams();
  const found = useApi(['event', id], ({ client }) => client.getEvent(id));
  const leafText = found.value?.leaf;
  const leaf = useMemo(() => (leafText === undefined ? undefined : readLeaf(leafText)), [leafText]);
  const proof = useApi(leaf === undefined ? null : ['event-proof', id, leafText], ({ client }) =>
    proveEvent(client, { eventId: id, leaf: leaf?.bytes ?? new Uint8Array(0) }),
  );
  if (leaf === undefined || found.value === undefined) {
    return (
      <Page title="Event" trail={trail}>
        {found.error === undefined ? (
          <Loading lines={10} />
        ) : (
          <ErrorState error={found.error} onRetry={found.refresh} />
        )}
      </Page>
    );
  }
  return <EventContent eventId={id} index={found.value.index} leaf={leaf} proof={proof} />;
}

interface EventContentProps {
  readonly eventId: string;
  readonly index: number;
  readonly leaf: Leaf;
  readonly proof: ApiState<EventProof>;
}

function EventContent({ eventId, index, leaf, proof }: EventContentProps): ReactElement {
  const [params, setParams] = useSearchParams();
  const { event, text } = leaf;
  const set = (name: string) => (value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return (
    <Page
      title={event === undefined ? 'Event' : eventSentence(event)}
      trail={trail}
      actions={
        <>
          <CommandButton commands={commandsOf(eventId)} />
          <SaveMenu eventId={eventId} leaf={leaf} proofText={proof.value?.proofText} />
        </>
      }
    >
      {proof.error === undefined && proof.value?.state === 'fails' && (
        <ProofVerdict
          state="fails"
          words="What this page shows is not what the log has signed. The steps beside say which check failed, and why."
        />
      )}
      <Head eventId={eventId} index={index} event={event} proof={proof} />
      <Columns shape="side">
        <div className="event-main">
          {event === undefined ? (
            <EmptyState icon={FileQuestion} title="These bytes are no event that this page can read">
              They are shown below as they came. If the verification holds, they are in the log all the same.
            </EmptyState>
          ) : (
            <>
              <Deciding event={event} />
              <Attempt event={event} />
            </>
          )}
        </div>
        <div className="event-side">
          <Verification proof={proof} />
        </div>
      </Columns>
      {event !== undefined && (
        <RelatedEvents event={event} relation={params.get('related') ?? ''} onRelation={set('related')} />
      )}
      <Renderings eventId={eventId} text={text} view={params.get('view') ?? ''} onView={set('view')} />
    </Page>
  );
}

interface HeadProps {
  readonly eventId: string;
  readonly index: number;
  readonly event: Leaf['event'];
  readonly proof: ApiState<EventProof>;
}

function Head({ eventId, index, event, proof }: HeadProps): ReactElement {
  return (
    <Facts
      isRow
      facts={[
        ['Outcome', event && <Outcome outcome={event.outcome} code={event.error?.code} />],
        ['Time', event && <Time at={event.time} show="precise" />],
        [
          `Event, entry ${countText(proof.value?.index ?? index)} of the log`,
          <Arn key="id" arn={eventId} isWhole />,
        ],
        ['Verification', <Health key="proof" {...markOf(proof)} />],
      ]}
    />
  );
}

function markOf({ value, error }: ApiState<EventProof>): ComponentProps<typeof Health> {
  if (error !== undefined) return { tone: 'neutral', children: 'not verified' };
  switch (value?.state) {
    case 'holds':
      return { tone: 'good', children: 'verified in this browser' };
    case 'fails':
      return { tone: 'attention', children: 'failed' };
    case 'open':
      return { tone: 'neutral', children: 'not verified' };
    case undefined:
      return { tone: 'neutral', children: 'verifying' };
  }
}

interface SaveMenuProps {
  readonly eventId: string;
  readonly leaf: Leaf;
  readonly proofText: string | undefined;
}

/** The event and its proof as files, which check elsewhere without the service. */
function SaveMenu({ eventId, leaf, proofText }: SaveMenuProps): ReactElement {
  return (
    <Menu
      button={<Button icon={FileText}>Save</Button>}
      groups={[
        [
          {
            label: 'The event, as its canonical bytes',
            icon: FileJson,
            onSelect: () => saveFile(`${eventId}.json`, 'application/json', leaf.bytes),
          },
          {
            label: 'The proof (C2SP tlog-proof)',
            icon: FileText,
            isDisabled: proofText === undefined,
            onSelect: () => saveFile(`${eventId}.tlog-proof`, 'text/plain', proofText ?? ''),
          },
        ],
      ]}
    />
  );
}

function commandsOf(eventId: string): readonly { readonly label: string; readonly line: string }[] {
  return [
    { label: 'Show it', line: commandLine('keywitness', 'audit', 'show', eventId) },
    { label: 'Explain why it ended so', line: commandLine('keywitness', 'access', 'explain', eventId) },
    {
      label: 'Take out its proof, and check it offline',
      line: `${commandLine('keywitness', 'log', 'prove', eventId)} > proof.txt && keywitness log check proof.txt --key log.vkey`,
    },
  ];
}
