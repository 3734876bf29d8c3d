import type { AccessStatement, ExplainedDecision, Explanation } from '@keywitness/api';
import type { AuditEvent, EventDecision } from '../../audit/index.ts';
import { judge } from '../../policy/index.ts';
import { accessCase } from '../access-case.ts';
import { callerPolicies } from '../caller-policies.ts';
import type { Principal } from '../principal.ts';
import { findKeyByArn } from '../find-key.ts';
import { policyText } from './kept-texts.ts';
import { nearMisses } from './near-misses.ts';
import {
  type NotAskable,
  recordedCase,
  type RecordedSources,
  recordedSubject,
  type RecordedSubject,
  wholeEventProblem,
} from './recorded-request.ts';
import type { StateView } from './state-view.ts';
import { statementText } from './statement-text.ts';
import { originOf, tellDecision } from './tell-decision.ts';

/**
 * Why an event's attempt was allowed or denied: by the statements that the event names, out of the texts that they had
 * then; and what the policies as they are now say to the same question, with what nearly matched.
 */
export function explain(
  event: AuditEvent,
  index: number,
  view: StateView,
  sources: RecordedSources,
): Explanation {
  const decisions = (event.decisions ?? []).map((decision) =>
    explainDecision(event, decision, view, sources),
  );
  return {
    index,
    eventId: event.id,
    time: event.time,
    principal: event.actor.arn ?? event.actor.name ?? event.actor.type,
    action: event.action,
    outcome: event.outcome,
    error: event.error,
    decisions,
    revision: event.revision,
    revisionNow: view.revision,
  };
}

function explainDecision(
  event: AuditEvent,
  decision: EventDecision,
  view: StateView,
  sources: RecordedSources,
): ExplainedDecision {
  const subject = recordedSubject(event.actor, decision, view, sources);
  const principal = typeof subject === 'string' ? undefined : subject.principalOf(event.actor);
  return {
    ...recordedDecision(decision, principal, view, sources),
    permission: decision.permission,
    resource: decision.resource,
    ...askAgain(event, decision, subject, sources.nowMs),
  };
}

/** What the event says, with the statement's text as it was then. */
function recordedDecision(
  decision: EventDecision,
  principal: Principal | undefined,
  view: StateView,
  sources: RecordedSources,
): Pick<ExplainedDecision, 'effect' | 'by' | 'missing' | 'via'> {
  const { effect, grant, policy, policyKind = '', policySha256, resource, statement } = decision;
  if (policy === undefined || statement === undefined) return { effect, missing: policyKind };
  const key = findKeyByArn(view, resource);
  const document =
    policySha256 === undefined
      ? undefined
      : policyText(policySha256, sources.document, { principal, key, view });
  const by: AccessStatement = {
    policyKind,
    policy,
    policySha256,
    statement,
    origin:
      principal === undefined || policyKind !== 'identity-based'
        ? undefined
        : originOf({ policyKind, policyName: policy, policySha256 }, principal, view),
    text: document === undefined ? undefined : statementText(document, statement),
  };
  const via = grant === undefined ? undefined : { policyKind: 'grant', policy: grant, statement: '#0' };
  return { effect, by, via };
}

function askAgain(
  event: AuditEvent,
  decision: EventDecision,
  subject: RecordedSubject | NotAskable,
  nowMs: number | undefined,
): Pick<ExplainedDecision, 'now' | 'notAskedAgain'> {
  const problem = wholeEventProblem(event) ?? (decision.conditionsClipped === true ? 'clipped' : undefined);
  if (problem !== undefined) return { notAskedAgain: problem };
  if (typeof subject === 'string') return { notAskedAgain: subject };
  const { place, view } = subject;
  const asked = recordedCase(event, decision, subject);
  if (typeof asked === 'string') return { notAskedAgain: asked };
  const { asker, question } = asked;
  const { policies, request } = accessCase(
    asker,
    question,
    callerPolicies(view, asker.principal, place.account, nowMs),
  );
  const now = tellDecision(judge(request, policies), asker.principal, view);
  return { now: { ...now, nearMisses: nearMisses(request, policies, asker.principal, view) } };
}
