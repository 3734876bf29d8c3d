import { type AnswerQuery, type ApiClient, ApiError, collectPages } from '@keywitness/api';
import {
  type AnsweredEntry,
  type AnswerVerdict,
  type CompleteAnswer,
  type LogCrypto,
  LogError,
  openIndexCheckpoint,
  parseWholeAnswer,
  sha256,
  type TrustedKeys,
  verifyAnswer,
} from '@keywitness/log';
import { type Trust, withWebCrypto } from '../verify/index.ts';
import { hexOf } from './bytes.ts';
import { checkSignatures, logKeysOf, type SignedCheckpoint } from './check-signatures.ts';
import { asksWitnesses, witnessStep } from './check-witnesses.ts';
import { knownLog } from './known-log.ts';
import { historyStep } from './seen-checkpoint.ts';
import { type ProofState, type ProofStep, stateOf } from './steps.ts';

/** What came of checking that an answer is complete. */
export interface AnswerProof {
  readonly state: ProofState;
  readonly steps: readonly ProofStep[];
  /** All events that were asked for, as they are in the log; none unless the proof holds. */
  readonly entries: readonly AnsweredEntry[];
  /** Events of the subject in the whole log. */
  readonly count: number;
  /** Entries of the log at the checkpoint. */
  readonly size?: number;
  /** RFC 3339. */
  readonly signedAt?: string;
}

/**
 * Asks for all events about something, and checks that none was left out (`spec/completeness.md`), against the pinned keys
 * of the log. What is too large for one answer comes in pages, each complete.
 *
 * @throws ApiError when the answer cannot be had
 */
export async function proveAnswer(
  client: Pick<ApiClient, 'getAnswer' | 'logFetch'>,
  query: AnswerQuery,
): Promise<AnswerProof> {
  const now = new Date();
  const text = await wholeAnswer(client, query);
  const known = await knownLog(client, now);
  if (known.trust === undefined) return { state: 'open', steps: [known.step], entries: [], count: 0 };
  const { trust } = known;
  if (text instanceof LogError) {
    const steps = [known.step, unreadableStep(text)];
    return { state: 'fails', steps, entries: [], count: 0 };
  }
  const { value } = await withWebCrypto((crypto) => stepsOf(text, trust, crypto));
  const { steps, checkpoint, verdict } = value;
  const isSure = verdict.ok && checkpoint !== undefined && known.step.state !== 'failed';
  const others = isSure
    ? [
        await witnessStep(checkpoint, trust, client.logFetch),
        await historyStep(checkpoint, client.logFetch, now),
      ]
    : [];
  const all = [known.step, ...steps, ...others];
  const needed = ['key', 'signature', 'index', 'complete'] as const;
  const state = stateOf(all, asksWitnesses(trust) ? [...needed, 'witnesses'] : needed);
  return {
    state,
    steps: all,
    entries: state === 'holds' && verdict.ok ? verdict.entries : [],
    count: verdict.ok ? verdict.count : 0,
    ...(checkpoint === undefined ? {} : { size: checkpoint.size }),
    ...(checkpoint?.signedAt === undefined ? {} : { signedAt: checkpoint.signedAt }),
  };
}

async function wholeAnswer(
  client: Pick<ApiClient, 'getAnswer' | 'logFetch'>,
  query: AnswerQuery,
): Promise<string | LogError> {
  const ask = (page: AnswerQuery): Promise<string> => client.getAnswer(page);
  const first = await ask({ ...query, paged: true });
  try {
    return await collectPages(query, { first, ask, logFetch: client.logFetch, hasher: { sha256 } });
  } catch (error) {
    // What is too much to be shown is no fault of the answer; all else is.
    if (error instanceof LogError && error.code !== 'out-of-range') return error;
    throw apiErrorOf(error);
  }
}

function unreadableStep({ message }: LogError): ProofStep {
  const words = `The service’s answer is not complete, or cannot be read: ${message}.`;
  return { id: 'complete', title: completeTitle, state: 'failed', words, values: [] };
}

/** An error of reading proofs, in the words of the API. */
export function apiErrorOf(error: unknown): unknown {
  if (!(error instanceof LogError)) return error;
  const code = error.code === 'out-of-range' ? 'LimitExceeded' : 'UnexpectedAnswer';
  return new ApiError(code, error.message, { status: 200 });
}

interface CheckedAnswer {
  readonly steps: readonly ProofStep[];
  readonly checkpoint?: SignedCheckpoint;
  readonly verdict: AnswerVerdict;
}

function stepsOf(text: string, trust: Trust, crypto: LogCrypto): CheckedAnswer {
  const keys = logKeysOf(trust);
  const verdict = verifyAnswer({ answer: text, trustedKeys: keys, crypto });
  const answer = read(text);
  if (answer instanceof LogError) return { steps: [unreadableStep(answer)], verdict };
  const signed = checkSignatures(answer.checkpoint, trust, crypto);
  const index = indexStep(answer, keys, crypto);
  const steps = [signed.step, index];
  const isSigned = steps.every(({ state }) => state === 'passed');
  return {
    steps: [...steps, completeStep(answer, verdict, isSigned)],
    verdict,
    ...(signed.checkpoint === undefined ? {} : { checkpoint: signed.checkpoint }),
  };
}

const completeTitle = 'None was left out';

function indexStep(answer: CompleteAnswer, keys: TrustedKeys, crypto: LogCrypto): ProofStep {
  const title = 'The log has signed its index of the same entries';
  const opened = openIndexCheckpoint(answer.index, keys, crypto);
  if (!opened.ok) {
    const words = `The index is not confirmed by the pinned key: ${opened.reasons.join('; ')}.`;
    return { id: 'index', title, state: 'failed', words, values: [] };
  }
  const { size, root } = opened.checkpoint;
  return {
    id: 'index',
    title,
    state: 'passed',
    words:
      'The index says of every asset, key and principal which entries are about it. Anybody who has the log can compute it, and convict the log with it if it is wrong.',
    values: [
      ['Entries', String(size)],
      ['Statement', hexOf(root)],
    ],
  };
}

function completeStep(answer: CompleteAnswer, verdict: AnswerVerdict, isSigned: boolean): ProofStep {
  if (!verdict.ok) {
    return {
      id: 'complete',
      title: completeTitle,
      state: 'failed',
      words: isSigned
        ? `The answer is not what the signed index says: ${verdict.reasons.join('; ')}. Events may be missing from it, or may have been changed.`
        : 'What the answer hangs on is not signed, so it may lack events.',
      values: [],
    };
  }
  const { entries, count, pages } = verdict;
  const values: ProofStep['values'] = [
    ['Events of the subject', String(count)],
    ['In the window', String(entries.length)],
    ['Answers', String(pages)],
    ['Steps in the map', String(answer.path.length)],
  ];
  const words =
    count === 0
      ? 'The search in the index ends where the subject would be, and it is not there: no event of the log is about it.'
      : `The hashes of all ${count} events of the subject lead to the signed index. Leaving out or changing one would lead elsewhere.`;
  return { id: 'complete', title: completeTitle, state: 'passed', words, values };
}

function read(text: string): CompleteAnswer | LogError {
  try {
    return parseWholeAnswer(text);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}
