import { LedgerError } from '../../core/audit/index.ts';
import type { HttpAnswer, HttpRequest } from '../http/index.ts';
import { errorAnswer } from './answers.ts';

/** Answers a request, or says that it could not be recorded: then it did not happen (G1). */
export async function recordedOrRefused(
  { attempt }: HttpRequest,
  answering: () => Promise<HttpAnswer>,
): Promise<HttpAnswer> {
  try {
    return await answering();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return errorAnswer(attempt.requestId, undefined, UNRECORDABLE[error.code]);
  }
}

const UNRECORDABLE = {
  Busy: { status: 429, code: 'Throttled', message: 'too many attempts wait to be recorded' },
  Unavailable: { status: 503, code: 'Unavailable', message: 'the attempt could not be recorded' },
} as const;
