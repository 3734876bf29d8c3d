import type { AuditEvent } from '@keywitness/api';
import { UsersRound } from 'lucide-react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { Arn, Badge, Columns, Facts, LinkButton, Outcome, Section, Time } from '../../components/index.ts';
import { assetTexts, attemptsOf, countText, durationText, keyName, textAt } from '../../formats/index.ts';
import { places } from '../../places/index.ts';

interface AttemptProps {
  readonly event: AuditEvent;
}

/** Who, what, where, when and how it ended. */
export function Attempt({ event }: AttemptProps): ReactElement {
  return (
    <>
      <Columns>
        <Section title="Who">
          <Who event={event} />
        </Section>
        <Section title="What">
          <What event={event} />
        </Section>
      </Columns>
      <Columns>
        <Section title="When and how it ended">
          <When event={event} />
        </Section>
        <Section title="From where">
          <Where event={event} />
        </Section>
      </Columns>
      <AssetSection event={event} />
    </>
  );
}

function Who({ event }: AttemptProps): ReactElement {
  const { actor } = event;
  const session = (name: string): string | undefined => textAt(event, 'actor', 'session', name);
  return (
    <Facts
      facts={[
        ['Name', actor.name],
        ['Principal', actor.arn && <Arn arn={actor.arn} />],
        ['Type', actor.type],
        ['Account', actor.account],
        ['Access key', actor.credentialId && <Arn arn={actor.credentialId} />],
        ['Proven', actor.unverified === true ? <Badge tone="attention">only claimed</Badge> : undefined],
        ['Session', session('name')],
        ['Person', session('subject')],
        ['Vouched for by', session('issuer') ?? session('provider')],
        ['Source identity', session('sourceIdentity')],
        ['Second factor', session('mfa')],
        ['Signed in', session('console') === 'true' ? 'by the console' : undefined],
      ]}
    />
  );
}

function What({ event }: AttemptProps): ReactElement {
  const { action, protocol, key, sourceKey, algorithm, parameters, ciphertextId } = event;
  const hasParameters = parameters !== undefined && Object.keys(parameters).length > 0;
  return (
    <Facts
      facts={[
        ['Action', `${action}`],
        ['Asked as', `${protocol.service}:${protocol.operation}`],
        ['Region', protocol.region],
        ['Key', key && <Arn arn={key.arn ?? key.requested ?? ''} label={keyName(event)} />],
        ['Key material', key?.materialId && <Material event={event} />],
        ['State of the key', key?.state],
        ['From key', sourceKey && <Arn arn={sourceKey.arn ?? sourceKey.requested ?? ''} />],
        ['Algorithm', algorithm],
        ['Ciphertext', ciphertextId && <Arn arn={ciphertextId} />],
        ['Justification', textAt(event, 'justification')],
        [
          'Parameters',
          hasParameters ? <code className="event-json">{JSON.stringify(parameters)}</code> : undefined,
        ],
      ]}
    />
  );
}

function Material({ event: { key } }: AttemptProps): ReactElement {
  return (
    <>
      <Arn arn={key?.materialId ?? ''} label={`${key?.materialId?.slice(0, 12) ?? ''}…`} />{' '}
      {key?.current === false && <Badge tone="attention">an older version</Badge>}
    </>
  );
}

function When({ event }: AttemptProps): ReactElement {
  const { durationUs, firstTime, error } = event;
  return (
    <Facts
      facts={[
        ['Decided', <Time key="time" at={event.time} show="precise" />],
        ['Took', durationUs === undefined ? undefined : tookText(durationUs)],
        ['Attempts', attemptsOf(event) === 1 ? undefined : countText(attemptsOf(event))],
        ['First of them', firstTime && <Time at={firstTime} show="precise" />],
        ['Outcome', <Outcome key="outcome" outcome={event.outcome} code={error?.code} />],
        ['Answered', error?.message],
        ['Request', <Arn key="request" arn={event.requestId} />],
        ['Trace', event.traceId],
      ]}
    />
  );
}

function tookText(durationUs: number): string {
  return durationUs < 1000 ? `${durationUs} µs` : durationText(durationUs / 1000);
}

function Where({ event }: AttemptProps): ReactElement {
  const { client } = event;
  const proxies = 'proxies' in client && Array.isArray(client.proxies) ? client.proxies.map(String) : [];
  return (
    <Facts
      facts={[
        [
          'Address',
          <Link key="address" href={places.audit({ source: client.address })}>
            {client.address}
          </Link>,
        ],
        ['Port', client.port === undefined ? undefined : String(client.port)],
        ['Through', proxies.length === 0 ? undefined : proxies.join(', ')],
        ['TLS', client.tlsVersion],
        ['User agent', client.userAgent],
        ['Certificate', textAt(client, 'certificate', 'subject')],
        ['Certificate refused', textAt(client, 'certificateError')],
      ]}
    />
  );
}

/** What the encryption context says that the use was about. */
function AssetSection({ event }: AttemptProps): ReactElement | null {
  const assets = assetTexts(event);
  if (assets.length === 0) return null;
  return (
    <Section title="Assets" about="what the data belongs to, by the encryption context">
      <ul className="event-assets-list">
        {assets.map((asset) => {
          const split = asset.indexOf('=');
          const pair = { name: asset.slice(0, split), value: asset.slice(split + 1) };
          return (
            <li key={asset}>
              <code>{asset}</code>
              <LinkButton look="quiet" icon={UsersRound} href={places.access(pair)}>
                Who accessed it
              </LinkButton>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
