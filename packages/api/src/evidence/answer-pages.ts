import {
  type CompleteAnswer,
  consistencyProof,
  formatPages,
  isLastPage,
  LogError,
  type LogFetch,
  type LogHasher,
  parseAnswer,
  parseCheckpoint,
  parseNote,
  tileHashReader,
} from '@keywitness/log';
import { type AnswerQuery, answerWindow } from '../schemas/index.ts';

/** More than the events of any one question that still fit into a file; a page has up to 4,096. */
const pagesMax = 1000;

/** The first page of an answer, as it came, and how to get the others. */
export interface AskPages {
  /** What was answered to the query with `paged`. */
  readonly first: string;
  /** Answers one of the pages behind it. */
  readonly ask: (query: AnswerQuery) => Promise<string>;
  /** Reads the published log. */
  readonly logFetch: LogFetch;
  readonly hasher: LogHasher;
  /** Called when a page is there, with how many are. */
  readonly onPage?: (pages: number) => void;
}

/**
 * The whole answer to a query as text: what was answered, when that is all of it, or all pages with the proofs that their
 * checkpoints are of one history (`spec/completeness.md`, "Pages"). Believes nothing: `verifyAnswer` is for that.
 *
 * @throws LogError `out-of-range` for more than a file can hold, any other code when the service answers with no proof
 */
export async function collectPages(query: AnswerQuery, options: AskPages): Promise<string> {
  const { first, ask, logFetch, hasher, onPage } = options;
  const window = answerWindow({ ...query, paged: true });
  const pages = [parseAnswer(first)];
  for (let page = pages[0]; page !== undefined && !isLastPage(window, page); page = pages.at(-1)) {
    onPage?.(pages.length);
    if (page.window.kind !== 'index') {
      throw new LogError('malformed-answer', 'it is neither the whole answer nor a page of it');
    }
    if (pages.length === pagesMax) throw tooLarge();
    pages.push(parseAnswer(await ask({ ...query, paged: true, fromIndex: page.window.to })));
  }
  if (pages.length === 1) return first;
  const consistency = await proofsBetween(pages.map(sizeOf), logFetch, hasher);
  try {
    return formatPages({ window, pages, consistency });
  } catch (error) {
    if (error instanceof LogError) throw tooLarge();
    throw error;
  }
}

/** That each tree goes on from the one before; all of them are parts of the last. */
async function proofsBetween(
  sizes: readonly number[],
  fetch: LogFetch,
  hasher: LogHasher,
): Promise<readonly (readonly Uint8Array[])[]> {
  const reader = tileHashReader({ size: sizes.at(-1) ?? 0, fetch, hasher });
  const proofs: (readonly Uint8Array[])[] = [];
  for (const [at, size] of sizes.entries()) {
    const before = sizes[at - 1];
    if (before === undefined) continue;
    if (before > size) {
      throw new LogError('malformed-answer', 'its pages are of smaller and smaller logs');
    }
    proofs.push(await consistencyProof(before, size, reader, hasher));
  }
  return proofs;
}

function sizeOf({ checkpoint }: CompleteAnswer): number {
  return parseCheckpoint(parseNote(checkpoint).text).size;
}

function tooLarge(): LogError {
  return new LogError('out-of-range', 'the answer is too large for one file; ask for a shorter window');
}
