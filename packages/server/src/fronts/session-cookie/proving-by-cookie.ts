import type { Caller } from '../../core/operations/index.ts';
import type { SignatureVerdict, SignatureVerifier } from '../sigv4/index.ts';
import { type BrowserHead, isFromElsewhere, isFromThisOrigin, readBrowserHead } from './browser-head.ts';
import { readSessionCookie } from './cookie-value.ts';
import { crossSite } from './cross-site.ts';
import { isCsrfToken } from './csrf-token.ts';
import { cookieName } from './set-cookie.ts';

/** What cookies are checked against. One per front thread. */
export interface CookieRules {
  /** Whether the console is reached over TLS. */
  readonly isSecure: boolean;
  readonly region: string;
  /** All Regions that a request may ask; absent when it is the one. */
  readonly regions?: readonly string[] | undefined;
  /** Whom a session stands for, to who shows token and secret; `expired` for one that was good once. */
  readonly sessionCaller: (
    accessKeyId: string,
    sessionToken: string,
    secretAccessKey: string,
  ) => Caller | 'expired' | undefined;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/**
 * Lets the console's cookie prove who asks, where a request has no signature at all (`spec/console.md`). A cookie counts
 * for every service, and only for a page of this origin; what changes something shows the session's CSRF token as well. A
 * cookie that does not hold is never made good by a client certificate.
 *
 * A certificate is shown by browsers for pages of others as well. So a request without signature and cookie that such
 * a page has made proves nothing.
 */
export function provingByCookie(verifySignature: SignatureVerifier, rules: CookieRules): SignatureVerifier {
  const name = cookieName(rules.isSecure);
  return (request) => {
    const verdict = verifySignature(request);
    if (verdict.kind !== 'refused' || verdict.unsigned !== true) return verdict;
    const head = readBrowserHead(request.rawHeaders);
    const cookie = readSessionCookie(head.cookies, name);
    if (cookie.kind === 'none') return isFromElsewhere(head) ? crossSite(ELSEWHERE) : verdict;
    const claimed = cookie.kind === 'read' ? cookie.session.accessKeyId : undefined;
    if (!isFromThisOrigin(head)) return crossSite(ELSEWHERE, claimed);
    if (cookie.kind === 'unreadable') return refused('UnrecognizedClient', INVALID);
    const { accessKeyId, secretAccessKey, sessionToken } = cookie.session;
    const caller = rules.sessionCaller(accessKeyId, sessionToken, secretAccessKey);
    if (caller === undefined) return refused('UnrecognizedClient', INVALID, claimed);
    if (caller === 'expired') return refused('ExpiredToken', EXPIRED, claimed);
    if (!SAFE_METHODS.has(request.method) && !isCsrfToken(head.csrfToken, secretAccessKey)) {
      return crossSite(NO_CSRF, claimed);
    }
    const region = askedRegion(head, rules);
    if (region === undefined) return refused('IncompleteSignature', NO_REGION, claimed);
    return { kind: 'verified', caller, scope: { region } };
  };
}

const ELSEWHERE =
  'The request does not come from a page of this service (Sec-Fetch-Site: same-origin), so nothing but a signature is accepted.';
const NO_CSRF =
  "The header x-keywitness-csrf must be the session's token, which GET /console/session answers.";
const INVALID = "The session's cookie is not valid. Sign in again.";
const EXPIRED = 'The session has expired. Sign in again.';
const NO_REGION = 'The header x-keywitness-region names no Region of this installation.';

function askedRegion({ region }: BrowserHead, rules: CookieRules): string | undefined {
  if (region === undefined) return rules.region;
  return (rules.regions ?? [rules.region]).includes(region) ? region : undefined;
}

function refused(
  code: 'ExpiredToken' | 'IncompleteSignature' | 'UnrecognizedClient',
  message: string,
  claimedAccessKeyId?: string,
): SignatureVerdict {
  const refusal = { kind: 'refused', code, message } as const;
  return claimedAccessKeyId === undefined ? refusal : { ...refusal, claimedAccessKeyId };
}
