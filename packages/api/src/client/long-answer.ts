import * as v from 'valibot';
import { type AccessProgress, accessProgressSchema, type Schema } from '../schemas/index.ts';
import { parseJson } from './answers.ts';
import { ApiError } from './api-error.ts';
import type { CallOptions } from './calls.ts';
import type { ApiRequest } from './transport.ts';

/** Of an answer that takes long: told how far it has come. */
export interface LongCallOptions extends CallOptions {
  readonly onProgress?: (progress: AccessProgress) => void;
}

/** The lines of an answer that goes on; errors among them are thrown by whoever reads them. */
export type AskLines = (request: ApiRequest, options?: CallOptions) => AsyncGenerator<string>;

/** Reads lines that say how far an answer has come, up to the one that is the answer. */
export async function longAnswer<Answer>(
  lines: AsyncGenerator<string>,
  schema: Schema<Answer>,
  options?: LongCallOptions,
): Promise<Answer> {
  const answer = v.object({ answer: schema });
  for await (const line of lines) {
    const value = parseJson(line);
    const found = v.safeParse(answer, value);
    if (found.success) return found.output.answer;
    const progress = v.safeParse(accessProgressSchema, value);
    if (!progress.success) break;
    options?.onProgress?.(progress.output.progress);
  }
  throw new ApiError('UnexpectedAnswer', 'the service ended without an answer', { status: 200 });
}
