import type { AuditIndex, TrailFiles, TrailPlace } from '../../core/audit/index.ts';
import {
  Params,
  type Performed,
  type Recorded,
  readLookup,
  type Result,
  type Service,
} from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest } from '../http/index.ts';
import { type AwsError, jsonAnswer, jsonError } from './answers.ts';
import { actorOf, attemptOf, refusing, unauthenticated } from './attempt.ts';
import type { CloudTrailModel } from './cloudtrail-operations.ts';
import { cloudTrailError, kmsSignatureError } from './error-names.ts';
import type { Loaded } from './loaded.ts';
import { lookUpEvents } from './lookup-events.ts';
import { MalformedRequest } from './malformed.ts';
import type { Proof, Refused, Verified } from './proof.ts';
import { tryRead } from './read-body.ts';
import type { RequestHead } from './request-head.ts';

/** `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.`, and what the SDK for JavaScript sends. */
const TARGET = /^(?:com\.amazonaws\.cloudtrail\.v20131101\.)?CloudTrail_20131101\./;

/** The record, as CloudTrail is asked for it. */
export interface CloudTrailSource {
  readonly index: AuditIndex;
  readonly files: TrailFiles;
  readonly place: TrailPlace;
}

/** What CloudTrail requests are answered with. */
export interface CloudTrailParts {
  readonly service: Service;
  readonly model: Loaded<CloudTrailModel>;
  readonly source: CloudTrailSource;
}

interface Exchange {
  readonly service: Service;
  readonly attempt: HttpRequest['attempt'];
  readonly proof: Proof;
}

/** Whether a request is one to CloudTrail. */
export function isCloudTrail({ target }: RequestHead): boolean {
  return target !== undefined && TARGET.test(target);
}

/**
 * Answers a request to CloudTrail in AWS JSON 1.1. Every way through here ends in exactly one call of the service, so
 * exactly one attempt is recorded for one answer (G2); the record is read only after that.
 *
 * @throws LedgerError when nothing could be recorded.
 */
export async function answerCloudTrail(
  { service, model, source }: CloudTrailParts,
  request: HttpRequest,
  head: RequestHead,
  proof: Proof,
): Promise<HttpAnswer> {
  const name = (head.target ?? '').replace(TARGET, '');
  const attempt = attemptOf(request.attempt, 'cloudtrail', name, head.traceId);
  const exchange: Exchange = { service, attempt, proof };
  const { operations, unsupported } = await model();
  const offered = operations.get(name);
  if (offered === undefined && !unsupported.has(name)) {
    return refuse(exchange, 'request.unknown', {
      name: 'UnknownOperationException',
      status: 400,
      message: '',
    });
  }
  if (proof.kind === 'refused') return refuseUnauthenticated(exchange, proof);
  if (offered === undefined) return refuseUnsupported(exchange, proof, name);
  const read = tryRead(offered.readBody, request.body);
  if (read instanceof MalformedRequest) {
    return refuse(exchange, 'request.malformed', { name: read.code, status: 400, message: read.message });
  }
  const { operation, writeBody } = offered;
  const asked =
    read.kind === 'read' ? operation : refusing(operation.name, operation.action, 'Validation', read.message);
  const performed = await service.perform(asked, attempt, proof.caller, read.params);
  if (performed.kind === 'refused') return answerRefusal(exchange, performed);
  const result = await completed(source, name, performed.result, read.params);
  return jsonAnswer(attempt.requestId, performed, writeBody(result));
}

/** What is in the record, or a public key, is no part of the decision: it is added when that is durable. */
async function completed(
  { files, index, place }: CloudTrailSource,
  name: string,
  result: Result,
  params: Params,
): Promise<Result> {
  switch (name) {
    case 'LookupEvents':
      return lookUpEvents(index, readLookup(params), place);
    case 'ListPublicKeys': {
      const { fingerprint, publicKey } = await files.key();
      return { publicKeyList: [{ value: publicKey, fingerprint }] };
    }
    default:
      return result;
  }
}

function answerRefusal(
  { attempt }: Exchange,
  { error, ...recorded }: Performed & { readonly kind: 'refused' },
): HttpAnswer {
  return jsonError(attempt.requestId, recorded, { ...cloudTrailError(error.code), message: error.message });
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

async function refuse(exchange: Exchange, action: string, error: AwsError): Promise<HttpAnswer> {
  const { attempt, proof, service } = exchange;
  const recorded: Recorded = await service.refuse(attempt, {
    outcome: 'error',
    action,
    code: error.name,
    message: error.message,
    actor: actorOf(proof),
  });
  return jsonError(attempt.requestId, recorded, error);
}
