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
  { subject, window, page }: AnswerQuestion,
  notes: AnswerNotes,
): CompleteAnswer {
  const key = subjectKey(subject, nodeCrypto);
  const end = index.map.prove(key);
  const common = { subject, window, ...notes, path: end?.path ?? [] };
  const found = index.find(key);
  if (found === undefined) return end === undefined ? common : { ...common, other: end.leaf };
  const tree = new TreeReader(found.postings, found.file, reader);
  const part = page === undefined ? wholeOf(tree, window) : pageOf(tree, window, page.from);
  const run = { count: tree.count, first: part.first, end: part.first + part.leaves.length };
  return {
    ...common,
    window: part.window,
    tree: {
      count: tree.count,
      latenessMs: tree.latenessMs,
      first: run.first,
      leaves: part.leaves.map((leaf) => answerLeaf(leaf, part.window)),
      hashes: outsideOf(run).map((outside) => tree.rootOf(outside)),
    },
  };
}

/** What of a subject's tree an answer has. */
interface Part {
  readonly window: AnswerWindow;
  readonly first: number;
  readonly leaves: readonly ReadLeaf[];
}

function wholeOf(tree: TreeReader, window: AnswerWindow): Part {
  const run = runOf(tree, window);
  if (run.end - run.first > LEAVES_MAX) {
    throw tooLarge(
      `it has \`${run.end - run.first}\` events, and at most \`${LEAVES_MAX}\` are answered at once`,
    );
  }
  const leaves = tree.leaves(run.first, run.end);
  const bytes = leaves.reduce((sum, leaf) => sum + (isWithin(window, leaf) ? leaf.entry.length : 0), 0);
  if (bytes > ENTRY_BYTES_MAX) throw tooLarge(`its events have \`${bytes}\` bytes`);
  return { window, first: run.first, leaves };
}

/**
 * The answer as a whole when it is asked for from the beginning and small enough. Else the events from the index `from` on
 * that fit into one answer, as one about a window by index; the next page goes on from its end.
 */
function pageOf(tree: TreeReader, window: AnswerWindow, from: number): Part {
  const [start, behind] = bounds(tree, window);
  // A window with nothing between its ends is no page.
  if (behind < start) return wholeOf(tree, window);
  const run = runOf(tree, window);
  const isBehind = behind < tree.count && from > tree.indexAt(run.end - 1);
  if (isBehind) return wholeOf(tree, { kind: 'index', from, to: from });
  const before = from === 0 ? run.first : tree.positionOfIndex(from) - 1;
  const first = Math.min(Math.max(run.first, before), run.end - 1);
  const read = tree.leaves(first, Math.min(run.end, first + LEAVES_MAX));
  const leaves = read.slice(0, fitting(read));
  const isWhole = first + leaves.length === run.end;
  if (from === 0 && isWhole) return { window, first, leaves };
  // The leaf before the window, where there is one, is not in it.
  const lowest = start > 0 ? tree.indexAt(run.first) + 1 : 0;
  const isToTheEnd = isWhole && behind >= tree.count;
  const to = isToTheEnd ? Number.MAX_SAFE_INTEGER : (leaves.at(-1)?.index ?? 0);
  return { window: { kind: 'index', from: Math.max(from, lowest), to }, first, leaves };
}

/** How many leaves have not too many bytes; at least three, so that there is one between those at the ends. */
function fitting(leaves: readonly ReadLeaf[]): number {
  let bytes = 0;
  for (const [at, { entry }] of leaves.entries()) {
    bytes += entry.length;
    if (at >= 3 && bytes > ENTRY_BYTES_MAX) return at;
  }
  return leaves.length;
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
