/** The headers of a request that a browser speaks for its page with. */
export interface BrowserHead {
  /** The lines of `Cookie`, as one. */
  readonly cookies: string;
  /** `Sec-Fetch-Site` (W3C Fetch Metadata), which no page can set; several of them are joined, and then say nothing good. */
  readonly fetchSite: string | undefined;
  /** `x-keywitness-csrf`; several of them are joined, and then match nothing. */
  readonly csrfToken: string | undefined;
  /** `x-keywitness-region`, the Region that is asked; several of them are joined, and then name none. */
  readonly region: string | undefined;
}

const COOKIE = 'cookie';
const FETCH_SITE = 'sec-fetch-site';
const CSRF = 'x-keywitness-csrf';
const REGION = 'x-keywitness-region';

/** Reads the headers in one pass. */
export function readBrowserHead(rawHeaders: readonly string[]): BrowserHead {
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = (rawHeaders[i] ?? '').toLowerCase();
    if (name !== COOKIE && name !== FETCH_SITE && name !== CSRF && name !== REGION) continue;
    const value = rawHeaders[i + 1] ?? '';
    const earlier = found.get(name);
    found.set(name, earlier === undefined ? value : `${earlier};${value}`);
  }
  return {
    cookies: found.get(COOKIE) ?? '',
    fetchSite: found.get(FETCH_SITE),
    csrfToken: found.get(CSRF),
    region: found.get(REGION),
  };
}

/** Whether the browser says that a page of this very origin asks. Who says nothing is not believed to be one. */
export function isFromThisOrigin({ fetchSite }: BrowserHead): boolean {
  return fetchSite === 'same-origin';
}

/** Whether the browser says that a page of somebody else's asks. A person who types an address is `none`. */
export function isFromElsewhere({ fetchSite }: BrowserHead): boolean {
  return fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none';
}
