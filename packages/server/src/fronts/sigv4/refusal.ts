/** Why a signature, or the cookie in its place, was not accepted: AWS's error codes without `Exception`. */
export type SignatureRefusalCode =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'UnrecognizedClient'
  | 'ExpiredToken'
  | 'InvalidSignature'
  /** Of the console's cookie: a page of somebody else's may have made the request. */
  | 'CrossSiteRequest';

/** "No", with its reason. The message may be recorded, so it never repeats a signature or a token (G8). */
export interface Refusal {
  readonly kind: 'refused';
  readonly code: SignatureRefusalCode;
  readonly message: string;
}

/** The request does not say enough, or says it in a form that is not accepted. */
export function incomplete(message: string): Refusal {
  return { kind: 'refused', code: 'IncompleteSignature', message };
}

/** The request says enough, and it does not hold. */
export function invalid(message: string): Refusal {
  return { kind: 'refused', code: 'InvalidSignature', message };
}
