import { type AnswerQuery, answerWindow } from '@keywitness/api';
import {
  type CompleteAnswer,
  consistencyProof,
  formatPages,
  isLastPage,
  LogError,
  type LogFetch,
  parseAnswer,
  parseCheckpoint,
  parseNote,
  tileHashReader,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import { Failure } from '../failure.ts';

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
}

/**
 * The whole answer to a query as text: what was answered, when that is all of it, or all pages with the proofs that their
 * checkpoints are of one history (`spec/completeness.md`, "Pages").
 *
 * @throws Failure when the service answers with no proof, or with more than a file can hold
 */
export async function collectPages(query: AnswerQuery, { first, ask, logFetch }: AskPages): Promise<string> {
  const window = answerWindow({ ...query, paged: true });
  const pages = [read(() => parseAnswer(first))];
  for (let page = pages[0]; page !== undefined && !isLastPage(window, page); page = pages.at(-1)) {
    if (page.window.kind !== 'index') throw noProof('it is neither the whole answer nor a page of it');
    if (pages.length === pagesMax) throw tooLarge();
    const text = await ask({ ...query, paged: true, fromIndex: page.window.to });
    pages.push(read(() => parseAnswer(text)));
  }
  if (pages.length === 1) return first;
  const consistency = await proofsBetween(pages.map(sizeOf), logFetch);
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
): Promise<readonly (readonly Uint8Array[])[]> {
  const reader = tileHashReader({ size: sizes.at(-1) ?? 0, fetch, hasher: nodeCrypto });
  const proofs: (readonly Uint8Array[])[] = [];
  for (const [at, size] of sizes.entries()) {
    const before = sizes[at - 1];
    if (before === undefined) continue;
    if (before > size) throw noProof('its pages are of smaller and smaller logs');
    proofs.push(await consistencyProof(before, size, reader, nodeCrypto));
  }
  return proofs;
}

function sizeOf({ checkpoint }: CompleteAnswer): number {
  return read(() => parseCheckpoint(parseNote(checkpoint).text).size);
}

function read<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw noProof(error.message, error);
  }
}

function noProof(why: string, cause?: Error): Failure {
  return new Failure('could-not', `the service answered with no proof: ${why}`, { cause });
}

function tooLarge(): Failure {
  return new Failure('could-not', 'the answer is too large for one file; ask for a shorter window');
}
