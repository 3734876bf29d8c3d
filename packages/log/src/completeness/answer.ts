import type { MapLeaf, MapStep } from './map-path.ts';
import type { Subject } from './subjects.ts';

/** Which events of a subject are asked for: from inclusive, to exclusive. */
export type AnswerWindow =
  | { readonly kind: 'all' }
  | { readonly kind: 'index'; readonly from: number; readonly to: number }
  | { readonly kind: 'time'; readonly fromMs: number; readonly toMs: number };

/** A leaf of the subject's tree, with the entry where that is asked for. */
export type AnswerLeaf = {
  readonly index: number;
  readonly timeMs: number;
  readonly latestMs: number;
} & ({ readonly entry: Uint8Array } | { readonly hash: Uint8Array });

/** What an answer shows of the subject's tree. */
export interface AnswerTree {
  readonly count: number;
  readonly latenessMs: number;
  /** The position of the first of `leaves`. */
  readonly first: number;
  readonly leaves: readonly AnswerLeaf[];
  /** The roots of what is left and right of them. */
  readonly hashes: readonly Uint8Array[];
}

/** A complete answer as it was read, believed by nobody yet (`spec/completeness.md`, "Answer"). */
export interface CompleteAnswer {
  readonly subject: Subject;
  readonly window: AnswerWindow;
  /** The signed checkpoint of the log, and the index checkpoint of the same size, to the letter. */
  readonly checkpoint: string;
  readonly index: string;
  readonly path: readonly MapStep[];
  /** When the map does not have the subject: where the search for it ended, unless the map is empty. */
  readonly other?: MapLeaf;
  readonly tree?: AnswerTree;
}

/** An answer that was too large for one, as it was read (`spec/completeness.md`, "Pages"). */
export interface AnswerPages {
  /** What the pages answer together. */
  readonly window: AnswerWindow;
  /** Each answers a window by index that goes on where the one before ends. */
  readonly pages: readonly CompleteAnswer[];
  /** The RFC 6962 proofs that the checkpoint of each page but the first goes on from the one before. */
  readonly consistency: readonly (readonly Uint8Array[])[];
}

/** Where a leaf lies, seen from a window. `inside` means that it may be asked for. */
export type Side = 'before' | 'inside' | 'behind';

/**
 * On which side of a window **everything** on this side of the leaf is: `before` says that no leaf up to this one is in
 * the window, and `behind` that none from this one on is.
 */
export function sideOf(
  window: AnswerWindow,
  { index, latestMs }: { readonly index: number; readonly latestMs: number },
  latenessMs: number,
): Side {
  switch (window.kind) {
    case 'all':
      return 'inside';
    case 'index':
      return index < window.from ? 'before' : index >= window.to ? 'behind' : 'inside';
    case 'time':
      return latestMs < window.fromMs ? 'before' : latestMs >= window.toMs + latenessMs ? 'behind' : 'inside';
  }
}

/** Whether a leaf itself is in the window, so that its entry belongs to the answer. */
export function isWithin(
  window: AnswerWindow,
  { index, timeMs }: { readonly index: number; readonly timeMs: number },
): boolean {
  switch (window.kind) {
    case 'all':
      return true;
    case 'index':
      return index >= window.from && index < window.to;
    case 'time':
      return timeMs >= window.fromMs && timeMs < window.toMs;
  }
}
