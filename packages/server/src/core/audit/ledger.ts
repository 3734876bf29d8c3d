/** One change of one subject of the state; `record` is its new JSON text, or `null` when it is gone. */
export interface StateWrite {
  /** Its kind, a colon and its name, for example `key:<id>`. */
  readonly subject: string;
  readonly record: string | null;
}

/** A state write together with the revision at which it took effect. */
export interface StateChange extends StateWrite {
  readonly revision: number;
}

/** One decided attempt on its way to the ledger: the event and, for changes, its effects. */
export interface CommitItem {
  /** The state revision that the decision was made at. */
  readonly judgedAt: number;
  /** Every subject that the decision looked at, present or not. */
  readonly reads: readonly string[];
  readonly writes: readonly StateWrite[];
  /** The event's canonical bytes: the log's leaf. At most 65,535 bytes. */
  readonly entry: Uint8Array;
  /** Counted records of refusals use a lane of their own, so that a full queue can still be recorded. */
  readonly reserved?: true;
}

/**
 * What the ledger answers for one item. `committed` means durable. `stale` means that a subject it read has
 * changed since: nothing was written, and the attempt is to be judged again.
 */
export type CommitAnswer =
  | { readonly kind: 'committed'; readonly index: number }
  | { readonly kind: 'stale' };

/** Why the ledger could not take an item. */
export type LedgerErrorCode = 'Busy' | 'Unavailable';

/** The ledger could not record; whatever was to be released must not be (G1). */
export class LedgerError extends Error {
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LedgerError';
    this.code = code;
  }
}

/**
 * The ledger as a front sees it.
 *
 * Promises: an answer of `committed` is given only after the event and its effects are durable together, in one
 * atomic batch (G1); indexes are gapless from 0; `stale` is answered only after the changes that caused it have
 * been applied to this thread's replica.
 */
export interface Ledger {
  /** @throws LedgerError `Busy` when its queue is full, `Unavailable` when it cannot record. */
  commit(item: CommitItem): Promise<CommitAnswer>;
}

/** What one group commit did. */
export interface BatchAnswer {
  /** In the order of the items. */
  readonly answers: readonly CommitAnswer[];
  /** Every change since the answer before, in order: also those of a commit that was reported as failed but was kept. */
  readonly changes: readonly StateChange[];
}

/** Everything a front needs to start judging. */
export interface Snapshot {
  readonly revision: number;
  readonly changes: readonly StateChange[];
}

/** A run of consecutive entries of the ledger. */
export interface LedgerSlice {
  /** The index of the first entry. */
  readonly first: number;
  readonly entries: readonly Uint8Array[];
}

/** Reads committed entries by index; what followers live on. */
export interface LedgerReader {
  /** The number of committed entries. */
  size(): number;
  /** Entries from `first` on, at most about `entriesMax`, at least one unless `first` is the size. */
  read(first: number, entriesMax: number): LedgerSlice;
}

/**
 * The durable store behind the ledger, synchronous, owned by one thread.
 *
 * `commit` writes every item that is not stale, and its effects, in one transaction that is durable when it
 * returns. The revision of a change is one more than the index of the entry that made it. When `commit` throws, the
 * outcome of the whole batch is unknown to the caller and nothing may be released; the store has already re-read its
 * own position, so the next call is safe.
 */
export interface LedgerStore extends LedgerReader {
  load(): Snapshot;
  /** What `load` gives, in the same order, some changes at a time: a large state is never in memory as a whole. */
  parts(changesMax: number): Iterable<readonly StateChange[]>;
  commit(items: readonly CommitItem[]): BatchAnswer;
  /** Replaces the published checkpoint if it still is `expected` (`null` for none). False: somebody else was first. */
  replaceCheckpoint(expected: string | null, next: string): boolean;
  checkpoint(): string | null;
  /** A named value of the installation (sealed keys, origin): set once, before the first commit. */
  installation(name: string): string | null;
  install(name: string, value: string): void;
  close(): void;
}
