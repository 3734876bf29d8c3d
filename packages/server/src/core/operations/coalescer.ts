import type { AuditEvent, CommitAnswer, Ledger } from '../audit/index.ts';
import { countedEvent, encodeEvent } from './event-builder.ts';

/** Like refusals in one second that get a record each; the rest of that second are counted into shared ones. */
export const OWN_RECORDS_PER_SECOND_MAX = 32;
/** How long a shared record stays open. Its attempts are answered when it is durable, so a flood is slowed too. */
export const SHARED_RECORD_MS = 250;
/** Distinct kinds of refusals told apart at a time; beyond it, kinds are merged by what happened. */
const KINDS_MAX = 1024;

/** A refusal on its way to the record. */
export interface Refusal {
  readonly event: AuditEvent;
  readonly judgedAt: number;
  readonly reads: readonly string[];
  /** Use the ledger's reserved lane: the ordinary one is full. */
  readonly reserved: boolean;
}

/** How a refusal was recorded; `event` is the record that stands for it. */
export interface RefusalAnswer {
  readonly answer: CommitAnswer;
  readonly event: AuditEvent;
}

interface SharedRecord {
  readonly first: Refusal;
  readonly reads: Set<string>;
  judgedAt: number;
  count: number;
  lastTime: string;
  readonly answer: Promise<RefusalAnswer>;
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
  readonly #seen = new Map<string, number>();
  readonly #open = new Map<string, SharedRecord>();
  #second = -1;

  constructor(ledger: Ledger, schedule: Schedule) {
    this.#ledger = ledger;
    this.#schedule = schedule;
  }

  /** @throws LedgerError when the refusal could not be recorded. */
  async record(refusal: Refusal, nowMs: number): Promise<RefusalAnswer> {
    const kind = this.#kindOf(refusal.event, nowMs);
    const shared = this.#open.get(kind);
    if (shared !== undefined) return join(shared, refusal);
    if (this.#withinLimit(kind)) {
      const answer = await this.#commit(refusal, refusal.event);
      return { answer, event: refusal.event };
    }
    return this.#share(kind, refusal);
  }

  #withinLimit(kind: string): boolean {
    const seen = (this.#seen.get(kind) ?? 0) + 1;
    this.#seen.set(kind, seen);
    return seen <= OWN_RECORDS_PER_SECOND_MAX;
  }

  #kindOf(event: AuditEvent, nowMs: number): string {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#seen.clear();
    }
    const what = `${event.outcome} ${event.action} ${event.error?.code ?? ''} ${event.protocol.operation}`;
    const who = event.actor.arn ?? event.actor.credentialId ?? event.client.address;
    const kind = `${what} ${who} ${event.key?.id ?? ''}`;
    return this.#seen.has(kind) || this.#seen.size < KINDS_MAX ? kind : what;
  }

  #share(kind: string, refusal: Refusal): Promise<RefusalAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RefusalAnswer>();
    const merged = this.#seen.size >= KINDS_MAX;
    const shared: SharedRecord = {
      first: merged ? withoutIdentity(refusal) : refusal,
      reads: new Set(refusal.reads),
      judgedAt: refusal.judgedAt,
      count: 1,
      lastTime: refusal.event.time,
      answer: promise,
    };
    this.#open.set(kind, shared);
    this.#schedule(SHARED_RECORD_MS, () => {
      this.#open.delete(kind);
      const event = countedEvent(shared.first.event, shared.count, shared.lastTime);
      this.#commit({ ...shared.first, judgedAt: shared.judgedAt, reads: [...shared.reads] }, event).then(
        (answer) => resolve({ answer, event }),
        reject,
      );
    });
    return promise;
  }

  #commit(refusal: Refusal, event: AuditEvent): Promise<CommitAnswer> {
    return this.#ledger.commit({
      judgedAt: refusal.judgedAt,
      reads: refusal.reads,
      writes: [],
      entry: encodeEvent(event),
      ...(refusal.reserved ? { reserved: true } : {}),
    });
  }
}

function join(shared: SharedRecord, refusal: Refusal): Promise<RefusalAnswer> {
  shared.count += 1;
  shared.lastTime = refusal.event.time;
  shared.judgedAt = Math.min(shared.judgedAt, refusal.judgedAt);
  for (const read of refusal.reads) shared.reads.add(read);
  return shared.answer;
}

/** A record that stands for attempts of too many different origins names none of them. */
function withoutIdentity(refusal: Refusal): Refusal {
  const { key: _key, ...event } = refusal.event;
  return { ...refusal, event: { ...event, actor: { type: 'anonymous' }, client: { address: 'many' } } };
}
