import { LogError } from '../errors.ts';
import type { LogFetch } from '../tiles/index.ts';
import { fileBytesMax } from './file-limit.ts';

/** How a log is read over HTTP. */
export interface HttpFetchOptions {
  /** Added to every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

const timeoutMsDefault = 30_000;

/** Reads a log under a URL prefix (tlog-tiles). 404 and 410 are `null`; everything but 200 rejects. */
export function httpFetch(prefix: string, options: HttpFetchOptions = {}): LogFetch {
  const base = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return async (path) => {
    const response = await fetch(new URL(path, base), {
      headers: { ...options.headers },
      signal: AbortSignal.timeout(options.timeoutMs ?? timeoutMsDefault),
    });
    if (response.status === 404 || response.status === 410) return null;
    if (response.status !== 200) {
      throw new LogError(
        'missing-file',
        `could not read \`${path}\`: the server answered \`${response.status}\``,
      );
    }
    return readBody(path, response);
  };
}

async function readBody(path: string, response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined;
  if (body === undefined) return new Uint8Array(0);
  for await (const chunk of body) {
    length += chunk.length;
    if (length > fileBytesMax) {
      throw new LogError('missing-file', `could not read \`${path}\`: it is too long`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
