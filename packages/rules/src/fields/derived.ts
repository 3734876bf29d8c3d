import type { Json, JsonObject } from '../event.ts';
import { networkOf } from './address.ts';
import { isWithin, type Schedule } from './schedule.ts';
import type { EventView } from './view.ts';
import { weekdays, type ZoneClock } from './zone.ts';

/** What a document says about time. */
export interface Calendar {
  readonly timezone: string;
  readonly clock: ZoneClock;
  readonly schedule: Schedule | undefined;
}

/** Reads a derived field; `undefined` when the event has none. */
export type Derivation = (view: EventView, calendar: Calendar) => Json | undefined;

/** The fields that events do not have but rules may name (`spec/rules.md`). */
export const derivations: ReadonlyMap<string, Derivation> = new Map<string, Derivation>([
  ['actor.kind', ({ event }) => actorKind(objectAt(event.canonical, 'actor'))],
  ['actor.principal', ({ event }) => principalOf(textAt(objectAt(event.canonical, 'actor'), 'arn'))],
  ['actor.sessionAgeSeconds', ({ event }) => sessionAge(event.canonical, event.timeMs)],
  ['assets', ({ event }) => assetsOf(event.canonical)],
  ['client.network', ({ event }) => networkOf(textAt(objectAt(event.canonical, 'client'), 'address') ?? '')],
  ['client.program', ({ event }) => programOf(textAt(objectAt(event.canonical, 'client'), 'userAgent'))],
  ['time.hour', ({ event }, { clock }) => clock(event.timeMs).hour],
  ['time.minute', ({ event }, { clock }) => clock(event.timeMs).minute],
  ['time.weekday', ({ event }, { clock }) => weekdays[clock(event.timeMs).weekday]],
  ['time.date', ({ event }, { clock }) => dateOf(clock, event.timeMs)],
  [
    'time.schedule',
    ({ event }, { clock, schedule }) =>
      schedule === undefined ? undefined : isWithin(schedule, clock(event.timeMs)) ? 'inside' : 'outside',
  ],
  ['weight', ({ event }) => event.count],
]);

/** Whether a JSON value is an object. */
export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(object: JsonObject, name: string): JsonObject | undefined {
  const value = object[name];
  return isJsonObject(value) ? value : undefined;
}

function textAt(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}

function actorKind(actor: JsonObject | undefined): string | undefined {
  if (actor === undefined) return undefined;
  const type = textAt(actor, 'type');
  if (type === 'system' || type === 'anonymous') return type;
  const session = objectAt(actor, 'session');
  const tags = session?.['tags'];
  const tagged = (kind: string): boolean => Array.isArray(tags) && tags.includes(`kind=${kind}`);
  if (type === 'service') return 'service';
  // Whoever assumes a role may tag the session: that is no word against what was proven.
  if (type === 'root' || session?.['mfa'] === true) return 'human';
  if (tagged('service')) return 'service';
  return tagged('human') ? 'human' : 'unknown';
}

function principalOf(arn: string | undefined): string | undefined {
  const match = /^arn:([^:]+):sts::([^:]*):assumed-role\/(.+)\/[^/]+$/.exec(arn ?? '');
  const [, partition = '', account = '', role = ''] = match ?? [];
  return match === null ? arn : `arn:${partition}:iam::${account}:role/${role}`;
}

/** The first product of a user agent, without its version: the rest differs from request to request (RFC 9110, 10.1.5). */
function programOf(userAgent: string | undefined): string | undefined {
  return userAgent === undefined ? undefined : /^[^\s/]+/.exec(userAgent.trim())?.[0].toLowerCase();
}

function sessionAge(canonical: JsonObject, timeMs: number): number | undefined {
  const actor = objectAt(canonical, 'actor');
  const session = actor === undefined ? undefined : objectAt(actor, 'session');
  const issuedMs = Date.parse(textAt(session, 'issuedAt') ?? '');
  return Number.isNaN(issuedMs) ? undefined : Math.floor((timeMs - issuedMs) / 1000);
}

function assetsOf(canonical: JsonObject): readonly string[] {
  const pairs: string[] = [];
  for (const member of ['context', 'sourceContext']) {
    const context = objectAt(canonical, member);
    if (context === undefined) continue;
    for (const [name, value] of Object.entries(context)) {
      if (typeof value === 'string') pairs.push(`${name}=${value}`);
    }
  }
  return pairs;
}

function dateOf(clock: ZoneClock, timeMs: number): string {
  const { year, month, day } = clock(timeMs);
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
