import type { ReactElement } from 'react';
import { useApi } from '../../api/index.ts';
import { Answer, CodeBlock, Section, Segments } from '../../components/index.ts';

interface RenderingsProps {
  readonly eventId: string;
  /** The canonical bytes as text. */
  readonly text: string;
  readonly view: string;
  readonly onView: (view: string) => void;
}

const views = [
  { value: 'event', label: 'As recorded' },
  { value: 'bytes', label: 'Canonical bytes' },
  { value: 'cloudtrail', label: 'CloudTrail' },
  { value: 'ocsf', label: 'OCSF' },
] as const;

type View = (typeof views)[number]['value'];

/** The event as a machine reads it: as it is in the log, and as other tools have it. */
export function Renderings({ eventId, text, view, onView }: RenderingsProps): ReactElement {
  const chosen: View = views.find(({ value }) => value === view)?.value ?? 'event';
  return (
    <Section
      title="The event itself"
      isBare
      about={abouts[chosen]}
      actions={<Segments label="Shown as" value={chosen} options={views} onChange={onView} />}
    >
      {chosen === 'event' && <CodeBlock text={laidOut(text)} what="the event" />}
      {chosen === 'bytes' && <CodeBlock text={text} what="the canonical bytes" wraps />}
      {(chosen === 'cloudtrail' || chosen === 'ocsf') && <Rendering eventId={eventId} view={chosen} />}
    </Section>
  );
}

const abouts: Readonly<Record<View, string>> = {
  event: 'every member, laid out to be read',
  bytes: 'what the log’s hash is of, to the letter (RFC 8785)',
  cloudtrail: 'made by the service from the same event, for tools that know AWS',
  ocsf: 'made by the service from the same event, in the Open Cybersecurity Schema',
};

function Rendering({
  eventId,
  view,
}: {
  readonly eventId: string;
  readonly view: 'cloudtrail' | 'ocsf';
}): ReactElement {
  const found = useApi(['renderings', eventId], ({ client }) => client.record.renderings(eventId));
  return (
    <Answer state={found} lines={8}>
      {({ cloudTrail, ocsf }) => (
        <CodeBlock
          text={JSON.stringify(view === 'ocsf' ? ocsf : cloudTrail, null, 2)}
          what={view === 'ocsf' ? 'the OCSF activity' : 'the CloudTrail record'}
        />
      )}
    </Answer>
  );
}

function laidOut(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    // What is no JSON is shown as it is.
    return text;
  }
}
