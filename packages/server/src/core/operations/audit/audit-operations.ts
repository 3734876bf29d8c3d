import type { EventParameters } from '../../audit/index.ts';
import type { Attempt } from '../attempt.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params, Result } from '../params.ts';
import { authorizeOnRecord } from '../record-access.ts';

/** What may be asked of the record; all of it is noted as it was asked, as far as texts of that length are noted. */
const TEXTS = [
  'account',
  'action',
  'asset',
  'by',
  'ciphertext',
  'credential',
  'cursor',
  'documentSha256',
  'errorCode',
  'eventId',
  'field',
  'from',
  'incident',
  'issuer',
  'key',
  'material',
  'operation',
  'order',
  'outcome',
  'over',
  'paged',
  'partial',
  'path',
  'prefix',
  'principal',
  'request',
  'session',
  'source',
  'subject',
  'text',
  'to',
  'userAgent',
] as const;
const NUMBERS = ['after', 'buckets', 'fromIndex', 'limit', 'scan', 'toIndex', 'top'] as const;

/** `ListEvents`: a page of the record. */
export const listEvents: Operation = reading('ListEvents', 'audit.list');

/** `GetEvent`: one event and its leaf. */
export const getEvent: Operation = reading('GetEvent', 'audit.read');

/** `GetEventProof`: that an event is in the log. */
export const getEventProof: Operation = reading('GetEventProof', 'audit.prove');

/** `GetAnswer`: all events of one subject, with the proof that they are all. */
export const getAnswer: Operation = reading('GetAnswer', 'audit.answer');

/** `ExportEvidence`: the same, to be taken out of the service; the event says who takes it. */
export const exportEvidence: Operation = reading('ExportEvidence', 'audit.export');

/** `GetDocument`: the text of a policy by the hash that events name it by. */
export const getDocument: Operation = reading('GetDocument', 'audit.document', {
  resultOf: ({ account }) => ({ account }),
});

/** `TailEvents`: the record as it grows, for as long as this is asked again and again. */
export const tailEvents: Operation = reading('TailEvents', 'audit.tail');

/** `GetEventHistogram`: how many events there were over time. */
export const getEventHistogram: Operation = reading('GetEventHistogram', 'audit.histogram');

/** `SummarizeEvents`: what events have most. */
export const summarizeEvents: Operation = reading('SummarizeEvents', 'audit.summarize');

/** `SuggestEvents`: values that events have. */
export const suggestEvents: Operation = reading('SuggestEvents', 'audit.suggest');

/** `GetAssetAccess`: who accessed an asset. */
export const getAssetAccess: Operation = reading('GetAssetAccess', 'audit.asset-access');

/** `GetEventRenderings`: an event in the words of other tools; whoever may read the event may read it so as well. */
export const getEventRenderings: Operation = reading('GetEventRenderings', 'audit.render', {
  permission: 'keywitness:GetEvent',
});

/** `ReadLog`: a resource of the published log. */
export const readLog: Operation = reading('ReadLog', 'log.read');

/**
 * To read the record is an act on the record: it is allowed or denied, and recorded with what was asked, before
 * anything is read. The reading itself is no part of the decision, so the result is at most who asks.
 */
function reading(
  name: string,
  action: string,
  {
    permission = `keywitness:${name}`,
    resultOf = () => ({}),
  }: { readonly permission?: string; readonly resultOf?: (attempt: Attempt) => Result } = {},
): Operation {
  return {
    name,
    action,
    run(attempt: Attempt, params: Params) {
      attempt.note.parameters = noted(params);
      authorizeOnRecord(attempt, permission);
      return resultOf(attempt);
    },
  };
}

function noted(params: Params): EventParameters {
  const parameters: Record<string, string | number> = {};
  for (const name of TEXTS) {
    const value = params.optionalText(name);
    if (value !== undefined) parameters[name] = clip(value);
  }
  for (const name of NUMBERS) {
    const value = params.optionalNumber(name);
    if (value !== undefined) parameters[name] = value;
  }
  return parameters;
}
