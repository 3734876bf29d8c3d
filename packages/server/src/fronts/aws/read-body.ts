import { MalformedRequest } from './malformed.ts';
import type { ReadBody, ReadRequest } from './read-request.ts';

/** Reads a body; one that is not what the protocol says is an answer too. */
export function tryRead(readBody: ReadBody, body: Uint8Array): ReadRequest | MalformedRequest {
  try {
    return readBody(body);
  } catch (error) {
    if (error instanceof MalformedRequest) return error;
    throw error;
  }
}
