/** Why remediation could not go on by itself. */
export type RemediationErrorCode = 'Corrupt' | 'NotRecorded' | 'Refused' | 'SecretUnreadable';

/** A failure that an operator should know of. */
export class RemediationError extends Error {
  readonly code: RemediationErrorCode;

  constructor(code: RemediationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'RemediationError';
    this.code = code;
  }
}
