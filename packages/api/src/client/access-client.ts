import * as v from 'valibot';
import {
  type AccessProgress,
  accessProgressSchema,
  type DiffAnswer,
  diffAnswerSchema,
  type DiffQuestion,
  type Explanation,
  explanationSchema,
  type LintAnswer,
  lintAnswerSchema,
  type LintQuestion,
  type ReplayAnswer,
  replayAnswerSchema,
  type ReplayQuestion,
  type Schema,
  type UnusedAnswer,
  unusedAnswerSchema,
  type UnusedQuestion,
  type WhatCanAnswer,
  whatCanAnswerSchema,
  type WhatCanQuestion,
  type WhoCanAnswer,
  whoCanAnswerSchema,
  type WhoCanQuestion,
} from '../schemas/index.ts';
import { ApiError } from './api-error.ts';
import type { Ask, CallOptions } from './calls.ts';
import type { ApiRequest } from './signed-fetch.ts';
import { parseJson } from './answers.ts';

/** Of an answer that takes long: told how far it has come. */
export interface LongCallOptions extends CallOptions {
  readonly onProgress?: (progress: AccessProgress) => void;
}

/** Questions about access (`spec/access-analysis.md`). Every method rejects with `ApiError`. */
export interface AccessClient {
  explain(eventId: string, options?: CallOptions): Promise<Explanation>;
  whoCan(question: WhoCanQuestion, options?: CallOptions): Promise<WhoCanAnswer>;
  whatCan(question: WhatCanQuestion, options?: CallOptions): Promise<WhatCanAnswer>;
  diff(question: DiffQuestion, options?: CallOptions): Promise<DiffAnswer>;
  replay(question: ReplayQuestion, options?: LongCallOptions): Promise<ReplayAnswer>;
  lint(question: LintQuestion, options?: LongCallOptions): Promise<LintAnswer>;
  unused(question: UnusedQuestion, options?: LongCallOptions): Promise<UnusedAnswer>;
}

/** The lines of an answer that goes on; errors among them are thrown by whoever reads them. */
export type AskLines = (request: ApiRequest, options?: CallOptions) => AsyncGenerator<string>;

/** Makes the part of a client that asks about access. */
export function accessClient(ask: Ask, askLines: AskLines): AccessClient {
  const post = (name: string, body: object): ApiRequest => ({
    method: 'POST',
    path: ['v1', 'access', name],
    body,
  });
  const long = async <Answer>(
    name: string,
    question: object,
    schema: Schema<Answer>,
    options?: LongCallOptions,
  ): Promise<Answer> => {
    const answer = v.object({ answer: schema });
    for await (const line of askLines(post(name, question), options)) {
      const value = parseJson(line);
      const found = v.safeParse(answer, value);
      if (found.success) return found.output.answer;
      const progress = v.safeParse(accessProgressSchema, value);
      if (!progress.success) break;
      options?.onProgress?.(progress.output.progress);
    }
    throw new ApiError('UnexpectedAnswer', 'the service ended without an answer', { status: 200 });
  };
  return {
    explain(eventId, options) {
      const path = ['v1', 'access', 'explain', eventId];
      return ask({ method: 'GET', path }, explanationSchema, options);
    },
    whoCan: (question, options) => ask(post('who-can', question), whoCanAnswerSchema, options),
    whatCan: (question, options) => ask(post('what-can', question), whatCanAnswerSchema, options),
    diff: (question, options) => ask(post('diff', question), diffAnswerSchema, options),
    replay: (question, options) => long('replay', question, replayAnswerSchema, options),
    lint: (question, options) => long('lint', question, lintAnswerSchema, options),
    unused: (question, options) => long('unused', question, unusedAnswerSchema, options),
  };
}
