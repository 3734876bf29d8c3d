/** What a session's cookie holds: a token alone, which travels in the headers of signed requests, is none. */
export interface CookieSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

/** What a request has of a cookie. */
export type CookieReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'read'; readonly session: CookieSession };

/** The longest cookie that is given or looked at, name and value together: browsers keep no longer ones. */
export const COOKIE_LENGTH_MAX = 4096;

/** Version, access key id, secret access key, session token. None of them has a full stop in it. */
const VALUE = /^1\.(ASIA[A-Z2-7]{16})\.([A-Za-z0-9+/]{40})\.([A-Za-z0-9+/]+={0,2})$/;

/** The value of a session's cookie: characters that RFC 6265, section 4.1.1, lets into one. */
export function cookieValue({ accessKeyId, secretAccessKey, sessionToken }: CookieSession): string {
  return `1.${accessKeyId}.${secretAccessKey}.${sessionToken}`;
}

/**
 * Looks for a session in the text of `Cookie` (RFC 6265, section 4.2). Of two cookies of the name, one may have been put
 * there by somebody else, so neither counts.
 */
export function readSessionCookie(cookies: string, name: string): CookieReading {
  const values = valuesOf(cookies, name);
  if (values.length === 0) return { kind: 'none' };
  const [value = ''] = values;
  if (values.length > 1 || name.length + value.length > COOKIE_LENGTH_MAX) return { kind: 'unreadable' };
  const [, accessKeyId, secretAccessKey, sessionToken] = VALUE.exec(value) ?? [];
  if (accessKeyId === undefined || secretAccessKey === undefined || sessionToken === undefined) {
    return { kind: 'unreadable' };
  }
  return { kind: 'read', session: { accessKeyId, secretAccessKey, sessionToken } };
}

/** The values of all cookies of a name. */
export function valuesOf(cookies: string, name: string): readonly string[] {
  const start = `${name}=`;
  return cookies
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length));
}
