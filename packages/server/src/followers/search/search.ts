import assert from 'node:assert/strict';
import type {
  AssetAccess,
  AssetAccessQuery,
  AuditIndex,
  EventHistogram,
  EventPage,
  EventQuery,
  EventSummary,
  HistogramQuery,
  IndexedEntry,
  LastUses,
  LedgerReader,
  RecordOverview,
  SuggestQuery,
  Suggestion,
  SummaryQuery,
  UsedKind,
} from '../../core/audit/index.ts';
import type { Schedule } from '../../core/operations/index.ts';
import { answerQuery, findEvent, type IndexView } from './answer.ts';
import { answerAccess } from './asset-access.ts';
import { SearchError } from './errors.ts';
import { usedName } from './facts.ts';
import { answerHistogram } from './histogram.ts';
import { meansDamage } from './index-file.ts';
import { Indexer } from './indexer.ts';
import { suggestValues } from './suggest.ts';
import { answerSummary } from './summary.ts';
import { Waiters } from './waiters.ts';

/** What the index is made of. */
export interface SearchOptions {
  readonly reader: LedgerReader;
  /** The index file; made when it is missing, rebuilt when it does not fit the log. */
  readonly path: string;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly schedule: Schedule;
  /**
   * Told when indexing failed, for example because the disk is full; it is tried again when the log grows. Also told
   * when the index was thrown away; it is being rebuilt then.
   */
  readonly onFailure: (error: unknown) => void;
  /** Values of each kind that have a term of their own, if fewer than usual. Always the same for the same file. */
  readonly valuesMax?: number;
}

/** How the index is doing. */
export interface SearchStatus {
  /** Entries indexed. */
  readonly size: number;
  /** Of them, entries that are not JSON objects: they are listed, but match no condition. */
  readonly unreadable: number;
  /** How often the index was thrown away since the start, because it was damaged or of another log. */
  readonly rebuilds: number;
}

/** The searchable index over the log, as main sees it. */
export interface Search extends AuditIndex, LastUses, RecordOverview {
  /** Tells that the log holds `size` entries now. */
  advance(size: number): void;
  status(): SearchStatus;
  /** Stops indexing and closes the file. Questions under way fail with `Closed`. */
  close(): void;
}

/** New entries are left to gather for this long, so that they are indexed together. */
const GATHER_MS = 20;
/** While catching up in the background, the index rests this many times as long as it works. */
const REST_FACTOR = 3;
/** How often the index may be found damaged and be rebuilt while a question waits. */
const REBUILDS_MAX = 3;
/** A question hands the thread to others after this long. */
const TURN_MS = 8;
const LIMIT_MAX = 1000;

/** Opens the index and begins to catch up in the background. */
export function createSearch(options: SearchOptions): Search {
  return new SqliteSearch(options);
}

