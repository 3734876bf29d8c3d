import {
  type AuditEvent,
  type AuditIndex,
  type CloudTrailRecord,
  cloudTrailRecord,
  type EventQuery,
  type IndexedEntry,
  parseEvent,
  type TrailPlace,
  userNameOf,
} from '../../core/audit/index.ts';
import { type Lookup, lookupToken, type Result } from '../../core/operations/index.ts';

/** Entries that the index gives at once, and how many of them one answer may look at. */
const PAGE_ENTRIES = 200;
const PAGES_MAX = 50;

/** An event and how CloudTrail shows it. */
interface Shown {
  readonly event: AuditEvent;
  readonly record: CloudTrailRecord;
}

/**
 * Answers a question of `LookupEvents`, newest events first. The index narrows down what is looked at, and every filter
 * is then held against the record that is shown. An answer that has looked at enough entries is short, or empty, and has
 * a token to go on with, as AWS's may.
 */
export async function lookUpEvents(index: AuditIndex, lookup: Lookup, place: TrailPlace): Promise<Result> {
  const [eventId] = lookup.filters['EventId'] ?? [];
  if (eventId !== undefined) return byId(index, eventId, lookup, place);
  const events: Result[] = [];
  let beyond = lookup.beyond;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await index.query(queryOf(lookup, beyond));
    for (const indexed of page.entries) {
      const shown = showEntry(indexed, place);
      if (shown === undefined || !matches(shown, lookup)) continue;
      // One more than is shown tells that there is a next page.
      if (events.length === lookup.limit) {
        return { events, nextToken: lookupToken(lookup, indexed.index + 1) };
      }
      events.push(resultOf(shown));
    }
    beyond = page.next;
    if (beyond === undefined) return { events };
  }
  return { events, nextToken: lookupToken(lookup, beyond ?? 0) };
}

async function byId(index: AuditIndex, eventId: string, lookup: Lookup, place: TrailPlace): Promise<Result> {
  const found = await index.find(eventId);
  if (found === undefined || found.index >= (lookup.beyond ?? Infinity)) return { events: [] };
  const shown = showEntry(found, place);
  return { events: shown !== undefined && matches(shown, lookup) ? [resultOf(shown)] : [] };
}

function showEntry({ entry }: IndexedEntry, place: TrailPlace): Shown | undefined {
  const event = parseEvent(entry);
  return event === undefined ? undefined : { event, record: cloudTrailRecord(event, place) };
}

function queryOf({ filters, fromMs, toMs }: Lookup, beyond: number | undefined): EventQuery {
  const [credential] = filters['AccessKeyId'] ?? [];
  const [name] = filters['EventName'] ?? [];
  const [resource] = filters['ResourceName'] ?? [];
  return {
    ...(credential === undefined ? {} : { credential }),
    // A star at the end would ask the index for something else.
    ...(name === undefined || name.endsWith('*') ? {} : { action: name }),
    ...(resource?.startsWith('arn:aws:kms:') === true ? { key: resource } : {}),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(toMs === undefined ? {} : { toMs }),
    ...(beyond === undefined ? {} : { beyond }),
    order: 'newest',
    limit: PAGE_ENTRIES,
  };
}

function matches(shown: Shown, { filters, fromMs, toMs }: Lookup): boolean {
  const timeMs = Date.parse(shown.event.time);
  if (timeMs < (fromMs ?? -Infinity) || timeMs >= (toMs ?? Infinity)) return false;
  return Object.entries(filters).every(([name, wanted]) => {
    const values = valuesOf(name, shown);
    return wanted.every((value) => values.includes(value));
  });
}

/** What an event has for an attribute of `LookupEvents`. */
function valuesOf(attribute: string, { event, record }: Shown): readonly (string | undefined)[] {
  const { resources = [] } = record;
  switch (attribute) {
    case 'AccessKeyId':
      return [record.userIdentity.accessKeyId];
    case 'EventId':
      return [record.eventID];
    case 'EventName':
      return [record.eventName];
    case 'EventSource':
      return [record.eventSource];
    case 'ReadOnly':
      return [String(record.readOnly)];
    case 'ResourceName':
      return [...resources.map(({ ARN }) => ARN), event.key?.id, event.sourceKey?.id, event.key?.requested];
    case 'ResourceType':
      return resources.map(({ type }) => type);
    case 'Username':
      return [userNameOf(event.actor)];
    default:
      return [];
  }
}

function resultOf({ event, record }: Shown): Result {
  return {
    eventId: record.eventID,
    eventName: record.eventName,
    readOnly: String(record.readOnly),
    accessKeyId: record.userIdentity.accessKeyId,
    eventTime: Date.parse(record.eventTime),
    eventSource: record.eventSource,
    username: userNameOf(event.actor),
    resources: record.resources?.map(({ ARN, type }) => ({ resourceType: type, resourceName: ARN })) ?? [],
    cloudTrailEvent: JSON.stringify(record),
  };
}
