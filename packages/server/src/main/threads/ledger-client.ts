import type { MessagePort } from 'node:worker_threads';
import {
  type CommitAnswer,
  type CommitItem,
  type Ledger,
  LedgerError,
  type StateChange,
} from '../../core/audit/index.ts';
import type { CommitRequest, StoreMessage } from './messages.ts';

/** How many attempts may wait for the record at once, and how many refusals beyond that. */
export interface QueueLimits {
  readonly pendingMax: number;
  readonly reservedMax: number;
}

/** Who keeps the state of this thread; told in the order of the ledger. */
export interface StateListener {
  /** Called for the whole state first, then for every change. */
  readonly apply: (changes: readonly StateChange[]) => void;
  /** The whole state has been applied. */
  readonly start: () => void;
}

interface Waiting {
  readonly item: CommitItem;
  readonly resolve: (answer: CommitAnswer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * So many attempts go to the store thread at once, without waiting for the end of the turn: it commits them while the
 * next ones are decided, so that neither thread waits for the other.
 */
const ITEMS_PER_MESSAGE = 32;

/**
 * The ledger as a front thread sees it. What is decided in one turn of the event loop goes to the store thread in few
 * messages, and what arrives there while a commit is in flight shares the next one: batches grow by themselves.
 */
export class LedgerClient implements Ledger {
  readonly #port: MessagePort;
  readonly #limits: QueueLimits;
  readonly #state: StateListener;
  readonly #inFlight = new Map<number, readonly Waiting[]>();
  #queue: Waiting[] = [];
  #pending = 0;
  #batches = 0;
  #closed = false;

  constructor(port: MessagePort, limits: QueueLimits, state: StateListener) {
    this.#port = port;
    this.#limits = limits;
    this.#state = state;
    port.on('message', (message: StoreMessage) => this.#receive(message));
    port.on('close', () => this.#abandon());
  }

  /** Attempts that wait for the record now. */
  get pending(): number {
    return this.#pending;
  }

  commit(item: CommitItem): Promise<CommitAnswer> {
    if (this.#closed) return Promise.reject(stopped());
    const limit = this.#limits.pendingMax + (item.reserved === true ? this.#limits.reservedMax : 0);
    if (this.#pending >= limit) {
      return Promise.reject(new LedgerError('Busy', `${this.#pending} attempts already wait for the record`));
    }
    this.#pending += 1;
    return new Promise((resolve, reject) => {
      this.#queue.push({ item, resolve, reject });
      if (this.#queue.length === 1) setImmediate(() => this.#send());
      if (this.#queue.length >= ITEMS_PER_MESSAGE) this.#send();
    });
  }

  #send(): void {
    const queue = this.#queue;
    if (queue.length === 0) return;
    this.#queue = [];
    // Refusals travel apart: they may still be recorded when the disk is too full for anything else.
    const refusals = queue.filter(({ item }) => item.reserved === true);
    if (refusals.length > 0) this.#post(refusals, true);
    if (refusals.length < queue.length) {
      this.#post(refusals.length === 0 ? queue : queue.filter(({ item }) => item.reserved !== true), false);
    }
  }

  #post(waiting: readonly Waiting[], reserved: boolean): void {
    this.#batches += 1;
    this.#inFlight.set(this.#batches, waiting);
    const request = pack(this.#batches, waiting, reserved);
    this.#port.postMessage(request, [request.entries.buffer]);
  }

  #receive(message: StoreMessage): void {
    if (message.kind === 'started') return this.#state.start();
    if (message.kind === 'changes') return this.#state.apply(message.changes);
    const waiting = this.#inFlight.get(message.batch) ?? [];
    this.#inFlight.delete(message.batch);
    this.#pending -= waiting.length;
    switch (message.kind) {
      case 'committed':
        waiting.forEach((one, position) => {
          one.resolve({ kind: 'committed', index: message.firstIndex + position });
        });
        return;
      case 'answers':
        waiting.forEach((one, position) => {
          const answer = message.answers[position];
          if (answer === undefined) one.reject(new LedgerError('Unavailable', 'the ledger gave no answer'));
          else one.resolve(answer);
        });
        return;
      case 'failed':
        for (const one of waiting) one.reject(new LedgerError('Unavailable', message.message));
    }
  }

  #abandon(): void {
    this.#closed = true;
    const error = stopped();
    for (const waiting of this.#inFlight.values()) for (const one of waiting) one.reject(error);
    for (const one of this.#queue) one.reject(error);
    this.#inFlight.clear();
    this.#queue = [];
    this.#pending = 0;
  }
}

function stopped(): LedgerError {
  return new LedgerError('Unavailable', 'the store thread has stopped');
}

function pack(
  batch: number,
  waiting: readonly Waiting[],
  reserved: boolean,
): CommitRequest & { entries: Uint8Array<ArrayBuffer> } {
  const lengths = new Uint32Array(waiting.length);
  const judgedAt = new Float64Array(waiting.length);
  let bytes = 0;
  let writing = false;
  for (const [position, { item }] of waiting.entries()) {
    lengths[position] = item.entry.length;
    judgedAt[position] = item.judgedAt;
    bytes += item.entry.length;
    writing ||= item.writes.length > 0;
  }
  const entries = new Uint8Array(bytes);
  let offset = 0;
  for (const { item } of waiting) {
    entries.set(item.entry, offset);
    offset += item.entry.length;
  }
  return {
    kind: 'commit',
    batch,
    entries,
    lengths,
    judgedAt,
    reads: JSON.stringify(waiting.map(({ item }) => item.reads)),
    ...(writing ? { writes: waiting.map(({ item }) => item.writes) } : {}),
    reserved,
  };
}
