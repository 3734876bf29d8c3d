export { readSessionCookie, valuesOf } from './cookie-value.ts';
export { csrfTokenOf } from './csrf-token.ts';
export { isFromThisOrigin, readBrowserHead } from './browser-head.ts';
export { crossSite } from './cross-site.ts';
export { type CookieRules, provingByCookie } from './proving-by-cookie.ts';
export { clearedCookie, cookieName, sessionCookie, setCookie } from './set-cookie.ts';
