/** Why the index could not answer. */
export type SearchErrorCode = 'Corrupt' | 'Closed';

/**
 * The index could not answer. `Corrupt`: it was damaged, and so were those that were rebuilt from the log in its place;
 * once is not enough for this to reach a caller.
 */
export class SearchError extends Error {
  readonly code: SearchErrorCode;

  constructor(code: SearchErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SearchError';
    this.code = code;
  }
}

/** @throws SearchError `Corrupt` when what was read is not what was written. */
export function requireIntact(isIntact: boolean, what: string): asserts isIntact {
  if (!isIntact) throw new SearchError('Corrupt', `the ${what} of the index are not those that were written`);
}
