import { type AnswerQuery, answerWindow } from '@keywitness/api';
import { bareKeyName, readSubject, type Subject } from '@keywitness/log';
import type { HttpAnswer } from '../http/index.ts';
import { answer, errorAnswer } from './answers.ts';
import type { Granted } from './endpoint.ts';
import { recordedAddress } from './event-filters.ts';

/** All events of a subject, with the proof that they are all, as soon as a checkpoint covers the record as it is. */
export function answerCompletely(query: AnswerQuery, granted: Granted): Promise<HttpAnswer> {
  return answerWith(query, granted, (text) => text);
}

/**
 * The same, with the event that says that it was taken out. The checkpoint of the answer covers that event: it was
 * recorded before the question was put.
 */
export function answerExport(query: AnswerQuery, granted: Granted): Promise<HttpAnswer> {
  const { eventId, index } = granted.recorded;
  return answerWith(query, granted, (text) => JSON.stringify({ eventId, index, answer: text }));
}

async function answerWith(
  query: AnswerQuery,
  { front, origin }: Granted,
  bodyOf: (text: string) => string,
): Promise<HttpAnswer> {
  const question = { subject: subjectOf(query), window: answerWindow(query) };
  const page = query.paged === true ? { page: { from: query.fromIndex ?? 0 } } : {};
  const outcome = await front.answers.answer({ ...question, ...page });
  switch (outcome.kind) {
    case 'answer':
      return answer(origin, 200, 'application/json', bodyOf(outcome.text));
    case 'too-large':
      return errorAnswer(origin, 409, { code: 'LimitExceeded', message: outcome.message });
    case 'unavailable':
      return errorAnswer(origin, 503, { code: 'Unavailable', message: outcome.message });
  }
}

/** A query as it is recorded: in the words that it was asked in, but for addresses, which the record spells in one way. */
export function answerParams(query: AnswerQuery): Readonly<Record<string, unknown>> {
  const { asset, paged, partial, source } = query;
  return {
    ...query,
    ...(asset === undefined ? {} : { asset: `${asset.name}=${asset.value}` }),
    ...(paged === undefined ? {} : { paged: 'true' }),
    ...(partial === undefined ? {} : { partial: 'true' }),
    ...(source === undefined ? {} : { source: recordedAddress(source) }),
  };
}

function subjectOf({ account, asset, credential, key, principal, source }: AnswerQuery): Subject {
  const name = key === undefined ? undefined : bareKeyName(key);
  const candidates: readonly (readonly [type: string, ...texts: (string | undefined)[]])[] = [
    ['key-principal', name, principal],
    ['account', account],
    ['asset', asset?.name, asset?.value],
    ['credential', credential],
    ['key', name],
    ['principal', principal],
    ['source', source === undefined ? undefined : recordedAddress(source)],
  ];
  for (const [type, ...texts] of candidates) {
    const given = texts.filter((text) => text !== undefined).map((text) => text.toWellFormed());
    const subject = given.length === texts.length ? readSubject(type, given) : undefined;
    if (subject !== undefined) return subject;
  }
  return { type: 'partial', texts: [] };
}