class SqliteSearch implements Search {
  readonly #options: SearchOptions;
  readonly #indexer: Indexer;
  readonly #waiters: Waiters;
  #working = false;
  #questions = 0;
  #rebuildsTold = 0;
  #closed = false;

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#indexer = new Indexer(options.reader, options.path, options.valuesMax);
    this.#waiters = new Waiters(options.schedule);
    this.#wake();
  }

  query(query: EventQuery): Promise<EventPage> {
    assert.ok(
      Number.isInteger(query.limit) && query.limit >= 1 && query.limit <= LIMIT_MAX,
      `a limit is 1 to ${LIMIT_MAX}`,
    );
    return this.#answer((view) => answerQuery(view, query, this.#pauses()));
  }

  find(eventId: string): Promise<IndexedEntry | undefined> {
    return this.#answer((view) => findEvent(view, eventId, this.#pauses()));
  }

  lastUses(kind: UsedKind, names: readonly string[]): Promise<readonly (number | undefined)[]> {
    assert.ok(names.length <= LIMIT_MAX, `at most ${LIMIT_MAX} last uses are asked for at once`);
    return this.#answer(async () => names.map((name) => this.#indexer.lastUse(usedName(kind, name))));
  }

  histogram(query: HistogramQuery): Promise<EventHistogram> {
    return this.#answer((view) => answerHistogram(view, query, this.#pauses()));
  }

  summary(query: SummaryQuery): Promise<EventSummary> {
    return this.#answer((view) => answerSummary(view, query, this.#pauses()));
  }

  suggest(query: SuggestQuery): Promise<readonly Suggestion[]> {
    return this.#answer((view) => suggestValues(view.dictionary, query, this.#pauses()));
  }

  access(query: AssetAccessQuery): Promise<AssetAccess> {
    return this.#answer((view) => answerAccess(view, query, this.#pauses()));
  }

  waitBeyond(size: number, timeoutMs: number): Promise<number> {
    const { reader } = this.#options;
    return this.#closed ? Promise.resolve(size) : this.#waiters.wait(size, timeoutMs, () => reader.size());
  }

  advance(size: number): void {
    this.#waiters.grew(size);
    this.#wake();
  }

  status(): SearchStatus {
    const { size, unreadable, rebuilds } = this.#indexer;
    return { size, unreadable, rebuilds };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#waiters.close();
    this.#indexer.close();
  }

  /** Catches up with the log as it is now, then answers over exactly that. A damaged index is rebuilt first. */
  async #answer<Answer>(ask: (view: IndexView) => Promise<Answer>): Promise<Answer> {
    const size = this.#options.reader.size();
    const rebuildsMax = this.#indexer.rebuilds + REBUILDS_MAX;
    this.#questions += 1;
    try {
      for (;;) {
        await this.#catchUp(size, rebuildsMax);
        const view = this.#indexer.view(size);
        try {
          return await ask(view);
        } catch (error) {
          if (this.#closed) throw closedError();
          // The file may have been replaced meanwhile, because somebody else found it damaged: ask the new one.
          if (!this.#indexer.isCurrent(view)) continue;
          if (!meansDamage(error)) throw error;
          this.#indexer.rebuild();
        }
      }
    } finally {
      this.#questions -= 1;
    }
  }

  async #catchUp(size: number, rebuildsMax: number): Promise<void> {
    for (;;) {
      if (this.#closed) throw closedError();
      if (this.#indexer.rebuilds > rebuildsMax) {
        throw new SearchError('Corrupt', `the index was damaged \`${REBUILDS_MAX + 1}\` times in a row`);
      }
      if (this.#indexer.size >= size) return;
      this.#indexer.index(size);
      if (this.#indexer.size < size) await this.#turn();
    }
  }

  #wake(): void {
    if (this.#working || this.#closed) return;
    this.#working = true;
    this.#options.schedule(GATHER_MS, () => this.#work());
  }

  /** One bounded piece of work, then a rest, until nothing is left to do. */
  #work(): void {
    if (this.#closed) return;
    const startedMs = this.#options.nowMs();
    try {
      const hasMore = this.#indexer.work(this.#questions === 0);
      this.#tellOfRebuilds();
      if (hasMore) {
        const restMs = REST_FACTOR * (this.#options.nowMs() - startedMs);
        this.#options.schedule(Math.ceil(restMs), () => this.#work());
        return;
      }
    } catch (error) {
      this.#options.onFailure(error);
    }
    this.#working = false;
  }

  #tellOfRebuilds(): void {
    if (this.#indexer.rebuilds === this.#rebuildsTold) return;
    this.#rebuildsTold = this.#indexer.rebuilds;
    this.#options.onFailure(new SearchError('Corrupt', 'the index was damaged or of another log'));
  }

  #pauses(): () => Promise<void> | undefined {
    let sinceMs = this.#options.nowMs();
    return () => {
      if (this.#closed) throw closedError();
      if (this.#options.nowMs() - sinceMs < TURN_MS) return undefined;
      return this.#turn().then(() => {
        sinceMs = this.#options.nowMs();
      });
    };
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#options.schedule(0, resolve));
  }
}

function closedError(): SearchError {
  return new SearchError('Closed', 'the index is closed');
}
