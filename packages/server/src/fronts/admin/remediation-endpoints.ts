import {
  forceQuerySchema,
  functionPathSchema,
  newFunctionSchema,
  newPlaybookSchema,
  newQuarantineSchema,
  playbookPathSchema,
  quarantineReleaseSchema,
  refusalBodySchema,
  remediationListQuerySchema,
  remediationPathSchema,
  responseSettingsChangeSchema,
} from '@keywitness/api';
import {
  approveRemediation,
  deleteFunction,
  deletePlaybook,
  disablePlaybook,
  enablePlaybook,
  getPlaybook,
  getRemediation,
  getResponseSettings,
  listFunctions,
  listPlaybooks,
  listQuarantines,
  listRemediations,
  Params,
  putFunction,
  putPlaybook,
  putResponseSettings,
  quarantinePrincipal,
  refuseRemediation,
  releasePrincipal,
  runRemediation,
  undoRemediation,
} from '../../core/operations/index.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { none, page } from './input-schemas.ts';

const ofPlaybook = { ...none, path: playbookPathSchema };
const ofFunction = { ...none, path: functionPathSchema };
const ofRemediation = { ...none, path: remediationPathSchema };

/** What is done about incidents (`spec/remediation.md`): rows of the API's table. */
export const remediationEndpoints: readonly Endpoint[] = [
  endpoint({ ...page, at: 'GET /v1/playbooks', operation: listPlaybooks }),
  endpoint({ ...ofPlaybook, at: 'GET /v1/playbooks/{playbookName}', operation: getPlaybook }),
  endpoint({
    ...ofPlaybook,
    at: 'PUT /v1/playbooks/{playbookName}',
    operation: putPlaybook,
    body: newPlaybookSchema,
    params: ({ steps, ...input }) => ({ ...input, steps: steps.map((step) => new Params({ ...step })) }),
  }),
  endpoint({ ...ofPlaybook, at: 'DELETE /v1/playbooks/{playbookName}', operation: deletePlaybook }),
  endpoint({ ...ofPlaybook, at: 'POST /v1/playbooks/{playbookName}/disable', operation: disablePlaybook }),
  endpoint({ ...ofPlaybook, at: 'POST /v1/playbooks/{playbookName}/enable', operation: enablePlaybook }),
  endpoint({ ...none, at: 'GET /v1/response-settings', operation: getResponseSettings }),
  endpoint({
    ...none,
    at: 'PUT /v1/response-settings',
    operation: putResponseSettings,
    body: responseSettingsChangeSchema,
  }),
  endpoint({ ...page, at: 'GET /v1/functions', operation: listFunctions }),
  endpoint({
    ...ofFunction,
    at: 'PUT /v1/functions/{functionName}',
    operation: putFunction,
    body: newFunctionSchema,
  }),
  endpoint({ ...ofFunction, at: 'DELETE /v1/functions/{functionName}', operation: deleteFunction }),
  endpoint({
    ...none,
    at: 'GET /v1/remediations',
    operation: listRemediations,
    query: remediationListQuerySchema,
    params: ({ cursor, ...input }) => ({ ...input, marker: cursor }),
  }),
  endpoint({ ...ofRemediation, at: 'GET /v1/remediations/{remediationId}', operation: getRemediation }),
  endpoint({
    ...ofRemediation,
    at: 'POST /v1/remediations/{remediationId}/approve',
    operation: approveRemediation,
  }),
  endpoint({
    ...ofRemediation,
    at: 'POST /v1/remediations/{remediationId}/refuse',
    operation: refuseRemediation,
    body: refusalBodySchema,
  }),
  endpoint({ ...ofRemediation, at: 'POST /v1/remediations/{remediationId}/run', operation: runRemediation }),
  endpoint({
    ...ofRemediation,
    at: 'POST /v1/remediations/{remediationId}/undo',
    operation: undoRemediation,
  }),
  endpoint({ ...page, at: 'GET /v1/quarantines', operation: listQuarantines }),
  endpoint({
    ...none,
    at: 'POST /v1/quarantines',
    operation: quarantinePrincipal,
    query: forceQuerySchema,
    body: newQuarantineSchema,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/quarantines/release',
    operation: releasePrincipal,
    body: quarantineReleaseSchema,
  }),
];
