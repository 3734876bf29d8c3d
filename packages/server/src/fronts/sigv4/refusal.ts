/** Why a signature was not accepted: AWS's error codes without `Exception`. */
export type SignatureRefusalCode =
  | 'MissingAuthenticationToken'
  | 'IncompleteSignature'
  | 'UnrecognizedClient'
  | 'ExpiredToken'
  | 'InvalidSignature';

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
