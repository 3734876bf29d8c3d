import {
  type BacktestQuestion,
  backtestSchema,
  incidentAssignmentSchema,
  incidentCommentSchema,
  type IncidentListQuery,
  incidentListQuerySchema,
  incidentPathSchema,
  incidentReopeningSchema,
  incidentResolutionSchema,
  newSuppressionSchema,
  ruleBodySchema,
  ruleDisablingSchema,
  rulePathSchema,
  suppressionPathSchema,
} from '@keywitness/api';
import {
  acknowledgeIncident,
  assignIncident,
  backtestRule,
  commentIncident,
  createSuppression,
  deleteRule,
  deleteSuppression,
  disableRule,
  enableRule,
  getIncident,
  getRule,
  listIncidents,
  listRules,
  listSuppressions,
  putRule,
  reopenIncident,
  Params,
  resolveIncident,
} from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { answerLongAnalysis } from './access-answers.ts';
import { type Endpoint, endpoint, type Granted } from './endpoint.ts';
import { none, page } from './input-schemas.ts';

const ofRule = { ...none, path: rulePathSchema };
const ofIncident = { ...none, path: incidentPathSchema };

/** Rules, suppressions and incidents: rows of the API's table (`spec/incidents.md`). */
export const detectionEndpoints: readonly Endpoint[] = [
  endpoint({ ...page, at: 'GET /v1/rules', operation: listRules }),
  endpoint({ ...ofRule, at: 'GET /v1/rules/{ruleName}', operation: getRule }),
  endpoint({ ...ofRule, at: 'PUT /v1/rules/{ruleName}', operation: putRule, body: ruleBodySchema }),
  endpoint({ ...ofRule, at: 'DELETE /v1/rules/{ruleName}', operation: deleteRule }),
  endpoint({
    ...ofRule,
    at: 'POST /v1/rules/{ruleName}/disable',
    operation: disableRule,
    body: ruleDisablingSchema,
    params: ({ reason, ruleName, until }) => ({
      reason,
      ruleName,
      untilMs: until === undefined ? undefined : Date.parse(until),
    }),
  }),
  endpoint({ ...ofRule, at: 'POST /v1/rules/{ruleName}/enable', operation: enableRule }),
  endpoint({
    ...ofRule,
    at: 'POST /v1/rules/{ruleName}/backtest',
    operation: backtestRule,
    body: backtestSchema,
    answer: answerBacktest,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/suppressions',
    operation: createSuppression,
    body: newSuppressionSchema,
    params: ({ expiresAt, ...suppression }) => ({ ...suppression, expiresAtMs: Date.parse(expiresAt) }),
  }),
  endpoint({ ...page, at: 'GET /v1/suppressions', operation: listSuppressions }),
  endpoint({
    ...none,
    at: 'DELETE /v1/suppressions/{suppressionId}',
    operation: deleteSuppression,
    path: suppressionPathSchema,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/incidents',
    operation: listIncidents,
    query: incidentListQuerySchema,
    params: listParams,
  }),
  endpoint({ ...ofIncident, at: 'GET /v1/incidents/{incidentId}', operation: getIncident }),
  endpoint({
    ...ofIncident,
    at: 'POST /v1/incidents/{incidentId}/acknowledge',
    operation: acknowledgeIncident,
  }),
  endpoint({
    ...ofIncident,
    at: 'POST /v1/incidents/{incidentId}/assign',
    operation: assignIncident,
    body: incidentAssignmentSchema,
  }),
  endpoint({
    ...ofIncident,
    at: 'POST /v1/incidents/{incidentId}/comment',
    operation: commentIncident,
    body: incidentCommentSchema,
  }),
  endpoint({
    ...ofIncident,
    at: 'POST /v1/incidents/{incidentId}/resolve',
    operation: resolveIncident,
    body: incidentResolutionSchema,
  }),
  endpoint({
    ...ofIncident,
    at: 'POST /v1/incidents/{incidentId}/reopen',
    operation: reopenIncident,
    body: incidentReopeningSchema,
  }),
];

function listParams({ cursor, entity, ...filters }: IncidentListQuery): Readonly<Record<string, unknown>> {
  const at = entity?.indexOf('=') ?? -1;
  const pair = entity === undefined ? undefined : { [entity.slice(0, at)]: entity.slice(at + 1) };
  return { ...filters, entity: pair, marker: cursor };
}

/** The operation has looked up which text is to be tried. */
function answerBacktest(
  { from, ruleName, to }: BacktestQuestion & { readonly ruleName: string },
  granted: Granted,
): Promise<HttpAnswer> {
  const text = new Params(granted.result).text('text');
  const question = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  return answerLongAnalysis({ kind: 'backtest', name: ruleName, text, question }, granted);
}
