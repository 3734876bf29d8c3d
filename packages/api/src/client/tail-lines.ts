import * as v from 'valibot';
import { errorBodySchema, type IndexedEvent, indexedEventSchema } from '../schemas/index.ts';
import { parseJson, piecesOf, unexpected } from './answers.ts';
import { ApiError } from './api-error.ts';

/** Longer than the longest event with its index. */
const lineCharactersMax = 1024 * 1024;

/**
 * Reads the lines of a live stream: events, blank lines that only say that the service is there, and at the end
 * perhaps an error, which is thrown.
 *
 * @param onPiece called whenever something arrives.
 * @throws ApiError
 */
export async function* readTail(response: Response, onPiece: () => void): AsyncGenerator<IndexedEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of piecesOf(response)) {
    onPiece();
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > lineCharactersMax) throw unexpected(response, 'a line of the stream is too long');
    for (const line of lines) {
      if (line !== '') yield readLine(response, line);
    }
  }
}

function readLine(response: Response, line: string): IndexedEvent {
  const value = parseJson(line);
  const event = v.safeParse(indexedEventSchema, value);
  if (event.success) return event.output;
  const refusal = v.safeParse(errorBodySchema, value);
  if (!refusal.success) throw unexpected(response, 'a line of the stream is no event');
  const { code, message, requestId } = refusal.output.error;
  throw new ApiError(code, message, { requestId, status: response.status });
}
