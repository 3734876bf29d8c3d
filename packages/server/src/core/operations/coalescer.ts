import type { AuditEvent, CommitAnswer, Ledger } from '../audit/index.ts';
import { countedEvent, encodeEvent } from './event-builder.ts';
import { inCommon, kindOf } from './refusal-kinds.ts';

/** Like refusals in one second that get a record each; the rest of that second are counted into shared ones. */
export const OWN_RECORDS_PER_SECOND_MAX = 32;
/** How long a shared record stays open. Its attempts are answered when it is durable, so a flood is slowed too. */
export const SHARED_RECORD_MS = 250;
/** Refusals of one origin in one second, of any kind, that get a record each. */
export const OWN_RECORDS_PER_ORIGIN_MAX = 256;
/** Kinds of one origin told apart in one second; the rest is counted by what happened. */
export const KINDS_PER_ORIGIN_MAX = 64;

/** A refusal on its way to the record. */
export interface Refusal {
  readonly event: AuditEvent;
  readonly judgedAt: number;
  readonly reads: readonly string[];
}

/** How a refusal was recorded; `event` is the record that stands for it. */
export interface RefusalAnswer {
  readonly answer: CommitAnswer;
  readonly event: AuditEvent;
}

interface SharedRecord {
  /** What is true of every attempt that shares the record; id, request id, time and revision are the first one's. */
  event: AuditEvent;
  readonly reads: Set<string>;
  judgedAt: number;
  count: number;
  lastTime: string;
  readonly answer: Promise<RefusalAnswer>;
}

/** What has come from one origin in the current second. */
interface Origin {
  ownRecords: number;
  readonly kinds: Map<string, number>;
}

/** Runs `task` once, `delayMs` from now. */
export type Schedule = (delayMs: number, task: () => void) => void;

/**
 * Records refusals. The first ones of a kind in a second get a record each; from then on like ones share records
 * with an exact count, so that a flood can neither fill the disk nor go unrecorded (G2). Every refusal is answered
 * only after the record that counts it is durable.
 */
export class Coalescer {
  readonly #ledger: Ledger;
  readonly #schedule: Schedule;
  readonly #origins = new Map<string, Origin>();
  readonly #open = new Map<string, SharedRecord>();
  #second = -1;

  constructor(ledger: Ledger, schedule: Schedule) {
    this.#ledger = ledger;
    this.#schedule = schedule;
  }

  /** @throws LedgerError when the refusal could not be recorded. */
  async record(refusal: Refusal, nowMs: number): Promise<RefusalAnswer> {
    this.#startSecond(nowMs);
    const { origin: originName, name, mergedName } = kindOf(refusal.event);
    const origin = this.#originOf(originName);
    const isTold = origin.kinds.has(name) || origin.kinds.size < KINDS_PER_ORIGIN_MAX;
    const kind = isTold ? name : mergedName;
    const shared = this.#open.get(kind);
    if (shared !== undefined) return join(shared, refusal);
    if (hasOwnRecord(origin, kind)) {
      const answer = await this.#commit(refusal);
      return { answer, event: refusal.event };
    }
    return this.#share(kind, refusal);
  }

  #startSecond(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#origins.clear();
  }

  #originOf(name: string): Origin {
    const known = this.#origins.get(name);
    if (known !== undefined) return known;
    const origin: Origin = { ownRecords: 0, kinds: new Map() };
    this.#origins.set(name, origin);
    return origin;
  }

  #share(kind: string, refusal: Refusal): Promise<RefusalAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RefusalAnswer>();
    const shared: SharedRecord = {
      event: refusal.event,
      reads: new Set(refusal.reads),
      judgedAt: refusal.judgedAt,
      count: 1,
      lastTime: refusal.event.time,
      answer: promise,
    };
    this.#open.set(kind, shared);
    this.#schedule(SHARED_RECORD_MS, () => {
      this.#open.delete(kind);
      const event = countedEvent(shared.event, shared.count, shared.lastTime);
      this.#commit({ event, judgedAt: shared.judgedAt, reads: [...shared.reads] }).then(
        (answer) => resolve({ answer, event }),
        reject,
      );
    });
    return promise;
  }

  #commit({ event, judgedAt, reads }: Refusal): Promise<CommitAnswer> {
    return this.#ledger.commit({ judgedAt, reads, writes: [], entry: encodeEvent(event), reserved: true });
  }
}

function hasOwnRecord(origin: Origin, kind: string): boolean {
  const seen = (origin.kinds.get(kind) ?? 0) + 1;
  origin.kinds.set(kind, seen);
  if (seen > OWN_RECORDS_PER_SECOND_MAX || origin.ownRecords >= OWN_RECORDS_PER_ORIGIN_MAX) return false;
  origin.ownRecords += 1;
  return true;
}

function join(shared: SharedRecord, refusal: Refusal): Promise<RefusalAnswer> {
  shared.count += 1;
  shared.lastTime = refusal.event.time;
  shared.judgedAt = Math.min(shared.judgedAt, refusal.judgedAt);
  shared.event = inCommon(shared.event, refusal.event);
  for (const read of refusal.reads) shared.reads.add(read);
  return shared.answer;
}
