/** A person or workload that an identity provider vouches for: what a verified token says (`spec/federation.md`). */
export interface WebIdentity {
  /** ARN of the identity provider, in the account that was asked for. */
  readonly providerArn: string;
  /** Exactly as the token and the provider's record say it: `https://host/path`. */
  readonly issuer: string;
  readonly subject: string;
  /** The one audience that counts: a registered client id that the token was made for. */
  readonly audience: string;
  /**
   * Claims by name: texts, lists of texts, and truth values as `true` or `false`. `aud` is {@link audience} alone. No
   * two names differ in case only.
   */
  readonly claims: Readonly<Record<string, readonly string[]>>;
  /** Milliseconds since the epoch, like all times here. */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
  /** When the person proved who they are, if the issuer says so. */
  readonly authTimeMs?: number | undefined;
  /** Whether the issuer says that more than one factor was proved. */
  readonly mfa: boolean;
  /** The claim `jti`. */
  readonly tokenId?: string | undefined;
}

/**
 * The condition keys that a web identity gives to trust policies, `host/path:claim` with its values. Names of claims
 * keep their case; condition keys are compared without regard to it.
 */
export function webIdentityConditions({
  issuer,
  claims,
}: WebIdentity): ReadonlyMap<string, readonly string[]> {
  const prefix = issuer.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return new Map(Object.entries(claims).map(([name, values]) => [`${prefix}:${name}`, values]));
}
