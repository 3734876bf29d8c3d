export { type AccessQuestion, Attempt, type EventNote, type Place } from './attempt.ts';
export { bootstrapAdministrator } from './bootstrap.ts';
export type { Schedule } from './coalescer.ts';
export { deleteKey, kmsOperations } from './kms/index.ts';
export { OperationError, type OperationErrorCode } from './errors.ts';
export type {
  AttemptRequest,
  Caller,
  FrontRefusal,
  Operation,
  Performed,
  Recorded,
} from './operation.ts';
export { Params, type Result } from './params.ts';
export { Replica, View } from './replica.ts';
export { getCallerIdentity } from './sts/index.ts';
export { Service, type ServiceParts, type SignatureKey, systemCaller } from './service.ts';
