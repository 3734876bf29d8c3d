/** What a browser does with a cookie that it was given. */
interface Cookie {
  readonly value: string;
  readonly isStrict: boolean;
}

/** Where a page has led, and what came of it. */
export interface Visited {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
  /** Addresses on the way, the first one first. */
  readonly way: readonly string[];
}

const REDIRECTS_MAX = 20;

/**
 * A browser as far as signing in needs one: cookies of each host and port, kept from other sites as `SameSite` says, and
 * the fetch metadata of each request. One that takes two ports of a host for two sites: stricter than browsers are.
 */
export class StrictBrowser {
  readonly #jars = new Map<string, Map<string, Cookie>>();
  /** What `Set-Cookie` said, as it was said. */
  readonly lines: string[] = [];

  /** Follows a link on a page of `from`, or an address that a person has typed. */
  async visit(address: string, from?: string): Promise<Visited> {
    const way: string[] = [];
    let url = new URL(address);
    let site = from === undefined ? 'none' : siteOf(url, from);
    for (let count = 0; count < REDIRECTS_MAX; count += 1) {
      way.push(url.href);
      const response = await this.#send(url, site, { method: 'GET' });
      const text = await response.text();
      const location = response.headers.get('location');
      if (location === null) return { url, status: response.status, text, way };
      const next = new URL(location, url);
      if (next.origin !== url.origin) site = 'cross-site';
      url = next;
    }
    throw new Error('the browser was sent around in circles');
  }

  /** What a script of a page asks of its own origin. */
  ask(address: string, init: RequestInit = {}): Promise<Response> {
    return this.#send(new URL(address), 'same-origin', init);
  }

  async #send(url: URL, site: string, init: RequestInit): Promise<Response> {
    const jar = this.#jars.get(url.host) ?? new Map<string, Cookie>();
    this.#jars.set(url.host, jar);
    const sent = [...jar].filter(([, { isStrict }]) => !isStrict || site !== 'cross-site');
    const headers = new Headers(init.headers);
    headers.set('sec-fetch-site', site);
    const cookies = sent.map(([name, { value }]) => `${name}=${value}`).join('; ');
    if (cookies !== '') headers.set('cookie', cookies);
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    for (const line of response.headers.getSetCookie()) this.#keep(jar, line);
    return response;
  }

  #keep(jar: Map<string, Cookie>, line: string): void {
    this.lines.push(line);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (value === '' || /; *max-age=0/i.test(line)) jar.delete(name);
    else jar.set(name, { value, isStrict: /; *samesite=strict/i.test(line) });
  }
}

function siteOf(url: URL, from: string): string {
  return new URL(from).origin === url.origin ? 'same-origin' : 'cross-site';
}
