import { compactVerify } from 'jose';
import type { IdentityProviderRecord, WebIdentity } from '../../core/identity/index.ts';
import type { IssuerKey } from './issuer-key.ts';
import { KeyCache } from './key-cache.ts';
import { type FederationLimits, standardLimits } from './limits.ts';
import { expired, isExpired, readClaims, type TokenClock } from './read-claims.ts';
import { type FederationRefusal, invalid, refused } from './refusal.ts';
import { readToken, type UnverifiedToken } from './token.ts';

/** What tokens are verified against. One per front thread. */
export interface WebIdentityVerifierOptions {
  /** The provider that an account has registered for exactly this issuer. Asked anew for each token. */
  readonly providers: (account: string, issuer: string) => IdentityProviderRecord | undefined;
  readonly fetch: typeof fetch;
  readonly nowMs: () => number;
  readonly clockSkewMs: number;
  /** For tests and development: issuers on this machine may be reached by `http`. */
  readonly allowLoopbackHttp?: boolean;
  readonly limits?: Partial<FederationLimits>;
}

/** Who a token speaks of, or why nobody can tell. */
export type WebIdentityVerdict =
  | { readonly kind: 'verified'; readonly webIdentity: WebIdentity }
  | FederationRefusal;

/** Verifies web identity tokens as `spec/federation.md` says. */
export interface WebIdentityVerifier {
  /**
   * Verifies a token for an account (that of the role). It never rejects, whatever the text, and takes no longer than
   * two fetches of the issuer's keys. A token may be used again until it expires.
   */
  verify(token: string, account: string): Promise<WebIdentityVerdict>;
}

/** Keys of one id that are tried; an issuer that has more of them does not know its keys apart. */
const keysTriedMax = 4;

export function createWebIdentityVerifier(options: WebIdentityVerifierOptions): WebIdentityVerifier {
  const { fetch, nowMs, allowLoopbackHttp = false } = options;
  const limits = { ...standardLimits, ...options.limits };
  const keys = new KeyCache({ fetch, limits, allowLoopbackHttp }, nowMs);
  return { verify: (token, account) => verify(options, keys, token, account) };
}

/**
 * INVARIANT: what is read from the payload before the signature was verified decides only who is asked for keys, among
 * the registered, and refusals; it is the same bytes that the signature covers.
 */
async function verify(
  options: WebIdentityVerifierOptions,
  keys: KeyCache,
  text: string,
  account: string,
): Promise<WebIdentityVerdict> {
  const token = readToken(text);
  if (token.kind === 'refused') return token;
  const issuer = token.unverifiedClaims['iss'];
  const provider = typeof issuer === 'string' ? options.providers(account, issuer) : undefined;
  if (provider === undefined || provider.url !== issuer || provider.account !== account) {
    return invalid("the account has no identity provider for the token's issuer");
  }
  if (passesForService(provider.url)) {
    return invalid("the host of the token's issuer is a single name, which could pass for a service's");
  }
  // The commonest of all bad tokens costs the issuer nothing.
  if (isExpired(token.unverifiedClaims, clockOf(options))) return expired();
  const answer = await keys.find(provider.url, token);
  switch (answer.kind) {
    case 'unreachable':
      return refused(
        'IdentityProviderUnreachable',
        `the keys of the token's issuer could not be had: ${answer.reason}`,
      );
    case 'unknown-key':
      return invalid("the token's issuer has no key that fits the token");
    case 'keys':
  }
  if (!(await isSigned(token, answer.keys))) return invalid("the token's signature is not valid");
  const webIdentity = readClaims(token.unverifiedClaims, provider, clockOf(options));
  return 'kind' in webIdentity ? webIdentity : { kind: 'verified', webIdentity };
}

/** The condition keys of an issuer `https://aws` would be those that this service answers for itself. */
function passesForService(issuer: string): boolean {
  return /^https?:\/\/[^.:/]+\/?$/.test(issuer);
}

function clockOf({ nowMs, clockSkewMs }: WebIdentityVerifierOptions): TokenClock {
  return { nowMs: nowMs(), clockSkewMs };
}

async function isSigned(
  { text, algorithm }: UnverifiedToken,
  candidates: readonly IssuerKey[],
): Promise<boolean> {
  if (candidates.length > keysTriedMax) return false;
  for (const { jwk } of candidates) {
    try {
      await compactVerify(text, jwk, { algorithms: [algorithm] });
      return true;
    } catch {
      // A wrong signature and a broken key are the same "no".
    }
  }
  return false;
}
