import { LogError } from '../errors.ts';
import {
  type AnswerLeaf,
  type AnswerPages,
  type AnswerTree,
  type AnswerWindow,
  type CompleteAnswer,
  isWithin,
  sideOf,
} from './answer.ts';
import { parsePages } from './answer-text.ts';
import { isSameSubject } from './subjects.ts';

/** Whether nothing that a window asks for can follow a page of it. */
export function isLastPage(window: AnswerWindow, { tree }: CompleteAnswer): boolean {
  if (tree === undefined) return true;
  const last = tree.leaves.at(-1);
  return (
    tree.first + tree.leaves.length >= tree.count ||
    (last !== undefined && sideOf(window, last, tree.latenessMs) === 'behind')
  );
}

/**
 * Reads an answer, in pages or as a whole, and puts its pages together; believes nothing of it. What comes of several
 * pages has the notes, the path and the count of the last, the leaves of all, and no hashes.
 *
 * @throws LogError `malformed-answer`
 */
export function parseWholeAnswer(text: string | Uint8Array): CompleteAnswer {
  const joined = joinPages(parsePages(text));
  if (typeof joined !== 'string') return joined;
  throw new LogError('malformed-answer', `could not read the answer: ${joined}`);
}

/** Puts pages together, or says why they are not the pages of one answer. */
export function joinPages({ window, pages }: AnswerPages): CompleteAnswer | string {
  const [first, last] = [pages[0], pages.at(-1)];
  if (first === undefined || last === undefined) return 'it has no page';
  if (pages.length === 1) return first;
  const parts: PagePart[] = [];
  for (const [at, page] of pages.entries()) {
    const part = partOf(page);
    const before = parts.at(-1);
    if (part === undefined) return `page \`${at}\` is not one of a window by index with events`;
    if (!isSameSubject(page.subject, first.subject)) return `page \`${at}\` is about another subject`;
    if (before !== undefined && (part.from !== before.to || part.start !== before.end)) {
      return `events may be missing before page \`${at}\`: it does not go on where the one before ends`;
    }
    parts.push(part);
  }
  const [start, end] = [parts[0], parts.at(-1)];
  if (start === undefined || end === undefined) return 'it has no page';
  const leaves = [...start.before, ...parts.flatMap(({ inside }) => inside), ...end.behind];
  const { subject } = first;
  const { checkpoint, index, path } = last;
  const tree = { ...end.tree, first: start.tree.first, leaves, hashes: [] };
  return { subject, window, checkpoint, index, path, tree };
}

interface PagePart {
  readonly tree: AnswerTree;
  readonly from: number;
  readonly to: number;
  /** Positions of the first leaf in the window, and of the first behind it. */
  readonly start: number;
  readonly end: number;
  readonly before: readonly AnswerLeaf[];
  readonly inside: readonly AnswerLeaf[];
  readonly behind: readonly AnswerLeaf[];
}

function partOf({ window, tree }: CompleteAnswer): PagePart | undefined {
  if (window.kind !== 'index' || tree === undefined) return undefined;
  const { from, to } = window;
  const before = tree.leaves.filter(({ index }) => index < from);
  const inside = tree.leaves.filter((leaf) => isWithin(window, leaf));
  const behind = tree.leaves.filter(({ index }) => index >= from && index >= to);
  const start = tree.first + before.length;
  return { tree, from, to, start, end: start + inside.length, before, inside, behind };
}
