import type { EventParameters } from '../../audit/index.ts';
import { sha256Hex } from '../../crypto/index.ts';
import type { Attempt } from '../attempt.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';

/** What questions may say, as it is noted. Policies are noted by their SHA-256. */
const TEXTS = ['action', 'eventId', 'for', 'from', 'key', 'principal', 'sourceIp', 'to'] as const;
const DOCUMENTS = ['document', 'new', 'old'] as const;

/** `ExplainEvent`: why an attempt was allowed or denied. */
export const explainEvent: Operation = analysing('ExplainEvent', 'access.explain');

/** `AnalyzeAccess`, for who may do something with a key. */
export const whoCanAccess: Operation = analysing('AnalyzeAccess', 'access.who-can');

/** `AnalyzeAccess`, for what a principal may do. */
export const whatCanAccess: Operation = analysing('AnalyzeAccess', 'access.what-can');

/** `AnalyzeAccess`, for what a change of a policy gives and takes. */
export const diffAccess: Operation = analysing('AnalyzeAccess', 'access.diff');

/** `ReplayEvents`: recorded requests under another policy. */
export const replayEvents: Operation = analysing('ReplayEvents', 'access.replay');

/** `AnalyzeAccess`, for what a policy allows and was not used: it tells of the record as well. */
export const lintAccess: Operation = analysing('AnalyzeAccess', 'access.lint', [
  'AnalyzeAccess',
  'ReplayEvents',
]);

/** `ReplayEvents`, for what was not used at all. */
export const listUnused: Operation = analysing('ReplayEvents', 'access.unused');

/**
 * To analyse is an act on the record: permitted or denied, and recorded with what was asked, before anything is looked
 * at. What is told of all accounts belongs to the account that owns the record (G6).
 */
function analysing(name: string, action: string, permissions: readonly string[] = [name]): Operation {
  return {
    name,
    action,
    run(attempt: Attempt, params: Params) {
      attempt.note.parameters = noted(params);
      const owner = attempt.view.organization()?.auditAccount ?? attempt.place.account;
      for (const permission of permissions) {
        attempt.authorize({
          permission: `keywitness:${permission}`,
          resource: '*',
          resourceAccount: owner,
        });
      }
      return { account: attempt.account };
    },
  };
}

function noted(params: Params): EventParameters {
  const parameters: Record<string, string> = {};
  for (const name of TEXTS) {
    const value = params.optionalText(name);
    if (value !== undefined) parameters[name] = clip(value);
  }
  for (const name of DOCUMENTS) {
    const value = params.optionalText(name);
    if (value !== undefined) parameters[`${name}Sha256`] = sha256Hex(value);
  }
  return parameters;
}
