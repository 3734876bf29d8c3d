import { type LedgerReader, parseEvent } from '../../core/audit/index.ts';
import type { ChannelRecord, IncidentRecord } from '../../core/operations/index.ts';
import { isToldOf, readEntry } from './incident-events.ts';
import type { QueueFile } from './queue-file.ts';

/** Entries that are looked at in one go. */
const ENTRIES_MAX = 4096;

/** What reading the log for channels needs. */
export interface ScanParts {
  readonly reader: LedgerReader;
  readonly file: QueueFile;
  readonly incident: (id: string) => IncidentRecord | undefined;
  readonly nowMs: () => number;
}

/**
 * Puts what channels are to be told of into their queues: the entries from `first` on, before `end`, in one transaction that
 * `next` may belong to. Answers the index after the last one.
 */
export function scanEntries(
  { reader, file, incident, nowMs }: ScanParts,
  channels: readonly ChannelRecord[],
  first: number,
  end: number,
  isForAll: boolean,
): number {
  const slice = reader.read(first, Math.min(ENTRIES_MAX, end - first));
  const entries = slice.entries.slice(0, end - first);
  const found = entries.flatMap((entry, offset) => {
    const read = readEntry(entry);
    return read === undefined ? [] : [{ index: first + offset, read }];
  });
  const next = first + entries.length;
  file.transaction(() => {
    for (const { index, read } of found) {
      if (read.kind === 'delivery') {
        const { channel, first: from, last, timeMs, reason } = read.event;
        file.settle(channel, from, last, timeMs, reason);
        continue;
      }
      const { kind, incidentId, timeMs } = read.event;
      const record = incident(incidentId);
      if (record === undefined) continue;
      for (const channel of channels) {
        if (channel.disabled || index < channel.sinceIndex || !isToldOf(kind, record, channel)) continue;
        file.add(channel.name, { position: index, kind, incidentId, eventMs: timeMs });
      }
    }
    for (const { name } of found.length === 0 ? [] : channels) file.bound(name, nowMs());
    if (isForAll) file.setNext(next);
  });
  return next;
}

/** The index of the first event that is not older than a time, by halving; the times of a log hardly ever go back. */
export function firstSince(reader: LedgerReader, timeMs: number): number {
  let low = 0;
  let high = reader.size();
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (timeOf(reader, middle) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An entry without a time counts as old. */
function timeOf(reader: LedgerReader, index: number): number {
  const [entry] = reader.read(index, 1).entries;
  const event = entry === undefined ? undefined : parseEvent(entry);
  return event === undefined ? 0 : Date.parse(event.time);
}
