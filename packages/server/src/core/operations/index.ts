export {
  type AccessAnalysis,
  type AnalysisQuestion,
  type AnalysisStep,
  Analyst,
  diffAccess,
  explainEvent,
  lintAccess,
  listUnused,
  replayEvents,
  whatCanAccess,
  whoCanAccess,
} from './access/index.ts';
export type { AccessQuestion, Place } from './access-question.ts';
export type { EventNote } from './attempt.ts';
export type { AttemptRequest, KeyUse } from './attempt-request.ts';
export { type Caller, proofEndMs } from './caller.ts';
export {
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
} from './admin/index.ts';
export {
  exportEvidence,
  getAnswer,
  getDocument,
  getEvent,
  getEventProof,
  listEvents,
  readLog,
  tailEvents,
} from './audit/index.ts';
export { bootstrapAdministrator } from './bootstrap.ts';
export {
  cloudTrailOperations,
  listTrailFiles,
  type Lookup,
  lookupToken,
  readLookup,
  readTrailBucket,
  readTrailFile,
} from './cloudtrail/index.ts';
export type { Schedule } from './coalescer.ts';
export { iamOperations } from './iam/index.ts';
export { deleteKey, type KmsOperationRow, kmsOperations, kmsOperationTable } from './kms/index.ts';
export { OperationError, type OperationErrorCode } from './errors.ts';
export type { FrontRefusal, Operation, Performed, Recorded } from './operation.ts';
export {
  createAccount,
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
  setAuditAccount,
} from './organization/index.ts';
export { Params, type Result } from './params.ts';
export type { SignatureKey } from './proofs.ts';
export type { Quotas } from './quotas.ts';
export { AWS_REQUEST_QUOTAS, type Counted, type RequestQuotas } from './request-quotas.ts';
export { Replica } from './replica.ts';
export { createSession, revokeSession, revokeSessions, stsOperations } from './sts/index.ts';
export { Service, type ServiceParts } from './service.ts';
export { systemCaller } from './system-caller.ts';
