import {
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
import type { Ask, CallOptions } from './calls.ts';
import { type AskLines, longAnswer, type LongCallOptions } from './long-answer.ts';
import type { ApiRequest } from './transport.ts';

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

/** Makes the part of a client that asks about access. */
export function accessClient(ask: Ask, askLines: AskLines): AccessClient {
  const post = (name: string, body: object): ApiRequest => ({
    method: 'POST',
    path: ['v1', 'access', name],
    body,
  });
  const long = <Answer>(
    name: string,
    question: object,
    schema: Schema<Answer>,
    options?: LongCallOptions,
  ): Promise<Answer> => longAnswer(askLines(post(name, question), options), schema, options);
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
