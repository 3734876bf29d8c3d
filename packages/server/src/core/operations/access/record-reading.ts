import { type AuditEvent, firstAt, type LedgerReader, parseEvent } from '../../audit/index.ts';

/** Entries that are read at once, and between two steps. */
const RUN_ENTRIES = 1024;
/** Entries stand in the order of their commits, which is that of their times but for this many at most. */
const DISORDER_MAX = 65_536;

/** A span of time, milliseconds since the epoch: `fromMs` is in it, `toMs` is not. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A run of events of the record, and how much of it is left. */
export interface EventRun {
  readonly events: readonly AuditEvent[];
  readonly done: number;
  readonly total: number;
}

/** The events of a span, in large runs: each entry is read and parsed once. */
export function* eventRuns(reader: LedgerReader, span: Span): Generator<EventRun> {
  const size = reader.size();
  const start = Math.max(0, firstAt(reader, size, span.fromMs) - DISORDER_MAX);
  const from = new Date(span.fromMs).toISOString();
  const to = new Date(span.toMs).toISOString();
  let first = start;
  while (first < size) {
    const { entries } = reader.read(first, Math.min(RUN_ENTRIES, size - first));
    if (entries.length === 0) return;
    first += entries.length;
    const events: AuditEvent[] = [];
    for (const entry of entries) {
      const event = parseEvent(entry);
      if (event !== undefined && event.time >= from && event.time < to) events.push(event);
    }
    yield { events, done: first - start, total: size - start };
  }
}
