import type { VerifiedSignature } from '../note/index.ts';

/** What can be wrong with a log. */
export type LogProblemCode =
  /** The checkpoint is not signed as asked, or not of this log. */
  | 'checkpoint'
  /** A file that the checkpoint asks for is not there. */
  | 'missing'
  /** A file could not be read, which says nothing about the log. */
  | 'unreadable'
  /** A file does not have the shape that its name asks for. */
  | 'malformed'
  /** An entry is not the one that the signed tree has in its place. */
  | 'entry-altered'
  /** A tile is not the one that the signed tree has in its place. */
  | 'tile-altered'
  /** Two files disagree, and the signed root vouches for neither. */
  | 'mismatch'
  /** All files agree with one another but not with the signed root. */
  | 'root-mismatch'
  /** The log is not an extension of the checkpoint that was trusted before. */
  | 'rollback';

/** One thing that is wrong, and where. */
export interface LogProblem {
  readonly code: LogProblemCode;
  /** The path of the file under the log's prefix. */
  readonly file: string;
  /** The bytes of the file from `start` to before `end`. */
  readonly bytes?: { readonly start: number; readonly end: number };
  /** The index in the log of the entry concerned. */
  readonly entry?: number;
  /** All of this in one sentence. */
  readonly message: string;
}

/** The outcome of a verification. */
export interface LogReport {
  readonly ok: boolean;
  /** Entries of the log according to its checkpoint; 0 when there is none to believe. */
  readonly size: number;
  /** The root according to the checkpoint; `undefined` when there is none to believe. */
  readonly root: Uint8Array | undefined;
  /** The signed checkpoint to the letter: kept, it is what a later verification starts from. */
  readonly note: Uint8Array | undefined;
  /** Who signed the checkpoint. */
  readonly signatures: readonly VerifiedSignature[];
  /** In the order in which they were found; verification stops at the first that is about an entry or a tile. */
  readonly problems: readonly LogProblem[];
  /** Entries that were replayed and agree with the tiles. */
  readonly entriesVerified: number;
  /** Given when the caller hands in a clock, and that clock has moved. */
  readonly entriesPerSecond?: number;
}
