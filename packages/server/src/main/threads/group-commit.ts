import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { CommitAnswer, CommitItem, LedgerStore, StateChange } from '../../core/audit/index.ts';
import type { CommitRequest, StoreMessage } from './messages.ts';

/** At most this many attempts and bytes share one commit, so that one batch never makes the others wait for long. */
const ITEMS_PER_COMMIT_MAX = 4096;
const BYTES_PER_COMMIT_MAX = 8 * 1_048_576;

/** What the group commit tells the rest of the process. */
export interface GroupCommitHooks {
  /** The ledger holds `size` entries now. */
  readonly grew: (size: number) => void;
  /** A commit failed; when `fatal`, the store's state is unknown and the process must restart. */
  readonly failed: (error: unknown) => boolean;
  /** Whether the disk is too full for anything but counted refusals. */
  readonly refusing: () => boolean;
}

interface Arrived {
  readonly port: MessagePort;
  readonly request: CommitRequest;
}

/**
 * The store thread's loop: everything that has arrived from all fronts is committed in one durable transaction, then
 * answered. Changes are posted to every front before any answer, so a front that is told `stale` has what made it so.
 */
export class GroupCommit {
  readonly #store: LedgerStore;
  readonly #hooks: GroupCommitHooks;
  readonly #ports: MessagePort[] = [];
  readonly #arrived: Arrived[] = [];
  #scheduled = false;

  constructor(store: LedgerStore, hooks: GroupCommitHooks) {
    this.#store = store;
    this.#hooks = hooks;
  }

  /** Serves a front. */
  attach(port: MessagePort): void {
    this.#ports.push(port);
    port.on('message', (request: CommitRequest) => {
      this.#arrived.push({ port, request });
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#run());
    });
  }

  #run(): void {
    this.#scheduled = false;
    this.#drain();
    const batch = this.#takeBatch();
    if (this.#arrived.length > 0) {
      this.#scheduled = true;
      setImmediate(() => this.#run());
    }
    if (batch.length > 0) this.#commit(batch);
  }

  /** Takes what has arrived but was not delivered yet: it can share this commit instead of waiting for it. */
  #drain(): void {
    for (const port of this.#ports) {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) {
        this.#arrived.push({ port, request: requestOf(next) });
      }
    }
  }

  #takeBatch(): readonly Arrived[] {
    let items = 0;
    let bytes = 0;
    let taken = 0;
    for (const { request } of this.#arrived) {
      items += request.lengths.length;
      bytes += request.entries.length;
      if (taken > 0 && (items > ITEMS_PER_COMMIT_MAX || bytes > BYTES_PER_COMMIT_MAX)) break;
      taken += 1;
    }
    return this.#arrived.splice(0, taken);
  }

  /** When the disk is nearly full, what is left is kept for the record of refusals. */
  #accepted(batch: readonly Arrived[]): readonly Arrived[] {
    if (!this.#hooks.refusing()) return batch;
    return batch.filter((one) => {
      if (!one.request.reserved) fail(one, 'the disk is nearly full');
      return one.request.reserved;
    });
  }

  #commit(batch: readonly Arrived[]): void {
    const accepted = this.#accepted(batch);
    if (accepted.length === 0) return;
    try {
      const { answers, changes } = this.#store.commit(accepted.flatMap(({ request }) => unpack(request)));
      this.#publish(changes);
      answer(accepted, answers);
      this.#hooks.grew(this.#store.size());
    } catch (error) {
      const fatal = this.#hooks.failed(error);
      for (const one of accepted) fail(one, 'the attempt could not be recorded');
      if (fatal) throw error;
    }
  }

  #publish(changes: readonly StateChange[]): void {
    if (changes.length === 0) return;
    for (const port of this.#ports) post(port, { kind: 'changes', changes });
  }
}

/** Fronts post nothing but commit requests. */
function requestOf({ message }: { readonly message: CommitRequest }): CommitRequest {
  return message;
}

/** The subjects that an item read are only asked for when the state has moved since it was judged. */
function unpack(request: CommitRequest): CommitItem[] {
  let reads: readonly (readonly string[])[] | undefined;
  let offset = 0;
  return Array.from(request.lengths, (length, position) => {
    const entry = request.entries.subarray(offset, offset + length);
    offset += length;
    return {
      judgedAt: request.judgedAt[position] ?? 0,
      get reads(): readonly string[] {
        reads ??= parseReads(request.reads);
        return reads[position] ?? [];
      },
      writes: request.writes?.[position] ?? [],
      entry,
    };
  });
}

/** INVARIANT: what a decision looked at is never lost on the way, for immediate revocation hangs on it (G5). */
function parseReads(json: string): readonly (readonly string[])[] {
  const reads: unknown = JSON.parse(json);
  if (isListOfLists(reads)) return reads;
  throw new TypeError('a commit request has no list of what was read');
}

function isListOfLists(value: unknown): value is readonly (readonly string[])[] {
  return Array.isArray(value) && value.every((one) => Array.isArray(one));
}

function answer(batch: readonly Arrived[], answers: readonly CommitAnswer[]): void {
  let start = 0;
  for (const { port, request } of batch) {
    const own = answers.slice(start, start + request.lengths.length);
    start += own.length;
    const first = own[0];
    const together = own.every((one) => one.kind === 'committed');
    if (together && first?.kind === 'committed') {
      post(port, { kind: 'committed', batch: request.batch, firstIndex: first.index });
    } else {
      post(port, { kind: 'answers', batch: request.batch, answers: own });
    }
  }
}

function fail(one: Arrived, message: string): void {
  post(one.port, { kind: 'failed', batch: one.request.batch, message });
}

function post(port: MessagePort, message: StoreMessage): void {
  port.postMessage(message);
}
