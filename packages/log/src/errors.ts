/** Why this package could not read, write or compute what it was asked. */
export type LogErrorCode =
  | 'malformed-answer'
  | 'malformed-note'
  | 'malformed-key'
  | 'malformed-checkpoint'
  | 'malformed-bundle'
  | 'malformed-evidence'
  | 'malformed-path'
  | 'malformed-proof'
  | 'malformed-policy'
  | 'malformed-request'
  | 'malformed-tile'
  | 'out-of-range'
  | 'not-held'
  | 'missing-file'
  | 'root-mismatch';

/** The one error that this package throws for faults of its caller or of the bytes that it was given. */
export class LogError extends Error {
  readonly code: LogErrorCode;

  constructor(code: LogErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LogError';
    this.code = code;
  }
}
