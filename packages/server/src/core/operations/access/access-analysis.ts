import type { AccessProgress } from '@keywitness/api';
import type { OperationErrorCode } from '../errors.ts';
import type { AnalysisQuestion } from './analysis.ts';

/** How far an answer has come; the last step is the answer, or why there is none. */
export type AnalysisStep =
  | ({ readonly kind: 'progress' } & AccessProgress)
  /** The answer as JSON. */
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'refused'; readonly code: OperationErrorCode; readonly message: string };

/** Answers questions about access; joined to the fronts by main. Whoever stops listening gives the question up. */
export interface AccessAnalysis {
  ask(question: AnalysisQuestion): AsyncIterator<AnalysisStep, undefined>;
}
