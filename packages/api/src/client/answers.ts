import * as v from 'valibot';
import { errorBodySchema, type Schema } from '../schemas/index.ts';
import { type AnswerTrace, ApiError, isAbort } from './api-error.ts';

/** More than the largest page of events, and than a bundle of 256 events of full length. */
const answerBytesMax = 32 * 1024 * 1024;

/** @throws ApiError unless the answer is a success. */
export async function requireSuccess(response: Response): Promise<void> {
  if (response.ok) return;
  const text = new TextDecoder().decode(await readBytes(response));
  const body = v.safeParse(errorBodySchema, parseJson(text));
  const trace = traceOf(response);
  const { status } = response;
  if (!body.success) throw unexpected(response, `the service answered with status \`${status}\``);
  const { code, message, requestId } = body.output.error;
  throw new ApiError(code, message, { requestId, ...trace, status });
}

/** Reads a successful answer. @throws ApiError */
export async function readAnswer<Value>(response: Response, schema: Schema<Value>): Promise<Value> {
  const parsed = v.safeParse(schema, parseJson(await readText(response)));
  if (parsed.success) return parsed.output;
  throw unexpected(response, 'the service answered with something else than this API defines');
}

/** Reads a successful answer as text. @throws ApiError */
export async function readText(response: Response): Promise<string> {
  return new TextDecoder().decode(await readSuccess(response));
}

/** Reads a successful answer as bytes. @throws ApiError */
export async function readSuccess(response: Response): Promise<Uint8Array> {
  await requireSuccess(response);
  return readBytes(response);
}

/** A text as JSON; `undefined` when it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An answer that is none of this API's. */
export function unexpected(response: Response, message: string): ApiError {
  return new ApiError('UnexpectedAnswer', message, { ...traceOf(response), status: response.status });
}

async function readBytes(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of piecesOf(response)) {
    length += chunk.length;
    if (length > answerBytesMax) throw unexpected(response, 'the answer of the service is too long');
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/** The pieces of an answer as they arrive. Leaving the loop early tells the service that nobody listens any more. */
export async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const piece: { readonly value?: Uint8Array } = await reader.read();
      if (piece.value === undefined) return;
      yield piece.value;
    }
  } catch (cause) {
    if (isAbort(cause)) throw cause;
    throw new ApiError('Unreachable', 'the answer of the service broke off', { cause, status: 0 });
  } finally {
    await reader.cancel().catch(ignoreBroken);
  }
}

/** What is broken already needs no cancelling. */
function ignoreBroken(): void {}

function traceOf(response: Response): AnswerTrace {
  const requestId = response.headers.get('x-keywitness-request-id');
  const eventId = response.headers.get('x-keywitness-event-id');
  return {
    ...(requestId === null ? {} : { requestId }),
    ...(eventId === null ? {} : { eventId }),
  };
}
