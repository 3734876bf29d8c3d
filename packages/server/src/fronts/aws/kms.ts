import {
  type KeyUse,
  Params,
  type Performed,
  type Recorded,
  type Service,
} from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest } from '../http/index.ts';
import { jsonAnswer, jsonError } from './answers.ts';
import { actorOf, attemptOf, refusing, unauthenticated } from './attempt.ts';
import { kmsError, kmsSignatureError } from './error-names.ts';
import { type KmsOperation, unsupportedKmsOperations } from './kms-operations.ts';
import { ASKING_FOR_KEY_USE, askedKeyArn } from './key-use.ts';
import { MalformedRequest } from './malformed.ts';
import { tryRead } from './read-body.ts';
import type { Proof, Refused, Verified } from './proof.ts';
import type { RequestHead } from './request-head.ts';

const TARGET_PREFIX = 'TrentService.';

/** What KMS requests are answered with. */
export interface KmsParts {
  readonly service: Service;
  readonly operations: ReadonlyMap<string, KmsOperation>;
  /** When a key was last used, by its ARN; absent where nobody can tell. */
  readonly lastKeyUse?: ((key: string) => Promise<KeyUse>) | undefined;
}

/** One request on its way: what was asked, and who sent it. */
interface Exchange {
  readonly service: Service;
  readonly attempt: HttpRequest['attempt'];
  readonly proof: Proof;
}

/**
 * Answers a request in AWS JSON 1.1. Every way through here ends in exactly one call of the service, so exactly one
 * attempt is recorded for one answer (G2).
 *
 * @throws LedgerError when nothing could be recorded.
 */
export async function answerKms(
  { service, operations, lastKeyUse }: KmsParts,
  request: HttpRequest,
  head: RequestHead,
  proof: Proof,
): Promise<HttpAnswer> {
  const target = head.target ?? '';
  const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target;
  const isOurs = name !== target;
  const attempt = attemptOf(request.attempt, 'kms', name, head.traceId);
  const exchange: Exchange = { service, attempt, proof };
  const offered = isOurs ? operations.get(name) : undefined;
  if (offered === undefined && !(isOurs && unsupportedKmsOperations.has(name))) {
    return refuseUnknown(exchange);
  }
  if (proof.kind === 'refused') return refuseUnauthenticated(exchange, proof);
  if (offered === undefined) return refuseUnsupported(exchange, proof, name);
  return perform({ ...exchange, lastKeyUse }, proof, offered, request.body);
}

async function perform(
  exchange: Exchange & Pick<KmsParts, 'lastKeyUse'>,
  { caller }: Verified,
  { operation, readBody, writeBody }: KmsOperation,
  body: Uint8Array,
): Promise<HttpAnswer> {
  const { service, lastKeyUse } = exchange;
  const read = tryRead(readBody, body);
  if (read instanceof MalformedRequest) return refuseMalformed(exchange, read);
  const asked =
    read.kind === 'read' ? operation : refusing(operation.name, operation.action, 'Validation', read.message);
  const key = ASKING_FOR_KEY_USE.has(operation.name) ? read.params.optionalText('keyId') : undefined;
  const arn = key === undefined ? undefined : askedKeyArn(key, caller, exchange.attempt, service.place);
  const keyUse = arn === undefined ? undefined : await lastKeyUse?.(arn);
  const attempt = keyUse === undefined ? exchange.attempt : { ...exchange.attempt, keyUse };
  const performed = await service.perform(asked, attempt, caller, read.params);
  return performed.kind === 'released'
    ? jsonAnswer(attempt.requestId, performed, writeBody(performed.result))
    : answerRefusal(exchange, performed);
}

function answerRefusal(
  { attempt }: Exchange,
  { error, ...recorded }: Performed & { readonly kind: 'refused' },
): HttpAnswer {
  return jsonError(attempt.requestId, recorded, { ...kmsError(error.code), message: error.message });
}

async function refuseUnsupported(
  exchange: Exchange,
  { caller }: Verified,
  name: string,
): Promise<HttpAnswer> {
  const operation = refusing(name, 'request.unknown', 'Unsupported', `${name} is not supported.`);
  const performed = await exchange.service.perform(operation, exchange.attempt, caller, new Params({}));
  if (performed.kind === 'released') throw new TypeError('an operation that refuses was performed');
  return answerRefusal(exchange, performed);
}

async function refuseUnauthenticated({ service, attempt }: Exchange, refused: Refused): Promise<HttpAnswer> {
  const error = { ...kmsSignatureError(refused.code), message: refused.message };
  const recorded = await service.refuse(attempt, unauthenticated(refused, error.name));
  return jsonError(attempt.requestId, recorded, error);
}

async function refuseUnknown(exchange: Exchange): Promise<HttpAnswer> {
  return refuse(exchange, 'request.unknown', 'UnknownOperationException', '');
}

async function refuseMalformed(exchange: Exchange, { code, message }: MalformedRequest): Promise<HttpAnswer> {
  return refuse(exchange, 'request.malformed', code, message);
}

async function refuse(
  { service, attempt, proof }: Exchange,
  action: string,
  code: string,
  message: string,
): Promise<HttpAnswer> {
  const actor = actorOf(proof);
  const recorded: Recorded = await service.refuse(attempt, {
    outcome: 'error',
    action,
    code,
    message,
    actor,
  });
  return jsonError(attempt.requestId, recorded, { name: code, status: 400, message });
}
