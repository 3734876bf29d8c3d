export {
  type AnswerLeaf,
  type AnswerPages,
  type AnswerTree,
  type AnswerWindow,
  type CompleteAnswer,
  isWithin,
  sideOf,
} from './answer.ts';
export { formatAnswer, formatPages, parseAnswer, parsePages } from './answer-text.ts';
export { type Outside, outsideOf, type Run } from './cover.ts';
export { type AssetGrade, assetGrade, leaseActions, type AssetPair } from './grades.ts';
export type { MapLeaf, MapStep } from './map-path.ts';
export { isLastPage, parseWholeAnswer } from './pages.ts';
export {
  IndexReplay,
  type IndexVerdict,
  openIndexCheckpoint,
  type ReplayedSubject,
  type ReplayState,
  verifyIndex,
  type VerifyIndexOptions,
} from './replay-index.ts';
export { indexOrigin, type IndexRoots, indexStatement } from './statement.ts';
export { SubjectMap } from './subject-map.ts';
export {
  type SubjectLeaf,
  subjectLeafHash,
  SubjectTree,
  type SubjectTreeState,
  type TreeEntry,
} from './subject-tree.ts';
export {
  bareKeyName,
  type EntryFacts,
  entryFacts,
  readSubject,
  type Subject,
  subjectKey,
  type SubjectType,
  subjectTypes,
} from './subjects.ts';
export {
  type AnsweredEntry,
  type AnswerVerdict,
  contentProblem,
  type SignedRoots,
  verifyAnswer,
  type VerifyAnswerOptions,
} from './verify-answer.ts';
