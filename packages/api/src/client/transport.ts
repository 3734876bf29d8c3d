import { ApiError, isAbort } from './api-error.ts';

/** One request, before anything says whose it is. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Parts of the path, not encoded. */
  readonly path: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  readonly signal?: AbortSignal;
}

/**
 * Sends requests together with what says whose they are, and answers whatever the service says. Rejects with `ApiError`
 * `Unreachable` when there is no answer, and with the signal's reason when the caller gives up.
 */
export type Transport = (request: ApiRequest) => Promise<Response>;

/** The address of a request below that of a service; a path in the latter is kept as a prefix. */
export function urlOf(endpoint: string, { path, query }: ApiRequest): string {
  const texts = Object.entries(query ?? {}).map(([name, value]) => `${encode(name)}=${encode(value)}`);
  const search = texts.length === 0 ? '' : `?${texts.join('&')}`;
  return `${endpoint.replace(/\/+$/, '')}/${path.map(encode).join('/')}${search}`;
}

/** Calls what `fetch` does; an answer that does not come is an `ApiError`. Redirections are not followed. */
export async function sendOrExplain(
  send: typeof fetch,
  endpoint: string,
  url: string | URL,
  init: RequestInit,
): Promise<Response> {
  try {
    return await send(url, { redirect: 'error', ...init });
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    const message = `could not reach the service at \`${endpoint}\``;
    throw new ApiError('Unreachable', message, { cause, status: 0 });
  }
}

/** Percent-encodes all but RFC 3986's unreserved characters, as SigV4 wants it. */
function encode(text: string): string {
  const encoded = encodeURIComponent(text.toWellFormed());
  return encoded.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
