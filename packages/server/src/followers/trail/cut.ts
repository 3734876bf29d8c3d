import { type AuditEvent, type LedgerReader, parseEvent } from '../../core/audit/index.ts';

/** One log file has at most this many entries, and ends after this many bytes of them. */
const FILE_ENTRIES_MAX = 2000;
const FILE_BYTES_MAX = 8 * 1_048_576;
/** Entries read at once. */
const READ_ENTRIES = 256;

const HOUR_MS = 3_600_000;
/** When nothing happened for more hours than this, one digest is about all of them. */
const IDLE_HOURS_MAX = 744;

/** The entries of one log file to be. */
export interface Cut {
  readonly first: number;
  /** Events alone: an entry that is none has no record. */
  readonly events: readonly AuditEvent[];
}

/** Where a period ended. */
export interface PeriodEnd {
  readonly endMs: number;
  /** The entry that the next one begins at. */
  readonly end: number;
}

/** The hour that an entry belongs to by its own time; `undefined` when it has none. */
export function hourAt(reader: LedgerReader, index: number): number | undefined {
  const [entry] = reader.read(index, 1).entries;
  const event = entry === undefined ? undefined : parseEvent(entry);
  return event === undefined ? undefined : hourOf(event);
}

/**
 * Reads the entries of the hour that begins at `startMs` with entry `first`: up to the first entry of a later hour. An
 * entry belongs to the latest hour of all entries up to it, so that hours follow one another in the log whatever clocks
 * do, and follow from the log alone. Gives way after every read. `undefined` when the hour is not over.
 */
export async function cutPeriod(
  reader: LedgerReader,
  first: number,
  startMs: number,
  onFile: (cut: Cut) => void,
  pause: () => Promise<void>,
): Promise<PeriodEnd | undefined> {
  const file = new OpenFile(first, onFile);
  const size = reader.size();
  for (let index = first; index < size;) {
    for (const entry of reader.read(index, Math.min(READ_ENTRIES, size - index)).entries) {
      const event = parseEvent(entry);
      const hour = event === undefined ? startMs : hourOf(event);
      if (hour > startMs) {
        file.close(index);
        return { endMs: endOf(startMs, hour, index === first), end: index };
      }
      index += 1;
      file.add(index, event, entry.length);
    }
    await pause();
  }
  return undefined;
}

/**
 * Looks for an entry of a later hour than the one that begins at `startMs`, from entry `from` on. Answers its index, or
 * the size of the log when there is none yet. Gives way after every read.
 */
export async function findLater(
  reader: LedgerReader,
  from: number,
  startMs: number,
  pause: () => Promise<void>,
): Promise<number> {
  const size = reader.size();
  for (let index = from; index < size;) {
    for (const entry of reader.read(index, Math.min(READ_ENTRIES, size - index)).entries) {
      const event = parseEvent(entry);
      if (event !== undefined && hourOf(event) > startMs) return index;
      index += 1;
    }
    await pause();
  }
  return size;
}

/** Reads the events of one file again. */
export function readCut(reader: LedgerReader, first: number, end: number): readonly AuditEvent[] {
  const events: AuditEvent[] = [];
  for (let index = first; index < end;) {
    const { entries } = reader.read(index, end - index);
    if (entries.length === 0) break;
    for (const entry of entries) {
      const event = parseEvent(entry);
      if (event !== undefined) events.push(event);
    }
    index += entries.length;
  }
  return events;
}

/** Collects the entries of a file, and begins the next when it is full. */
class OpenFile {
  readonly #onFile: (cut: Cut) => void;
  #first: number;
  #events: AuditEvent[] = [];
  #bytes = 0;

  constructor(first: number, onFile: (cut: Cut) => void) {
    this.#first = first;
    this.#onFile = onFile;
  }

  /** Adds the entry before `end`. */
  add(end: number, event: AuditEvent | undefined, bytes: number): void {
    if (event !== undefined) this.#events.push(event);
    this.#bytes += bytes;
    if (end - this.#first >= FILE_ENTRIES_MAX || this.#bytes >= FILE_BYTES_MAX) this.close(end);
  }

  close(end: number): void {
    if (this.#events.length > 0) this.#onFile({ first: this.#first, events: this.#events });
    this.#first = end;
    this.#events = [];
    this.#bytes = 0;
  }
}

function endOf(startMs: number, nextMs: number, isEmpty: boolean): number {
  const isLong = isEmpty && nextMs - startMs > IDLE_HOURS_MAX * HOUR_MS;
  return isLong ? nextMs : startMs + HOUR_MS;
}

function hourOf({ time }: AuditEvent): number {
  const timeMs = Date.parse(time);
  return Number.isNaN(timeMs) ? 0 : Math.floor(timeMs / HOUR_MS) * HOUR_MS;
}
