import {
  type AnswerLeaf,
  type AnswerWindow,
  type CompleteAnswer,
  isWithin,
  outsideOf,
  subjectKey,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import type { AnswerQuestion, LedgerReader } from '../../core/audit/index.ts';
import { CompletenessError } from './errors.ts';
import type { SubjectIndex } from './subject-index.ts';
import { type ReadLeaf, TreeReader } from './tree-reader.ts';

/** The notes that an answer is under. */
export interface AnswerNotes {
  readonly checkpoint: string;
  readonly index: string;
}

const LEAVES_MAX = 4096;
const ENTRY_BYTES_MAX = 16 * 1024 * 1024;

/**
 * The answer to a question over what the index holds now, which is what the notes are about.
 *
 * @throws CompletenessError `TooLarge` when it would have too many leaves, `Corrupt` when the index is damaged.
 */
export function proveAnswer(
  index: SubjectIndex,
  reader: LedgerReader,
  { subject, window }: AnswerQuestion,
  notes: AnswerNotes,
): CompleteAnswer {
  const key = subjectKey(subject, nodeCrypto);
  const end = index.map.prove(key);
  const common = { subject, window, ...notes, path: end?.path ?? [] };
  const found = index.find(key);
  if (found === undefined) return end === undefined ? common : { ...common, other: end.leaf };
  const tree = new TreeReader(found.postings, found.file, reader);
  const run = { count: tree.count, ...runOf(tree, window) };
  if (run.end - run.first > LEAVES_MAX) {
    throw tooLarge(
      `it has \`${run.end - run.first}\` events, and at most \`${LEAVES_MAX}\` are answered at once`,
    );
  }
  const leaves = tree.leaves(run.first, run.end);
  const bytes = leaves.reduce((sum, leaf) => sum + (isWithin(window, leaf) ? leaf.entry.length : 0), 0);
  if (bytes > ENTRY_BYTES_MAX) throw tooLarge(`its events have \`${bytes}\` bytes`);
  return {
    ...common,
    tree: {
      count: tree.count,
      latenessMs: tree.latenessMs,
      first: run.first,
      leaves: leaves.map((leaf) => answerLeaf(leaf, window)),
      hashes: outsideOf(run).map((part) => tree.rootOf(part)),
    },
  };
}

/** The leaves that reach over both ends of the window, or to the ends of the tree; at least one. */
function runOf(tree: TreeReader, window: AnswerWindow): { readonly first: number; readonly end: number } {
  const [start, behind] = bounds(tree, window);
  const first = Math.max(0, start - 1);
  return { first, end: Math.max(first, Math.min(tree.count - 1, behind)) + 1 };
}

/** The first position that is not before the window, and the first that is behind it. */
function bounds(tree: TreeReader, window: AnswerWindow): readonly [start: number, behind: number] {
  switch (window.kind) {
    case 'all':
      return [0, tree.count];
    case 'index':
      return [tree.positionOfIndex(window.from), tree.positionOfIndex(window.to)];
    case 'time':
      return [tree.positionOfTime(window.fromMs), tree.positionOfTime(window.toMs + tree.latenessMs)];
  }
}

function answerLeaf({ index, timeMs, latestMs, hash, entry }: ReadLeaf, window: AnswerWindow): AnswerLeaf {
  const place = { index, timeMs, latestMs };
  // A copy: the bytes may lie in a larger buffer.
  return isWithin(window, place) ? { ...place, entry: new Uint8Array(entry) } : { ...place, hash };
}

function tooLarge(why: string): CompletenessError {
  return new CompletenessError('TooLarge', `the answer would be too large: ${why}; ask for a shorter window`);
}
