export type { AccessQuestion, Place } from './access-question.ts';
export type { EventNote } from './attempt.ts';
export type { AttemptRequest, Caller } from './attempt-request.ts';
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
export { getAnswer, getEvent, getEventProof, listEvents, readLog, tailEvents } from './audit/index.ts';
export { bootstrapAdministrator } from './bootstrap.ts';
export type { Schedule } from './coalescer.ts';
export { deleteKey, kmsOperations } from './kms/index.ts';
export { OperationError, type OperationErrorCode } from './errors.ts';
export type { FrontRefusal, Operation, Performed, Recorded } from './operation.ts';
export { Params, type Result } from './params.ts';
export { Replica } from './replica.ts';
export { getCallerIdentity } from './sts/index.ts';
export {
  isSameStanding,
  Service,
  type ServiceParts,
  type SignatureKey,
  type Standing,
  systemCaller,
} from './service.ts';
