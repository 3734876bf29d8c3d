import {
  type AttemptRequest,
  type Caller,
  type FrontRefusal,
  Params,
  type Performed,
  type Result,
  type Service,
} from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { type AwsError, xmlAnswer, xmlError } from './answers.ts';
import { actorOf, refusing, unauthenticated } from './attempt.ts';
import { queryError, querySignatureError } from './error-names.ts';
import type { FormNode } from './form.ts';
import { MalformedRequest } from './malformed.ts';
import type { Proof, Refused } from './proof.ts';
import type { QueryOperation, QueryService } from './query-operations.ts';
import type { ReadRequest } from './read-request.ts';

/**
 * Completes the result of an operation with what only the outside knows, for example from the index of the record. It
 * runs when the event is durable, before the answer is written. What it throws is our own fault.
 */
export type Completion = (
  result: Result,
  asked: { readonly caller: Caller; readonly params: Params },
) => Promise<Result>;

/** One request in the AWS Query protocol on its way. Each way to end it records exactly one attempt (G2). */
export interface QueryExchange {
  readonly service: Service;
  readonly api: QueryService;
  readonly attempt: AttemptRequest;
  readonly proof: Proof;
  readonly completions: ReadonlyMap<string, Completion>;
}

/** Takes a form for one operation. */
export function tryReadForm({ readForm }: QueryOperation, form: FormNode): ReadRequest | MalformedRequest {
  try {
    return readForm(form);
  } catch (error) {
    if (error instanceof MalformedRequest) return error;
    throw error;
  }
}

/** Performs what was read, for a caller who proved who they are. Values that violate the model are refused there. */
export async function performRead(
  exchange: QueryExchange,
  caller: Caller,
  { operation, writeXml }: QueryOperation,
  read: ReadRequest,
): Promise<HttpAnswer> {
  const { api, attempt, completions, service } = exchange;
  const asked =
    read.kind === 'read' ? operation : refusing(operation.name, operation.action, 'Validation', read.message);
  const { params } = read;
  const performed = await service.perform(asked, attempt, caller, params);
  if (performed.kind === 'refused') return answerRefused(exchange, performed);
  const { operation: name } = attempt.protocol;
  const complete = completions.get(name);
  const result =
    complete === undefined ? performed.result : await complete(performed.result, { caller, params });
  return xmlAnswer(attempt.requestId, performed, api.namespace, name, writeXml?.(result));
}

/** Refuses, under the name of a caller who proved it, an operation that we do not have. */
export async function performUnsupported(
  exchange: QueryExchange,
  caller: Caller,
  name: string,
): Promise<HttpAnswer> {
  const operation = refusing(name, 'request.unknown', 'Unsupported', `${name} is not supported.`);
  const { attempt, service } = exchange;
  const performed = await service.perform(operation, attempt, caller, new Params({}));
  if (performed.kind === 'released') throw new TypeError('an operation that refuses was performed');
  return answerRefused(exchange, performed);
}

function answerRefused(
  { api, attempt }: QueryExchange,
  { error, ...recorded }: Performed & { readonly kind: 'refused' },
): HttpAnswer {
  const { code, message } = error;
  return xmlError(attempt.requestId, recorded, api.namespace, { ...queryError(api.name, code), message });
}

/** Refuses a request whose signature was not accepted. */
export async function refuseUnauthenticated(exchange: QueryExchange, refused: Refused): Promise<HttpAnswer> {
  const error = { ...querySignatureError(refused.code), message: refused.message };
  return record(exchange, unauthenticated(refused, error.name), error);
}

/** Refuses a form that is not what the protocol says. */
export async function refuseMalformed(exchange: QueryExchange, message: string): Promise<HttpAnswer> {
  const error = { name: 'MalformedInput', status: 400, message };
  return refuse(exchange, { outcome: 'error', action: 'request.malformed' }, error);
}

/** Refuses a request that never became an operation. */
export async function refuse(
  exchange: QueryExchange,
  refusal: Pick<FrontRefusal, 'action' | 'outcome'>,
  error: AwsError,
): Promise<HttpAnswer> {
  const { name: code, message } = error;
  return record(exchange, { ...refusal, code, message, actor: actorOf(exchange.proof) }, error);
}

async function record(
  { api, attempt, service }: QueryExchange,
  refusal: FrontRefusal,
  error: AwsError,
): Promise<HttpAnswer> {
  const recorded = await service.refuse(attempt, refusal);
  return xmlError(attempt.requestId, recorded, api.namespace, error);
}
