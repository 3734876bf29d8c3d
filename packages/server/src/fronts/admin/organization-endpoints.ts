import {
  accountGuardrailPathSchema,
  accountNameSchema,
  accountPathSchema,
  auditAccountBodySchema,
  certificatePathSchema,
  credentialPathSchema,
  forceQuerySchema,
  guardrailPathSchema,
  newAccountSchema,
  newCertificateSchema,
  newSessionSchema,
  policyBodySchema,
  sessionRevocationSchema,
  sessionsRevocationSchema,
} from '@keywitness/api';
import {
  createAccount,
  createSession,
  deleteCertificate,
  deleteGuardrail,
  disableCertificate,
  enableCertificate,
  getAccount,
  getOrganization,
  listAccounts,
  listCertificates,
  putGuardrail,
  registerCertificate,
  renameAccount,
  revokeSession,
  revokeSessions,
  setAuditAccount,
} from '../../core/operations/index.ts';
import { type Endpoint, endpoint } from './endpoint.ts';
import { none, page } from './input-schemas.ts';

const ofAccount = { ...none, path: accountPathSchema };
const ofCertificate = { ...none, path: certificatePathSchema };
const ofAccountGuardrail = { ...none, path: accountGuardrailPathSchema };
const ofGuardrail = { ...none, path: guardrailPathSchema };
const putting = { query: forceQuerySchema, body: policyBodySchema };

/** Accounts, what they have in common, certificates and sessions: rows of the API's table. */
export const organizationEndpoints: readonly Endpoint[] = [
  endpoint({ ...none, at: 'POST /v1/accounts', operation: createAccount, body: newAccountSchema }),
  endpoint({ ...page, at: 'GET /v1/accounts', operation: listAccounts }),
  endpoint({ ...ofAccount, at: 'GET /v1/accounts/{accountId}', operation: getAccount }),
  endpoint({
    ...ofAccount,
    at: 'POST /v1/accounts/{accountId}/rename',
    operation: renameAccount,
    body: accountNameSchema,
  }),
  endpoint({
    ...ofAccountGuardrail,
    ...putting,
    at: 'PUT /v1/accounts/{accountId}/guardrails/{guardrailName}',
    operation: putGuardrail,
  }),
  endpoint({
    ...ofAccountGuardrail,
    at: 'DELETE /v1/accounts/{accountId}/guardrails/{guardrailName}',
    operation: deleteGuardrail,
  }),
  endpoint({ ...none, at: 'GET /v1/organization', operation: getOrganization }),
  endpoint({
    ...none,
    at: 'PUT /v1/organization/audit-account',
    operation: setAuditAccount,
    body: auditAccountBodySchema,
  }),
  endpoint({
    ...ofGuardrail,
    ...putting,
    at: 'PUT /v1/organization/guardrails/{guardrailName}',
    operation: putGuardrail,
  }),
  endpoint({
    ...ofGuardrail,
    at: 'DELETE /v1/organization/guardrails/{guardrailName}',
    operation: deleteGuardrail,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/certificates',
    operation: registerCertificate,
    body: newCertificateSchema,
  }),
  endpoint({ ...page, at: 'GET /v1/certificates', operation: listCertificates }),
  endpoint({
    ...ofCertificate,
    at: 'POST /v1/certificates/{sha256}/disable',
    operation: disableCertificate,
    query: forceQuerySchema,
  }),
  endpoint({
    ...ofCertificate,
    at: 'POST /v1/certificates/{sha256}/enable',
    operation: enableCertificate,
  }),
  endpoint({
    ...ofCertificate,
    at: 'DELETE /v1/certificates/{sha256}',
    operation: deleteCertificate,
    query: forceQuerySchema,
  }),
  endpoint({ ...none, at: 'POST /v1/sessions', operation: createSession, body: newSessionSchema }),
  endpoint({
    ...none,
    at: 'POST /v1/sessions/revoke',
    operation: revokeSessions,
    body: sessionsRevocationSchema,
  }),
  endpoint({
    ...none,
    at: 'POST /v1/sessions/{accessKeyId}/revoke',
    operation: revokeSession,
    path: credentialPathSchema,
    body: sessionRevocationSchema,
  }),
];
