/** What it takes of a browser to sign in: redirects are followed, and cookies are kept for each host. */
const redirectsMax = 20;

/**
 * Opens a page and answers with the last one: where that was, and its text. It does not go on to addresses that begin
 * with `stopAt`.
 */
export async function browse(
  start: string,
  stopAt?: string,
): Promise<{ readonly url: URL; readonly text: string }> {
  const jars = new Map<string, Map<string, string>>();
  let url = new URL(start);
  for (let redirects = 0; redirects < redirectsMax; redirects += 1) {
    const jar = jars.get(url.host) ?? new Map<string, string>();
    jars.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: cookie === '' ? {} : { cookie } });
    for (const line of response.headers.getSetCookie()) keep(jar, line);
    const text = await response.text();
    const location = response.headers.get('location');
    if (location === null) return { url, text };
    url = new URL(location, url);
    if (stopAt !== undefined && url.href.startsWith(stopAt)) return { url, text };
  }
  throw new Error('the browser was sent around in circles');
}

function keep(jar: Map<string, string>, line: string): void {
  const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
  if (name !== undefined && value !== undefined) jar.set(name, value);
}
