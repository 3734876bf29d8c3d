export { type AnswerQuery, answerQuerySchema } from './answers.ts';
export {
  type CredentialPage,
  credentialPageSchema,
  type CredentialSummary,
  credentialSummarySchema,
  type NewCredential,
  newCredentialSchema,
} from './credentials.ts';
export { type ErrorBody, errorBodySchema } from './errors.ts';
export {
  type AuditEvent,
  auditEventSchema,
  type EventDecision,
  type EventDetail,
  eventDetailSchema,
  eventPathSchema,
  type EventKey,
  type EventPage,
  eventPageSchema,
  type IndexedEvent,
  indexedEventSchema,
} from './events.ts';
export {
  credentialPathSchema,
  type NewPrincipal,
  newPrincipalSchema,
  type PolicyBody,
  policyBodySchema,
  policyPathSchema,
  type PrincipalDetail,
  principalDetailSchema,
  type PrincipalPage,
  principalPageSchema,
  principalPathSchema,
  type PrincipalPolicy,
  type PrincipalSummary,
  type PrincipalType,
} from './principals.ts';
export {
  type EventFilters,
  type EventListQuery,
  eventListQuerySchema,
  type EventTailQuery,
  eventTailQuerySchema,
  type ForceQuery,
  forceQuerySchema,
  nothingSchema,
  type Outcome,
  type PageQuery,
  pageQuerySchema,
  queryTexts,
} from './queries.ts';
export { type Reading, readWith, type Schema } from './reading.ts';
