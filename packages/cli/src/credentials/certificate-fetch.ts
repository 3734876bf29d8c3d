import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { packageVersion } from '../version.ts';

const bodyBytesMax = 64 * 1024;

/** A TLS client certificate and its private key, in PEM. */
export interface ClientIdentity {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A `fetch` for small answers over https that shows a client certificate, which the global one cannot. */
export function certificateFetch(identity: ClientIdentity): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return send(url, identity, init ?? {});
  };
}

function send(url: URL, { cert, key }: ClientIdentity, init: RequestInit): Promise<Response> {
  const headers = {
    ...Object.fromEntries(new Headers(init.headers)),
    'user-agent': `keywitness-cli/${packageVersion()}`,
  };
  const signal = init.signal ?? undefined;
  return new Promise((resolve, reject) => {
    const options = { method: init.method ?? 'GET', headers, cert, key, agent: false } as const;
    const request = httpsRequest(
      url,
      { ...options, ...(signal === undefined ? {} : { signal }) },
      (incoming) => {
        readAnswer(incoming).then(resolve, reject);
      },
    );
    request.on('error', reject);
    request.end(typeof init.body === 'string' ? init.body : undefined);
  });
}

async function readAnswer(incoming: IncomingMessage): Promise<Response> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const pieces: AsyncIterable<unknown> = incoming;
  for await (const piece of pieces) {
    if (!(piece instanceof Uint8Array)) continue;
    length += piece.length;
    if (length > bodyBytesMax) throw new Error('the answer is too long');
    chunks.push(piece);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === 'string') headers.set(name, value);
  }
  return new Response(Buffer.concat(chunks), { status: incoming.statusCode ?? 500, headers });
}
