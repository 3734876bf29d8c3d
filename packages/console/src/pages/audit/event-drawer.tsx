import type { IndexedEvent } from '@keywitness/api';
import { ChevronDown, ChevronUp, ListFilter, ShieldCheck } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { useApi } from '../../api/index.ts';
import { Answer, Arn, Drawer, Facts, IconButton, LinkButton, Outcome, Time } from '../../components/index.ts';
import { assetTexts, attemptsOf, countText, eventSentence, keyName } from '../../formats/index.ts';
import { places } from '../../places/index.ts';
import { type FilterName, filterLabels } from './audit-query.ts';

interface EventDrawerProps {
  /** Of the event that is shown; nothing is shown without. */
  readonly eventId: string | undefined;
  /** What was listed, among which it most often is. */
  readonly rows: readonly IndexedEvent[];
  readonly onShow: (eventId: string | undefined) => void;
  readonly onFilter: (name: FilterName, value: string) => void;
}

/** An event beside the list: what it says, and the ways on from it. */
export function EventDrawer({ eventId, rows, onShow, onFilter }: EventDrawerProps): ReactElement {
  const at = rows.findIndex(({ event }) => event.id === eventId);
  const row = rows[at];
  const asked = useApi(eventId !== undefined && row === undefined ? ['event', eventId] : null, ({ client }) =>
    client.getEvent(eventId ?? ''),
  );
  const close = (): void => onShow(undefined);
  const stepTo = (index: number): void => onShow(rows[index]?.event.id ?? eventId);
  return (
    <Drawer
      title="Event"
      isOpen={eventId !== undefined}
      onClose={close}
      actions={
        eventId === undefined ? undefined : (
          <>
            <IconButton
              icon={ChevronUp}
              label="The event above"
              disabled={at <= 0}
              onClick={() => stepTo(at - 1)}
            />
            <IconButton
              icon={ChevronDown}
              label="The event below"
              disabled={at === -1 || at >= rows.length - 1}
              onClick={() => stepTo(at + 1)}
            />
            <LinkButton look="primary" icon={ShieldCheck} href={places.event(eventId)}>
              Open and verify
            </LinkButton>
          </>
        )
      }
    >
      {row === undefined ? (
        <Answer state={asked}>{(value) => <Preview row={value} onFilter={onFilter} />}</Answer>
      ) : (
        <Preview row={row} onFilter={onFilter} />
      )}
    </Drawer>
  );
}

interface PreviewProps {
  readonly row: IndexedEvent;
  readonly onFilter: EventDrawerProps['onFilter'];
}

function Preview({ row: { index, event }, onFilter }: PreviewProps): ReactElement {
  const { actor, client, key, protocol, error } = event;
  const only = (name: FilterName, value: string | undefined, shown: ReactNode): ReactNode =>
    value === undefined ? undefined : (
      <span className="audit-fact">
        <span className="audit-fact-value">{shown}</span>
        <IconButton
          icon={ListFilter}
          label={`Only this: ${filterLabels[name]} ${value}`}
          onClick={() => onFilter(name, value)}
        />
      </span>
    );
  const assets = assetTexts(event);
  return (
    <div className="audit-preview">
      <p className="audit-sentence">{eventSentence(event)}</p>
      <Facts
        facts={[
          ['Outcome', only('outcome', event.outcome, <Outcome outcome={event.outcome} code={error?.code} />)],
          ['Message', error?.message],
          ['Time', <Time key="time" at={event.time} show="precise" />],
          ['Attempts', attemptsOf(event) === 1 ? undefined : countText(attemptsOf(event))],
          ['Principal', only('principal', actor.arn, <Arn arn={actor.arn ?? ''} />)],
          ['Access key', only('credential', actor.credentialId, <Arn arn={actor.credentialId ?? ''} />)],
          ['Action', only('action', event.action, `${event.action} (${protocol.operation})`)],
          ['Key', only('key', key?.arn ?? key?.id, <Arn arn={key?.arn ?? ''} label={keyName(event)} />)],
          ...assets.map((asset) => ['Asset', only('asset', asset, <AssetLink asset={asset} />)] as const),
          ['Address', only('source', client.address, client.address)],
          ['User agent', only('userAgent', client.userAgent, client.userAgent)],
          ['Request', only('request', event.requestId, <Arn arn={event.requestId} />)],
          ['Entry', countText(index)],
        ]}
      />
    </div>
  );
}

/** To who else touched it. */
function AssetLink({ asset }: { readonly asset: string }): ReactElement {
  const split = asset.indexOf('=');
  const place = places.access({ name: asset.slice(0, split), value: asset.slice(split + 1) });
  return (
    <Link href={place} title={`Who accessed ${asset}?`}>
      {asset}
    </Link>
  );
}
