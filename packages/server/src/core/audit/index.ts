export type {
  AuditIndex,
  EventFilter,
  EventPage,
  EventQuery,
  IndexedEntry,
  LastUses,
  PublishedLog,
  UsedKind,
} from './audit-index.ts';
export type { AnswerOutcome, AnswerQuestion, CompleteAnswers } from './complete-answers.ts';
export { newEventId, newRandomUuid } from './event-id.ts';
export { canonicalJson } from './canonical-json.ts';
export { type ApiActivity, ocsfActivity, type RemediationActivity } from './ocsf/index.ts';
export {
  type CloudTrailRecord,
  cloudTrailRecord,
  type Trail,
  trailOf,
  type TrailPlace,
  userNameOf,
} from './cloudtrail/index.ts';
export type {
  Actor,
  ActorSession,
  AuditEvent,
  Client,
  ClientCertificate,
  EventChange,
  EventDecision,
  EventKey,
  EventOutcome,
  EventParameters,
  ProtocolOperation,
} from './event.ts';
export { firstAt } from './first-at.ts';
export { isKeyUse } from './key-uses.ts';
export {
  type BatchAnswer,
  type CommitAnswer,
  type CommitItem,
  type Ledger,
  LedgerError,
  type LedgerErrorCode,
  type LedgerReader,
  type LedgerSlice,
  type LedgerStore,
  type Snapshot,
  type StateChange,
  type StateWrite,
} from './ledger.ts';
export { parseEvent } from './parse-event.ts';
export type {
  AccessGroup,
  AssetAccess,
  AssetAccessQuery,
  EventHistogram,
  EventSummary,
  FieldSummary,
  HistogramQuery,
  OutcomeCounts,
  RecordOverview,
  SuggestField,
  SuggestQuery,
  Suggestion,
  SummaryField,
  SummaryQuery,
  ValueCount,
} from './record-overview.ts';
export type {
  TrailFile,
  TrailFileEntry,
  TrailFilePage,
  TrailFileQuery,
  TrailFiles,
  TrailKey,
} from './trail-files.ts';
