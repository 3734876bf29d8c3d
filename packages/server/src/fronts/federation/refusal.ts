/** Why a token was refused, in the words of STS. */
export type FederationRefusalCode =
  /** It is no token that this service takes, or not for this account, audience or key. */
  | 'InvalidIdentityToken'
  /** It was valid once. */
  | 'ExpiredToken'
  /** It is genuine, and says of itself that it may not be used, or not yet. */
  | 'IdentityProviderRejectedClaim'
  /** The issuer's keys could not be had, so nothing can be said. */
  | 'IdentityProviderUnreachable';

/** A refusal. Its message never holds a part of the token. */
export interface FederationRefusal {
  readonly kind: 'refused';
  readonly code: FederationRefusalCode;
  readonly message: string;
}

export function refused(code: FederationRefusalCode, message: string): FederationRefusal {
  return { kind: 'refused', code, message };
}

export function invalid(message: string): FederationRefusal {
  return refused('InvalidIdentityToken', message);
}
