import { type AuditEvent, type EventParameters, type Ledger, LedgerError } from '../audit/index.ts';
import type { Schedule } from './coalescer.ts';
import { encodeEvent } from './event-builder.ts';

/** How often it is tried to record the number of attempts that could not be recorded. */
export const RECOVERY_RETRY_MS = 1000;
/** Kinds told apart; attempts of more kinds are counted together as `other`. */
const KINDS_MAX = 64;

/** Attempts that were refused without a record of their own. */
export interface UnrecordedAttempts {
  readonly count: number;
  readonly firstTime: string;
  readonly lastTime: string;
  /** How many of each, by outcome and action, for example `error key.encrypt`. */
  readonly byKind: EventParameters;
}

/**
 * Counts the attempts that were refused and could not even be recorded, because the ledger took nothing at all. As
 * soon as it takes entries again their exact number is recorded in one event (G2). A crash before that loses the
 * number: these attempts were answered with an error and had no effect.
 */
export class Unrecorded {
  readonly #ledger: Ledger;
  readonly #schedule: Schedule;
  readonly #eventOf: (attempts: UnrecordedAttempts) => AuditEvent;
  #counts = new Map<string, number>();
  #firstTime = '';
  #lastTime = '';
  #scheduled = false;
  #recording: Promise<void> = Promise.resolve();

  constructor(ledger: Ledger, schedule: Schedule, eventOf: (attempts: UnrecordedAttempts) => AuditEvent) {
    this.#ledger = ledger;
    this.#schedule = schedule;
    this.#eventOf = eventOf;
  }

  /** Counts an attempt that got no record, and sees to it that its number gets one. */
  add(event: AuditEvent): void {
    this.#addTimes(event.time, event.time);
    this.#addCount(`${event.outcome} ${event.action}`, 1);
    this.#tryLater();
  }

  #tryLater(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#schedule(RECOVERY_RETRY_MS, () => {
      this.#scheduled = false;
      const earlier = this.#recording;
      this.#recording = this.#record().then(() => earlier);
    });
  }

  /** Tries once more to record what is counted, and answers when that is decided: for a stop. */
  async flush(): Promise<void> {
    await this.#recording;
    await this.#record();
  }

  /**
   * The counts are taken out while they are on their way, and put back when they could not be recorded either. Any
   * other failure than that is a fault of ours that nobody waits for: it stops the thread.
   */
  async #record(): Promise<void> {
    if (this.#counts.size === 0) return;
    const counts = [...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1));
    const attempts: UnrecordedAttempts = {
      count: counts.reduce((sum, [, count]) => sum + count, 0),
      firstTime: this.#firstTime,
      lastTime: this.#lastTime,
      byKind: Object.fromEntries(counts),
    };
    this.#counts = new Map();
    const event = this.#eventOf(attempts);
    const item = { judgedAt: event.revision, reads: [], writes: [], entry: encodeEvent(event) };
    try {
      await this.#ledger.commit({ ...item, reserved: true });
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      this.#addTimes(attempts.firstTime, attempts.lastTime);
      for (const [kind, count] of counts) this.#addCount(kind, count);
      this.#tryLater();
    }
  }

  #addCount(kind: string, count: number): void {
    const counted = this.#counts.has(kind) || this.#counts.size < KINDS_MAX ? kind : 'other';
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + count);
  }

  /** Times are RFC 3339 in UTC, so that their order is that of their text. */
  #addTimes(first: string, last: string): void {
    const isFirst = this.#counts.size === 0;
    if (isFirst || first < this.#firstTime) this.#firstTime = first;
    if (isFirst || last > this.#lastTime) this.#lastTime = last;
  }
}
