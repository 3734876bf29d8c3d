/** `Corrupt`: the index file is damaged or of another log, and is rebuilt. `TooLarge`: the answer would be. */
export type CompletenessErrorCode = 'Corrupt' | 'TooLarge';

/** The one error that this follower throws. */
export class CompletenessError extends Error {
  readonly code: CompletenessErrorCode;

  constructor(code: CompletenessErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CompletenessError';
    this.code = code;
  }
}
