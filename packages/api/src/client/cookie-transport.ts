import { sendOrExplain, type Transport, urlOf } from './transport.ts';

/** How a page of the console reaches the service that served it. */
export interface CookieTransportOptions {
  /** The page's own origin, such as `https://kms.example.com:7443`. */
  readonly endpoint: string;
  /** What the service gave out with the session's cookie; without it nothing can be changed. */
  readonly csrfToken: () => string | undefined;
  /** Instead of the global `fetch`. */
  readonly fetch?: typeof fetch;
}

/**
 * Sends requests with the cookie of a console's session (`spec/admin-api.md`, "the console's session"), and with the token
 * that tells them from those of other sites. For browsers: nothing else keeps the cookie or says where a request is from.
 */
export function cookieTransport(options: CookieTransportOptions): Transport {
  const send: typeof fetch = options.fetch ?? ((input, init) => fetch(input, init));
  return (request) => {
    const csrfToken = options.csrfToken();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    return sendOrExplain(send, options.endpoint, urlOf(options.endpoint, request), {
      method: request.method,
      credentials: 'same-origin',
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(csrfToken === undefined || request.method === 'GET' ? {} : { 'x-keywitness-csrf': csrfToken }),
      },
      ...(body === undefined ? {} : { body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
  };
}
