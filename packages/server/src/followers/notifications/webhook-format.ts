import { openWebhookSigningKey } from '../../core/crypto/index.ts';
import type { ChannelSecrets, IncidentRecord } from '../../core/operations/index.ts';
import type { Notice, NoticeKind } from './notice.ts';
import { fitting, plainText } from './plain-text.ts';

/** The specification asks for payloads below 20 KB. */
const BODY_BYTES_MAX = 20_000;
const ENTITY_MEMBERS_MAX = 10;

const TYPES: Readonly<Record<NoticeKind, string>> = {
  open: 'incident.open',
  grow: 'incident.grow',
  reopen: 'incident.reopen',
  acknowledge: 'incident.acknowledge',
  resolve: 'incident.resolve',
  test: 'channel.test',
  former: 'channel.former',
};

/** The body of a webhook (`spec/notifications.md`, "webhook body"). */
export function webhookBody(notice: Notice): string {
  return fitting(
    (unitsMax) => bodyOf(notice, unitsMax),
    (body) => Buffer.byteLength(body) <= BODY_BYTES_MAX,
  );
}

/**
 * The headers of Standard Webhooks 1.0.0: the id is the same at every attempt, the time is that of the attempt. Signed with
 * the key before as well, while receivers may not know the new one.
 */
export function webhookHeaders(
  { id }: Notice,
  body: string,
  secrets: ChannelSecrets,
  nowMs: number,
): Readonly<Record<string, string>> {
  const messageId = `msg_${id.replaceAll('-', '')}`;
  const timestamp = String(Math.floor(nowMs / 1000));
  const content = `${messageId}.${timestamp}.${body}`;
  const isFormerValid = nowMs < Number(secrets['formerUntilMs'] ?? 0);
  const texts = [secrets['signingKey'], isFormerValid ? secrets['formerSigningKey'] : undefined];
  const signatures = texts.flatMap((text) => {
    const key = text === undefined ? undefined : openWebhookSigningKey(text);
    return key === undefined ? [] : [key.sign(content)];
  });
  return {
    'content-type': 'application/json',
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

function bodyOf(notice: Notice, unitsMax: number): string {
  const { kind, atMs, by, channelName, former, incident, link, origin } = notice;
  return JSON.stringify({
    type: TYPES[kind],
    timestamp: new Date(atMs).toISOString(),
    data: {
      channel: channelName,
      origin,
      ...(incident === undefined ? {} : { incident: incidentOf(incident, unitsMax) }),
      ...(former === undefined ? {} : { act: former.act }),
      ...(by === undefined ? {} : { by: plainText(by, unitsMax) }),
      ...(link === undefined ? {} : { link }),
    },
  });
}

function incidentOf(incident: IncidentRecord, unitsMax: number): object {
  const short = (text: string): string => plainText(text, unitsMax);
  const entity = Object.entries(incident.entity).slice(0, ENTITY_MEMBERS_MAX);
  return {
    id: incident.id,
    ruleName: incident.ruleName,
    ruleTitle: short(incident.ruleTitle),
    level: incident.level,
    status: incident.status,
    entity: Object.fromEntries(entity.map(([name, value]) => [short(name), short(value)])),
    summary: short(incident.summary),
    count: incident.count,
    openedAt: timeText(incident.openedAtMs),
    updatedAt: timeText(incident.updatedAtMs),
    firstEventAt: timeText(incident.events.at(0)?.timeMs ?? incident.openedAtMs),
    lastEventAt: timeText(incident.events.at(-1)?.timeMs ?? incident.updatedAtMs),
    eventIds: incident.events.map(({ id }) => id),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
