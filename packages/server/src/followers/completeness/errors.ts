/**
 * `Corrupt`: the index file is damaged or of another log, and is rebuilt. `Rollback`: the ledger is older than what was
 * indexed. `TooLarge`: the answer would be.
 */
export type CompletenessErrorCode = 'Corrupt' | 'Rollback' | 'TooLarge';

/** The one error that this follower throws. */
export class CompletenessError extends Error {
  readonly code: CompletenessErrorCode;

  constructor(code: CompletenessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CompletenessError';
    this.code = code;
  }
}
