import type { IncomingMessage } from 'node:http';

/** How reading a request's body ended. */
export type BodyReading =
  | { readonly kind: 'whole'; readonly body: Uint8Array }
  | { readonly kind: 'too-large' }
  /** The client went away, or was too slow, before the body was whole: there is nobody to answer. */
  | { readonly kind: 'gone' };

const NO_BYTES = new Uint8Array(0);

/** Reads a body of at most `bytesMax` bytes. Nothing beyond the limit is kept. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<BodyReading> {
  return new Promise((resolve) => {
    let only: Uint8Array | undefined;
    let pieces: Uint8Array[] | undefined;
    let total = 0;
    request.on('data', (chunk: Uint8Array) => {
      total += chunk.length;
      if (total > bytesMax) return resolve({ kind: 'too-large' });
      if (only === undefined) only = chunk;
      else (pieces ??= [only]).push(chunk);
    });
    request.on('end', () => {
      resolve({ kind: 'whole', body: pieces === undefined ? (only ?? NO_BYTES) : Buffer.concat(pieces) });
    });
    request.on('close', () => resolve({ kind: 'gone' }));
    request.on('error', () => resolve({ kind: 'gone' }));
  });
}
