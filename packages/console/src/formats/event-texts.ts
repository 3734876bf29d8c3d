import type { AuditEvent } from '@keywitness/api';

/** Who made an attempt, as short as it can be said: a name, or what a caller without proof has claimed. */
export function actorName({ actor }: AuditEvent): string {
  if (actor.unverified === true) return `? claims ${actor.credentialId ?? 'an access key'}`;
  return actor.name ?? actor.arn ?? actor.type;
}

/** The key of an attempt: the alias that the caller named, or the key's id; nothing where there was none. */
export function keyName({ key }: AuditEvent): string | undefined {
  if (key === undefined) return undefined;
  const alias = /(?:^|:)(alias\/.*)$/s.exec(key.requested ?? '')?.[1];
  return alias ?? key.id ?? key.requested;
}

/** The pairs of the encryption contexts, each once, as `name=value`. */
export function assetTexts({ context, sourceContext }: AuditEvent): readonly string[] {
  const pairs = [...Object.entries(context ?? {}), ...Object.entries(sourceContext ?? {})];
  return [...new Set(pairs.map(([name, value]) => `${name}=${value}`))];
}

/** What was asked for, in the protocol's words where there are any: `Decrypt`, else `service.heartbeat`. */
export function operationName({ action, protocol }: AuditEvent): string {
  return protocol.operation === '-' || protocol.front === 'internal' ? action : protocol.operation;
}

/** How many attempts an event stands for. */
export function attemptsOf({ count }: AuditEvent): number {
  return count ?? 1;
}

/** An attempt in one line: `reports was denied Decrypt with alias/cards`. */
export function eventSentence(event: AuditEvent): string {
  const key = keyName(event);
  const object = `${operationName(event)}${key === undefined ? '' : ` with ${shortId(key)}`}`;
  const times = attemptsOf(event) === 1 ? '' : `, ${attemptsOf(event)} times`;
  return `${actorName(event)} ${verbs[event.outcome]} ${object}${times}`;
}

/** The first digits of an id, which mostly tell one from another. */
function shortId(name: string): string {
  return /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.test(name)
    ? `key ${name.slice(0, name.startsWith('mrk-') ? 12 : 8)}…`
    : name;
}

const verbs: Readonly<Record<AuditEvent['outcome'], string>> = {
  success: 'was allowed',
  denied: 'was denied',
  error: 'failed at',
  throttled: 'was throttled at',
};

/** A text, number or truth at a path of members that `AuditEvent` does not name; nothing where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce<unknown>(
    (members, name) => (isMembers(members) && Object.hasOwn(members, name) ? members[name] : undefined),
    value,
  );
  return typeof found === 'string' || typeof found === 'number' || typeof found === 'boolean'
    ? String(found)
    : undefined;
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
