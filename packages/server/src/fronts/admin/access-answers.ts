import type { AnalysisQuestion, AnalysisStep } from '../../core/operations/index.ts';
import { Params } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { answer, errorAnswer, errorText, jsonAnswer, statusOf } from './answers.ts';
import type { Granted } from './endpoint.ts';

/** A question without the caller's account, which the operation tells. */
type Asked = AnalysisQuestion extends infer Each
  ? Each extends AnalysisQuestion
    ? Omit<Each, 'account'>
    : never
  : never;

/** Answers a question as one JSON document. */
export async function answerAnalysis(asked: Asked, granted: Granted): Promise<HttpAnswer> {
  const step = await lastStep(asked, granted);
  return step.kind === 'answer'
    ? jsonAnswer(granted.origin, step.text)
    : errorAnswer(granted.origin, statusOf(step.code), step);
}

/** The answer to a question, or why there is none. */
export async function lastStep(
  asked: Asked,
  granted: Granted,
): Promise<Exclude<AnalysisStep, { readonly kind: 'progress' }>> {
  const steps = granted.front.analysis.ask(questionOf(asked, granted));
  for (;;) {
    const { done, value: step } = await steps.next();
    if (done === true) throw new TypeError('the analysis ended without an answer');
    if (step.kind !== 'progress') return step;
  }
}

/** Answers a question that looks at the record: lines of JSON with how far it has come, then one with the answer. */
export async function answerLongAnalysis(asked: Asked, granted: Granted): Promise<HttpAnswer> {
  const steps = granted.front.analysis.ask(questionOf(asked, granted));
  const first = await steps.next();
  if (first.done === true) throw new TypeError('the analysis ended without an answer');
  if (first.value.kind === 'refused') {
    return errorAnswer(granted.origin, statusOf(first.value.code), first.value);
  }
  return answer(granted.origin, 200, 'application/x-ndjson', lines(first.value, steps, granted));
}

/** Answers why an event is what it is. */
export async function answerExplanation(
  { eventId }: { readonly eventId: string },
  granted: Granted,
): Promise<HttpAnswer> {
  const found = await granted.front.index.find(eventId);
  if (found === undefined) {
    const message = `there is no event \`${eventId}\``;
    return errorAnswer(granted.origin, 404, { code: 'NotFound', message });
  }
  const { entry, index } = found;
  return answerAnalysis({ kind: 'explain', index, entry }, granted);
}

/** Giving the lines up gives the question up. */
function lines(
  first: AnalysisStep,
  steps: AsyncIterator<AnalysisStep, undefined>,
  { attempt }: Granted,
): AsyncIterable<string> {
  let next: IteratorResult<AnalysisStep, undefined> | undefined = { done: false, value: first };
  const iterator = {
    async next(): Promise<IteratorResult<string>> {
      const { done, value } = next ?? (await steps.next());
      next = undefined;
      if (done === true) return { done: true, value: undefined };
      return { done: false, value: `${lineOf(value, attempt.requestId)}\n` };
    },
    async return(): Promise<IteratorResult<string>> {
      await steps.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function lineOf(step: AnalysisStep, requestId: string): string {
  switch (step.kind) {
    case 'progress':
      return JSON.stringify({ progress: { done: step.done, total: step.total } });
    case 'answer':
      return `{"answer":${step.text}}`;
    case 'refused':
      return errorText(requestId, step);
  }
}

function questionOf(asked: Asked, { result }: Granted): AnalysisQuestion {
  return { ...asked, account: new Params(result).text('account') };
}
