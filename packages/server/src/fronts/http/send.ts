import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HttpAnswer } from './exchange.ts';

/** In capitals as AWS writes it: names have no case (RFC 9110, section 5.1), but MongoDB's libmongocrypt knows this one alone. */
const LENGTH = 'Content-Length';

/** Sends an answer; resolves when it is handed to the socket, or when the client is gone. */
export function send(
  response: ServerResponse,
  answer: HttpAnswer,
  isLast: boolean,
): Promise<void> | undefined {
  const { body } = answer;
  if (response.destroyed) return undefined;
  const headers: string[] = [];
  for (const name of Object.keys(answer.headers)) headers.push(name, answer.headers[name] ?? '');
  for (const cookie of answer.cookies ?? []) headers.push('set-cookie', cookie);
  if (isLast) headers.push('connection', 'close');
  if (typeof body === 'string' || body instanceof Uint8Array) {
    headers.push(LENGTH, String(typeof body === 'string' ? Buffer.byteLength(body) : body.length));
    response.writeHead(answer.status, headers);
    response.end(body);
    return undefined;
  }
  response.writeHead(answer.status, headers);
  return sendPieces(response, body);
}

/** A stream ends when its source does, or when the client goes away; either way the source is told. */
async function sendPieces(
  response: ServerResponse,
  pieces: AsyncIterable<Uint8Array | string>,
): Promise<void> {
  response.flushHeaders();
  try {
    await pipeline(Readable.from(pieces), response);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

/** The client is free to leave. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
