import type { CommitAnswer, StateChange, StateWrite } from '../../core/audit/index.ts';

/** What a front posts to the store thread: the attempts decided in one turn of its event loop. */
export interface CommitRequest {
  readonly kind: 'commit';
  readonly batch: number;
  /** The entries of all items, one after the other. */
  readonly entries: Uint8Array;
  readonly lengths: Uint32Array;
  readonly judgedAt: Float64Array;
  /** A list of the subjects of each item as JSON: one text is cheaper to post than many, and is rarely looked at. */
  readonly reads: string;
  /** Absent when no item of the batch writes. */
  readonly writes?: readonly (readonly StateWrite[])[];
  /** Whether these are refusals, which may use the disk reserve. */
  readonly reserved: boolean;
}

/**
 * What the store thread sends to a front: the whole state as changes, then `started`, then changes and answers in the
 * order in which they were committed. An answer is sent after its batch is durable, and after the changes that the batch made.
 */
export type StoreMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'changes'; readonly changes: readonly StateChange[] }
  | { readonly kind: 'answers'; readonly batch: number; readonly answers: readonly CommitAnswer[] }
  | { readonly kind: 'committed'; readonly batch: number; readonly firstIndex: number }
  | { readonly kind: 'failed'; readonly batch: number; readonly message: string };
