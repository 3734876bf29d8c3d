import {
  answerQuerySchema,
  credentialPathSchema,
  documentPathSchema,
  eventListQuerySchema,
  eventPathSchema,
  eventTailQuerySchema,
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
  exportEvidence,
  getAnswer,
  getDocument,
  getEvent,
  getEventProof,
  getPrincipal,
  listCredentials,
  listEvents,
  listPrincipals,
  putPrincipalPolicy,
  tailEvents,
} from '../../core/operations/index.ts';
import { answerAnalysis } from './access-answers.ts';
import { accessEndpoints } from './access-endpoints.ts';
import { channelEndpoints } from './channel-endpoints.ts';
import { answerCompletely, answerExport, answerParams } from './complete-answer.ts';
import { detectionEndpoints } from './detection-endpoints.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { answerEvent, answerEvents, answerProof } from './event-answers.ts';
import { queryParams } from './event-filters.ts';
import { none, page } from './input-schemas.ts';
import { answerCredentials, answerPrincipal, answerPrincipals } from './last-uses.ts';
import { organizationEndpoints } from './organization-endpoints.ts';
import { overviewEndpoints } from './overview-endpoints.ts';
import { remediationEndpoints } from './remediation-endpoints.ts';
import { answerTail } from './tail-answer.ts';

const ofPrincipal = { ...none, path: principalPathSchema };
const ofPolicy = { ...none, path: policyPathSchema, query: forceQuerySchema };
const ofCredential = { ...none, path: credentialPathSchema };
const ofEvent = { ...none, path: eventPathSchema };

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
  endpoint({
    ...none,
    at: 'GET /v1/events',
    operation: listEvents,
    query: eventListQuerySchema,
    params: queryParams,
    answer: answerEvents,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/events/tail',
    operation: tailEvents,
    query: eventTailQuerySchema,
    params: queryParams,
    answer: answerTail,
  }),
  endpoint({ ...ofEvent, at: 'GET /v1/events/{eventId}', operation: getEvent, answer: answerEvent }),
  endpoint({
    ...ofEvent,
    at: 'GET /v1/events/{eventId}/proof',
    operation: getEventProof,
    answer: answerProof,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/answers',
    operation: getAnswer,
    query: answerQuerySchema,
    params: answerParams,
    answer: answerCompletely,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/exports',
    operation: exportEvidence,
    query: answerQuerySchema,
    params: answerParams,
    answer: answerExport,
  }),
  endpoint({
    ...none,
    at: 'GET /v1/documents/{documentSha256}',
    operation: getDocument,
    path: documentPathSchema,
    answer: ({ documentSha256: sha256 }, granted) => answerAnalysis({ kind: 'document', sha256 }, granted),
  }),
  ...accessEndpoints,
  ...organizationEndpoints,
  ...detectionEndpoints,
  ...remediationEndpoints,
  ...channelEndpoints,
  ...overviewEndpoints,
];
