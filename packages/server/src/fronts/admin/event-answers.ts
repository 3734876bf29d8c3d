import type { EventListQuery } from '@keywitness/api';
import {
  cloudTrailRecord,
  type EventPage,
  type IndexedEntry,
  ocsfActivity,
  parseEvent,
} from '../../core/audit/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { answer, errorAnswer, jsonAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';
import { indexFilters } from './event-filters.ts';

const LIMIT_DEFAULT = 100;
/** A page ends with the event that reaches this many bytes, whatever its limit. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;
/** Checkpoints are signed at most a second after an event; who waits longer than this has met a broken publisher. */
const PROOF_WAIT_MS = 20_000;

/** A page of events. */
export async function answerEvents(query: EventListQuery, granted: Granted): Promise<HttpAnswer> {
  const page = await granted.front.index.query({
    ...indexFilters(query),
    ...(query.cursor === undefined ? {} : { beyond: Number(query.cursor) }),
    order: query.order ?? 'newest',
    limit: query.limit ?? LIMIT_DEFAULT,
  });
  const { entries, next } = bounded(page);
  const events = entries.map(entryText).join(',');
  const cursor = next === undefined ? '' : `,"next":"${next}"`;
  return jsonAnswer(granted.origin, `{"events":[${events}],"size":${page.size}${cursor}}`);
}

/** One event with its leaf. */
export async function answerEvent({ eventId }: EventId, granted: Granted): Promise<HttpAnswer> {
  const found = await granted.front.index.find(eventId);
  if (found === undefined) return unknownEvent(eventId, granted);
  const leaf = Buffer.from(found.entry).toString('base64');
  return jsonAnswer(granted.origin, `${entryText(found).slice(0, -1)},"leaf":"${leaf}"}`);
}

/** One event in the words of other tools. */
export async function answerRenderings({ eventId }: EventId, granted: Granted): Promise<HttpAnswer> {
  const { index, service } = granted.front;
  const found = await index.find(eventId);
  if (found === undefined) return unknownEvent(eventId, granted);
  const event = parseEvent(found.entry);
  const renderings = {
    cloudTrail: event === undefined ? null : cloudTrailRecord(event, service.place),
    ocsf: event === undefined ? null : ocsfActivity(event),
  };
  return jsonAnswer(granted.origin, JSON.stringify(renderings));
}

/** The proof that an event is in the log, as soon as a checkpoint covers it. */
export async function answerProof({ eventId }: EventId, granted: Granted): Promise<HttpAnswer> {
  const { index, log, schedule } = granted.front;
  const found = await index.find(eventId);
  if (found === undefined) return unknownEvent(eventId, granted);
  const proof = await withinLimit(log.proof(found.index), PROOF_WAIT_MS, schedule);
  if (proof === undefined) {
    const message = `no checkpoint covers the event \`${eventId}\` yet`;
    return errorAnswer(granted.origin, 503, { code: 'Unavailable', message });
  }
  return answer(granted.origin, 200, 'text/plain; charset=utf-8', proof);
}

/** An entry and its index. The event stands in it as its canonical bytes, never encoded again. */
export function entryText({ index, entry }: IndexedEntry): string {
  return `{"index":${index},"event":${Buffer.from(entry).toString('utf8')}}`;
}

interface EventId {
  readonly eventId: string;
}

function bounded({ entries, next }: EventPage): Pick<EventPage, 'entries' | 'next'> {
  let bytes = 0;
  const end = entries.findIndex(({ entry }) => {
    bytes += entry.length;
    return bytes >= PAGE_BYTES_MAX;
  });
  const last = entries[end];
  if (last === undefined || end === entries.length - 1) {
    return { entries, ...(next === undefined ? {} : { next }) };
  }
  return { entries: entries.slice(0, end + 1), next: last.index };
}

function unknownEvent(eventId: string, granted: Granted): HttpAnswer {
  const message = `there is no event \`${eventId}\``;
  return errorAnswer(granted.origin, 404, { code: 'NotFound', message });
}

function withinLimit<Value>(
  answering: Promise<Value>,
  limitMs: number,
  schedule: Schedule,
): Promise<Value | undefined> {
  const late = new Promise<undefined>((resolve) => schedule(limitMs, () => resolve(undefined)));
  return Promise.race([answering, late]);
}
