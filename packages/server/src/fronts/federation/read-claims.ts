import type { IdentityProviderRecord, WebIdentity } from '../../core/identity/index.ts';
import { isMultiFactor } from './multi-factor.ts';
import { type FederationRefusal, invalid, refused } from './refusal.ts';
import type { Members } from './strict-json.ts';

/** When it is, and by how much the clocks of issuers may differ. */
export interface TokenClock {
  readonly nowMs: number;
  readonly clockSkewMs: number;
}

const claimsMax = 128;
const nameCharactersMax = 256;
const valuesMax = 1000;
const valueCharactersMax = 4096;
/** OpenID Connect Core 1.0, section 2. */
const subjectCharactersMax = 255;
const tokenIdCharactersMax = 256;
const audiencesMax = 32;
/** The end of the year 9999. */
const secondsMax = 253_402_300_799;

/**
 * Judges the claims of a token (OpenID Connect Core 1.0, section 3.1.3.7) and puts them into our words. The caller has
 * compared the issuer, and checks the signature.
 */
export function readClaims(
  claims: Members,
  provider: IdentityProviderRecord,
  clock: TokenClock,
): WebIdentity | FederationRefusal {
  const subject = claims['sub'];
  if (typeof subject !== 'string' || !isSubject(subject)) {
    return invalid(`the token's subject is not a text of at most ${subjectCharactersMax} characters`);
  }
  const audience = readAudience(claims, provider.clientIds);
  if (typeof audience === 'object') return audience;
  const times = readTimes(claims, clock);
  if ('kind' in times) return times;
  const tokenId = claims['jti'];
  if (tokenId !== undefined && (typeof tokenId !== 'string' || tokenId.length > tokenIdCharactersMax)) {
    return invalid("the token's id is not a short text");
  }
  const methods = claims['amr'];
  if (methods !== undefined && !isTexts(methods)) {
    return invalid("the token's authentication methods are not a list of texts");
  }
  const values = readValues({ ...claims, aud: audience });
  if (values === undefined) return invalid('the token has too many or too long claims, or one of them twice');
  return {
    providerArn: provider.arn,
    issuer: provider.url,
    subject,
    audience,
    claims: values,
    ...times,
    mfa: isMultiFactor(methods ?? []),
    ...(tokenId === undefined ? {} : { tokenId }),
  };
}

/** Whether a token is over, before anything else is known of it. */
export function isExpired(claims: Members, { nowMs, clockSkewMs }: TokenClock): boolean {
  const expiresAtMs = readDate(claims['exp']);
  return expiresAtMs !== undefined && nowMs >= expiresAtMs + clockSkewMs;
}

function isSubject(text: string): boolean {
  return text !== '' && text.length <= subjectCharactersMax && !/[\p{Cc}\p{Cs}]/u.test(text);
}

/**
 * The client that the token was made for. With several audiences, `azp` says which of them asked for it; a token that
 * was made for a client that is not registered is refused even when a registered one may read it.
 */
function readAudience({ aud, azp }: Members, clientIds: readonly string[]): string | FederationRefusal {
  const audiences = typeof aud === 'string' ? [aud] : aud;
  if (!isTexts(audiences) || audiences.length === 0 || audiences.length > audiencesMax) {
    return invalid("the token's audience is not a text or a short list of texts");
  }
  const registered = audiences.filter((one) => clientIds.includes(one));
  const [first] = registered;
  if (first === undefined) {
    return invalid("the token's audience is not registered with the identity provider");
  }
  if (azp === undefined) {
    return audiences.length === 1
      ? first
      : invalid('the token has several audiences and no authorized party');
  }
  if (typeof azp !== 'string' || !clientIds.includes(azp)) {
    return invalid("the token's authorized party is not registered with the identity provider");
  }
  return registered.includes(azp) ? azp : first;
}

type Times = Pick<WebIdentity, 'issuedAtMs' | 'expiresAtMs' | 'authTimeMs'>;

function readTimes(claims: Members, clock: TokenClock): Times | FederationRefusal {
  const { exp, iat, nbf, auth_time: authTime } = claims;
  const [expiresAtMs, issuedAtMs, notBeforeMs, authTimeMs] = [exp, iat, nbf, authTime].map(readDate);
  if (expiresAtMs === undefined || issuedAtMs === undefined || expiresAtMs <= issuedAtMs) {
    return invalid('the token does not say from when until when it is valid');
  }
  if (
    (nbf !== undefined && notBeforeMs === undefined) ||
    (authTime !== undefined && authTimeMs === undefined)
  ) {
    return invalid("the token's times are not numbers of seconds");
  }
  if (isExpired(claims, clock)) return expired();
  const latestMs = clock.nowMs + clock.clockSkewMs;
  if (notBeforeMs !== undefined && notBeforeMs > latestMs) {
    return refused('IdentityProviderRejectedClaim', 'the token is not valid yet');
  }
  if (issuedAtMs > latestMs || (authTimeMs !== undefined && authTimeMs > latestMs)) {
    return refused('IdentityProviderRejectedClaim', 'the token is from the future');
  }
  return { issuedAtMs, expiresAtMs, ...(authTimeMs === undefined ? {} : { authTimeMs }) };
}

export function expired(): FederationRefusal {
  return refused('ExpiredToken', 'the token has expired');
}

/** A NumericDate (RFC 7519), in milliseconds. */
function readDate(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= secondsMax
    ? Math.floor(value * 1000)
    : undefined;
}

/**
 * What conditions may ask for. Numbers and objects are left out. Too much is refused rather than cut: a condition that
 * says what must not be there has to see everything. Condition keys know no case, so a claim that another one equals
 * but for its case could stand in for it.
 */
function readValues(claims: Members): WebIdentity['claims'] | undefined {
  const entries = Object.entries(claims);
  const names = new Set(entries.map(([name]) => name.toLowerCase()));
  if (names.size !== entries.length || entries.length > claimsMax) return undefined;
  const readable = entries.flatMap(([name, value]) => {
    const values = valuesOf(value);
    return values === undefined || looksLikePort(name) ? [] : [[name, values] as const];
  });
  const isShort = readable.every(
    ([name, values]) =>
      name.length <= nameCharactersMax &&
      values.length <= valuesMax &&
      values.every((value) => value.length <= valueCharactersMax),
  );
  return isShort ? Object.fromEntries(readable) : undefined;
}

function valuesOf(value: unknown): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  if (typeof value === 'boolean') return [String(value)];
  return isTexts(value) && value.length > 0 ? value : undefined;
}

/** `host` with the claim `8443:sub` would have the condition key of `host:8443` with the claim `sub`. */
function looksLikePort(name: string): boolean {
  return /^\d+[:/]/.test(name);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
