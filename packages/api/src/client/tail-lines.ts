import * as v from 'valibot';
import { errorBodySchema, type IndexedEvent, indexedEventSchema } from '../schemas/index.ts';
import { parseJson, piecesOf, unexpected } from './answers.ts';
import { ApiError } from './api-error.ts';

/** Longer than the longest event with its index. */
const eventCharactersMax = 1024 * 1024;
/** Longer than the longest answer in lines. */
const answerCharactersMax = 8 * 1024 * 1024;

/**
 * Reads the lines of a live stream: events, blank lines that only say that the service is there, and at the end
 * perhaps an error, which is thrown.
 *
 * @param onPiece called whenever something arrives.
 * @throws ApiError
 */
export async function* readTail(response: Response, onPiece: () => void): AsyncGenerator<IndexedEvent> {
  for await (const line of linesOf(response, eventCharactersMax, onPiece)) {
    yield readLine(response, line);
  }
}

/** Reads the lines of an answer in lines that are not blank. An error among them is thrown. @throws ApiError */
export async function* readLines(response: Response, onPiece: () => void): AsyncGenerator<string> {
  for await (const line of linesOf(response, answerCharactersMax, onPiece)) {
    throwRefusal(response, parseJson(line));
    yield line;
  }
}

async function* linesOf(
  response: Response,
  charactersMax: number,
  onPiece: () => void,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of piecesOf(response)) {
    onPiece();
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > charactersMax) throw unexpected(response, 'a line of the stream is too long');
    for (const line of lines) {
      if (line !== '') yield line;
    }
  }
}

function readLine(response: Response, line: string): IndexedEvent {
  const value = parseJson(line);
  const event = v.safeParse(indexedEventSchema, value);
  if (event.success) return event.output;
  throwRefusal(response, value);
  throw unexpected(response, 'a line of the stream is no event');
}

function throwRefusal(response: Response, value: unknown): void {
  const refusal = v.safeParse(errorBodySchema, value);
  if (!refusal.success) return;
  const { code, message, requestId } = refusal.output.error;
  throw new ApiError(code, message, { requestId, status: response.status });
}
