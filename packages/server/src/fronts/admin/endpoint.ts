import { readWith, type Schema } from '@keywitness/api';
import type { AttemptRequest, Caller, Operation, Recorded, Result } from '../../core/operations/index.ts';
import { Params } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { type AnswerOrigin, resultAnswer } from './answers.ts';

/** The parts of a request that an endpoint reads. */
export interface ApiInput {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  /** The JSON value of the body; `{}` when there is none. */
  readonly body: unknown;
}

/** A permitted and recorded request whose answer is to be made. */
export interface Granted {
  readonly front: AdminFront;
  readonly attempt: AttemptRequest;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
  readonly caller: Caller;
  /** Where the caller stood before it was judged. */
  readonly standing: number;
  readonly params: Params;
  readonly result: Result;
  readonly recorded: Recorded;
  readonly origin: AnswerOrigin;
}

/** What an endpoint made of its input. */
export type EndpointReading =
  | {
      readonly kind: 'read';
      readonly params: Params;
      readonly answer: (granted: Granted) => Promise<HttpAnswer>;
    }
  | { readonly kind: 'malformed'; readonly message: string };

/** A row of the API's table. */
export interface Endpoint {
  readonly method: string;
  /** The parts of the path; one in braces stands for any text and names it. */
  readonly path: readonly string[];
  readonly operation: Operation;
  readonly read: (input: ApiInput) => EndpointReading;
}

/** How an endpoint is described. */
export interface EndpointParts<Path extends object, Query extends object, Body extends object> {
  readonly at: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;
  readonly operation: Operation;
  readonly path: Schema<Path>;
  readonly query: Schema<Query>;
  readonly body: Schema<Body>;
  /** Members of the query that headers stand for; they go before those in the request's target. */
  readonly fromHeaders?: (rawHeaders: readonly string[]) => Readonly<Record<string, string>>;
  /** The operation's parameters, when they are not simply all members of path, query and body. */
  readonly params?: (input: Path & Query & Body) => Readonly<Record<string, unknown>>;
  /** Makes the answer, when it is not simply the operation's result. */
  readonly answer?: (input: Path & Query & Body, granted: Granted) => Promise<HttpAnswer>;
}

/** Makes a row of the table. */
export function endpoint<Path extends object, Query extends object, Body extends object>(
  parts: EndpointParts<Path, Query, Body>,
): Endpoint {
  const [method = '', path = ''] = parts.at.split(' ');
  return {
    method,
    path: path.split('/').slice(1),
    operation: parts.operation,
    read(input) {
      const own = readWith('the path', parts.path, input.path);
      if (own.kind === 'malformed') return own;
      const texts = { ...input.query, ...parts.fromHeaders?.(input.rawHeaders) };
      const query = readWith('the query', parts.query, texts);
      if (query.kind === 'malformed') return query;
      const body = readWith('the body', parts.body, input.body);
      if (body.kind === 'malformed') return body;
      const values = { ...own.value, ...query.value, ...body.value };
      const params: object = parts.params?.(values) ?? values;
      return {
        kind: 'read',
        params: new Params({ ...params }),
        answer: (granted) => parts.answer?.(values, granted) ?? plainAnswer(granted),
      };
    },
  };
}

async function plainAnswer({ origin, result }: Granted): Promise<HttpAnswer> {
  return resultAnswer(origin, result);
}
