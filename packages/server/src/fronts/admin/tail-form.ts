import type { IndexedEntry } from '../../core/audit/index.ts';
import { entryText } from './event-answers.ts';
import { rawHeader } from './raw-headers.ts';

/** How a live stream is written. */
export interface TailForm {
  readonly contentType: string;
  /** Says that the service is there; also the first thing that is sent. */
  readonly heartbeat: string;
  readonly event: (entry: IndexedEntry) => string;
  /** The end of a stream whose permission is gone; `body` is the error as JSON. */
  readonly refusal: (body: string) => string;
}

const EVENT_STREAM = 'text/event-stream';

const jsonLines: TailForm = {
  contentType: 'application/x-ndjson',
  heartbeat: '\n',
  event: (entry) => `${entryText(entry)}\n`,
  refusal: (body) => `${body}\n`,
};

/**
 * Server-sent events (WHATWG HTML, section 9.2). The id is the index in the log, with which a browser that was cut off
 * comes back. An event has no line breaks: its canonical form escapes them.
 */
const serverSentEvents: TailForm = {
  contentType: EVENT_STREAM,
  heartbeat: ':\n\n',
  event: (entry) => `id: ${entry.index}\ndata: ${entryText(entry)}\n\n`,
  refusal: (body) => `event: refusal\ndata: ${body}\n\n`,
};

/** The form that a client asks for with `Accept`: lines of JSON unless it names server-sent events. */
export function tailFormOf(rawHeaders: readonly string[]): TailForm {
  const ranges = rawHeader(rawHeaders, 'accept')?.toLowerCase().split(',') ?? [];
  const isAsked = ranges.some((range) => range.split(';')[0]?.trim() === EVENT_STREAM);
  return isAsked ? serverSentEvents : jsonLines;
}

/** Where a stream goes on that was cut off: a browser that comes back says so in a header of its own. */
export function continuationOf(rawHeaders: readonly string[]): Readonly<Record<string, string>> {
  const after = rawHeader(rawHeaders, 'last-event-id');
  return after === undefined || after === '' ? {} : { after };
}
