/** What can be wrong with a policy text. */
export type PolicyErrorCode = 'MalformedPolicyDocument';

/** Messages quote the policy; beyond this many UTF-16 units they are cut. */
const MESSAGE_UNITS_MAX = 500;

/** A policy text that cannot be read as IAM policy JSON. The message is fit to be answered to its author. */
export class PolicyError extends Error {
  readonly code: PolicyErrorCode = 'MalformedPolicyDocument';

  constructor(message: string, options?: ErrorOptions) {
    super(message.length <= MESSAGE_UNITS_MAX ? message : `${message.slice(0, MESSAGE_UNITS_MAX)}…`, options);
    this.name = 'PolicyError';
  }
}
