export type { AccessAnalysis, AnalysisStep } from './access-analysis.ts';
export {
  diffAccess,
  explainEvent,
  lintAccess,
  listUnused,
  replayEvents,
  whatCanAccess,
  whoCanAccess,
} from './access-operations.ts';
export { analyse, type AnalysisQuestion } from './analysis.ts';
export { Analyst } from './analyst.ts';
export type { LastAdministratorAnswer } from './last-administrator.ts';
export { usedBy } from './lint-key.ts';
