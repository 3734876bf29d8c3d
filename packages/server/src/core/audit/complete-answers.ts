import type { AnswerWindow, Subject } from '@keywitness/log';

/** What an auditor wants to have complete (`spec/completeness.md`). */
export interface AnswerQuestion {
  readonly subject: Subject;
  readonly window: AnswerWindow;
  /** What is too large for one answer is answered in pages; this is the one from an index on. */
  readonly page?: { readonly from: number };
}

/** An answer that shows that it is complete, or why there is none. */
export type AnswerOutcome =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'too-large' | 'unavailable'; readonly message: string };

/** The verifiable index over the log; kept by a follower, joined to the fronts by main. */
export interface CompleteAnswers {
  /** Answers as soon as a checkpoint covers everything that was committed before the call. */
  answer(question: AnswerQuestion): Promise<AnswerOutcome>;
  /** The newest index checkpoint, a signed note; `undefined` before the first. */
  indexCheckpoint(): Promise<string | undefined>;
}
