import {
  credentialPathSchema,
  forceQuerySchema,
  newPrincipalSchema,
  policyBodySchema,
  policyPathSchema,
  principalPathSchema,
} from '@keywitness/api';
import {
  createCredential,
  createPrincipal,
  deleteCredential,
  deletePrincipalPolicy,
  disableCredential,
  disablePrincipal,
  enableCredential,
  enablePrincipal,
  getPrincipal,
  listCredentials,
  listPrincipals,
  putPrincipalPolicy,
} from '../../core/operations/index.ts';
import { accessEndpoints } from './access-endpoints.ts';
import { channelEndpoints } from './channel-endpoints.ts';
import { detectionEndpoints } from './detection-endpoints.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { eventEndpoints } from './event-endpoints.ts';
import { none, page } from './input-schemas.ts';
import { answerCredentials, answerPrincipal, answerPrincipals } from './last-uses.ts';
import { organizationEndpoints } from './organization-endpoints.ts';
import { overviewEndpoints } from './overview-endpoints.ts';
import { remediationEndpoints } from './remediation-endpoints.ts';

const ofPrincipal = { ...none, path: principalPathSchema };
const ofPolicy = { ...none, path: policyPathSchema, query: forceQuerySchema };
const ofCredential = { ...none, path: credentialPathSchema };

/**
 * The API (`spec/admin-api.md`). The first row that fits takes a request, so a row with a fixed word stands before one
 * that takes any text there.
 */
export const endpoints: readonly Endpoint[] = [
  endpoint({ ...none, at: 'POST /v1/principals', operation: createPrincipal, body: newPrincipalSchema }),
  endpoint({ ...page, at: 'GET /v1/principals', operation: listPrincipals, answer: answerPrincipals }),
  endpoint({
    ...ofPrincipal,
    at: 'GET /v1/principals/{principalName}',
    operation: getPrincipal,
    answer: answerPrincipal,
  }),
  endpoint({
    ...ofPrincipal,
    at: 'POST /v1/principals/{principalName}/disable',
    operation: disablePrincipal,
    query: forceQuerySchema,
  }),
  endpoint({ ...ofPrincipal, at: 'POST /v1/principals/{principalName}/enable', operation: enablePrincipal }),
  endpoint({
    ...ofPolicy,
    at: 'PUT /v1/principals/{principalName}/policies/{policyName}',
    operation: putPrincipalPolicy,
    body: policyBodySchema,
  }),
  endpoint({
    ...ofPolicy,
    at: 'DELETE /v1/principals/{principalName}/policies/{policyName}',
    operation: deletePrincipalPolicy,
  }),
  endpoint({
    ...ofPrincipal,
    at: 'POST /v1/principals/{principalName}/credentials',
    operation: createCredential,
  }),
  endpoint({ ...page, at: 'GET /v1/credentials', operation: listCredentials, answer: answerCredentials }),
  endpoint({
    ...ofCredential,
    at: 'POST /v1/credentials/{accessKeyId}/disable',
    operation: disableCredential,
    query: forceQuerySchema,
  }),
  endpoint({
    ...ofCredential,
    at: 'POST /v1/credentials/{accessKeyId}/enable',
    operation: enableCredential,
  }),
  endpoint({
    ...ofCredential,
    at: 'DELETE /v1/credentials/{accessKeyId}',
    operation: deleteCredential,
    query: forceQuerySchema,
  }),
  ...eventEndpoints,
  ...accessEndpoints,
  ...organizationEndpoints,
  ...detectionEndpoints,
  ...remediationEndpoints,
  ...channelEndpoints,
  ...overviewEndpoints,
];
