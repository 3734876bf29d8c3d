export {
  type AccessAnalysis,
  type AnalysisQuestion,
  type AnalysisStep,
  Analyst,
  type LastAdministratorAnswer,
  diffAccess,
  explainEvent,
  lintAccess,
  listUnused,
  replayEvents,
  usedBy,
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
  getAssetAccess,
  getDocument,
  getEvent,
  getEventHistogram,
  getEventProof,
  getEventRenderings,
  listEvents,
  readLog,
  suggestEvents,
  summarizeEvents,
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
export {
  type ChannelMessages,
  type ChannelSecrets,
  type DeadLetter,
  deleteChannel,
  disableChannel,
  enableChannel,
  forgetFormerChannel,
  getChannel,
  listChannels,
  listDeadLetters,
  openChannelSecrets,
  putChannel,
  recordDelivery,
  replayDeadLetters,
  testChannel,
  type TestOutcome,
} from './channels/index.ts';
export { getKeyConsequences, getPrincipalConsequences } from './consequences/index.ts';
export type { Schedule } from './coalescer.ts';
export { iamOperations } from './iam/index.ts';
export {
  type InventoryQuery,
  KeyInventory,
  type KeyRow,
  listKeySummaries,
  unusedSinceMs,
} from './inventory/index.ts';
export { getSettings, getStatus } from './installation/index.ts';
export {
  acknowledgeIncident,
  assignIncident,
  commentIncident,
  forgetIncident,
  getIncident,
  incidentsPast,
  listIncidents,
  raiseIncident,
  reopenIncident,
  resolveIncident,
} from './incidents/index.ts';
export {
  deleteExpiredKeyMaterial,
  deleteKey,
  type KmsOperationRow,
  kmsOperations,
  kmsOperationTable,
  reportRotationOverdue,
  rotateKey,
  rotationsDue,
  rotationsOverdue,
  writeMarker as pageMarker,
} from './kms/index.ts';
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
export { type OwnAct, ownActs } from './own-acts.ts';
export { Params, type Result } from './params.ts';
export { regionsOf } from './regions.ts';
export {
  approveRemediation,
  commonFields,
  deleteFunction,
  deletePlaybook,
  disablePlaybook,
  dueRemediations,
  enablePlaybook,
  expireQuarantine,
  expireRemediation,
  getPlaybook,
  getRemediation,
  getResponseSettings,
  listFunctions,
  listPlaybooks,
  listQuarantines,
  listRemediations,
  overQuarantines,
  proposeRemediation,
  putFunction,
  putPlaybook,
  putResponseSettings,
  quarantinePrincipal,
  recordRemediation,
  refuseRemediation,
  releasePrincipal,
  remediationId,
  runRemediation,
  undoRemediation,
} from './remediation/index.ts';
export type { SignatureKey } from './proofs.ts';
export type { Quotas } from './quotas.ts';
export { AWS_REQUEST_QUOTAS, type Counted, type RequestQuotas } from './request-quotas.ts';
export { Replica } from './replica.ts';
export {
  backtestRule,
  deleteRule,
  disableRule,
  enableDueRule,
  enableRule,
  getRule,
  listRules,
  putRule,
  rulesDue,
  type RulesNow,
  rulesNow,
} from './rules/index.ts';
export {
  createSuppression,
  deleteSuppression,
  expireSuppression,
  listSuppressions,
  suppressionsDue,
} from './suppressions/index.ts';
export { responderCaller } from './responder.ts';
export type {
  ChannelRecord,
  ChannelTarget,
  ChannelType,
  FormerChannel,
  FunctionRecord,
  IncidentRecord,
  Level,
  PlaybookRecord,
  RemediationRecord,
} from './response-records.ts';
export { createSession, endSession, revokeSession, revokeSessions, stsOperations } from './sts/index.ts';
export { Service, type ServiceParts } from './service.ts';
export { type ServiceCondition, serviceConditions } from './service-conditions.ts';
export { systemCaller } from './system-caller.ts';
