import { COOKIE_LENGTH_MAX, type CookieSession, cookieValue } from './cookie-value.ts';

/** A cookie to set. */
interface NewCookie {
  /** Without the prefix that says that it is secure. */
  readonly name: string;
  readonly value: string;
  /** `Lax` comes along when a person follows a link from elsewhere, `Strict` does not. */
  readonly sameSite: 'Strict' | 'Lax';
  /** Without it the cookie goes when the browser does. */
  readonly maxAgeSeconds?: number;
}

const SESSION = 'keywitness-session';

/**
 * The name of a cookie: with the prefix (RFC 6265bis, section 4.1.3.2) no other host, and nobody on a plain connection,
 * can have set it.
 */
export function cookieName(isSecure: boolean, name: string = SESSION): string {
  return isSecure ? `__Host-${name}` : name;
}

/** A line of `Set-Cookie`: no script reads it, and it goes to this host alone. */
export function setCookie(isSecure: boolean, { name, value, sameSite, maxAgeSeconds }: NewCookie): string {
  const age = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
  const secure = isSecure ? '; Secure' : '';
  return `${cookieName(isSecure, name)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${age}${secure}`;
}

/** Sets the cookie of a session; `undefined` for one that is too large for any browser to keep. */
export function sessionCookie(isSecure: boolean, session: CookieSession): string | undefined {
  const value = cookieValue(session);
  const length = cookieName(isSecure).length + value.length;
  if (length > COOKIE_LENGTH_MAX) return undefined;
  return setCookie(isSecure, { name: SESSION, value, sameSite: 'Strict' });
}

/** Takes a cookie away. */
export function clearedCookie(isSecure: boolean, name: string = SESSION): string {
  return setCookie(isSecure, { name, value: '', sameSite: 'Strict', maxAgeSeconds: 0 });
}
