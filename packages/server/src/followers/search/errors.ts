/** Why the index could not answer. */
export type SearchErrorCode = 'Corrupt' | 'Closed';

/**
 * The index could not answer. `Corrupt` never reaches a caller: the index is thrown away and rebuilt from the log.
 */
export class SearchError extends Error {
  readonly code: SearchErrorCode;

  constructor(code: SearchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SearchError';
    this.code = code;
  }
}
