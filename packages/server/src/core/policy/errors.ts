/** What can be wrong with a policy text. */
export type PolicyErrorCode = 'MalformedPolicyDocument';

/** A policy text that cannot be read as IAM policy JSON. The message is fit to be answered to its author. */
export class PolicyError extends Error {
  readonly code: PolicyErrorCode = 'MalformedPolicyDocument';

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PolicyError';
  }
}
