import { type AuditIndex, LedgerError } from '../../core/audit/index.ts';
import type { Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRefusal, HttpRequest, Route } from '../http/index.ts';
import type { SignatureVerdict, SignedRequest } from '../sigv4/index.ts';
import { jsonError } from './answers.ts';
import { inAskedRegion } from './asked-region.ts';
import { answerCloudTrail, type CloudTrailSource, isCloudTrail } from './cloudtrail.ts';
import { lastKeyUse } from './key-use.ts';
import type { CloudTrailModel } from './cloudtrail-operations.ts';
import { answerKms, type KmsParts } from './kms.ts';
import { compileKmsOperations } from './kms-operations.ts';
import { loaded } from './loaded.ts';
import { type CertificateCaller, proofOf } from './proof.ts';
import { answerQuery, isQuery } from './query.ts';
import type { Completion } from './query-exchange.ts';
import type { QueryService } from './query-operations.ts';
import { readHead } from './request-head.ts';
import type { VerifyWebIdentity } from './web-identity.ts';

/** What the AWS front is made of. */
export interface AwsParts {
  readonly service: Service;
  /** Says who signed a request. Never throws for anything that a client can send. */
  readonly verifySignature: (request: SignedRequest) => SignatureVerdict;
  /** Says who a TLS client certificate stands for; when absent, the service does. */
  readonly certificateCaller?: CertificateCaller;
  /** Verifies web identity tokens. Absent where none are accepted; AssumeRoleWithWebIdentity is not supported then. */
  readonly verifyWebIdentity?: VerifyWebIdentity;
  /** The searchable record; where it is absent, nobody can tell when a key was last used. */
  readonly index?: AuditIndex;
  /** What CloudTrail shows; where it is absent, CloudTrail's operations are unknown. */
  readonly trail?: CloudTrailSource;
  /** By the names of operations of IAM and STS, for example `GetAccessKeyLastUsed`. */
  readonly completions?: ReadonlyMap<string, Completion>;
}

/** The listener refuses longer bodies before anything else is looked at. */
const BODY_BYTES_MAX = 1_048_576;

/** The route of AWS's protocols: KMS and CloudTrail in AWS JSON 1.1, IAM and STS in AWS Query, all as `POST /`. */
export function awsRoute(parts: AwsParts): Route {
  const { service, verifySignature, verifyWebIdentity, completions = new Map() } = parts;
  const { certificateCaller = (sha256) => service.certificateCaller(sha256) } = parts;
  const kms = { service, operations: compileKmsOperations(), lastKeyUse: lastUseIn(parts) };
  const { trail } = parts;
  const cloudTrail =
    trail === undefined ? undefined : { service, model: loaded(cloudTrailModel), source: trail };
  const query = {
    service,
    services: loaded(queryServices),
    completions,
    verifyWebIdentity,
    certificateCaller,
  };
  return {
    name: 'aws',
    protocol: { front: 'aws', service: 'kms', operation: '-' },
    matches: (method, path) => path === '/' && method === 'POST',
    bodyBytesMax: BODY_BYTES_MAX,
    handle: async (received) => {
      const head = readHead(received.rawHeaders);
      const verdict = verifySignature(received);
      const request = inAskedRegion(received, verdict, service.place);
      if (isQuery(head)) return answerQuery(query, request, head, verdict);
      const answer = async (): Promise<HttpAnswer> => {
        if (cloudTrail === undefined || !isCloudTrail(head)) {
          return answerKms(kms, request, head, proofOf(verdict, 'kms', request.attempt, certificateCaller));
        }
        const proof = proofOf(verdict, 'cloudtrail', request.attempt, certificateCaller);
        return answerCloudTrail(cloudTrail, request, head, proof);
      };
      return answerRecorded(request, answer);
    },
    refuse: answerHttpRefusal,
  };
}

async function cloudTrailModel(): Promise<CloudTrailModel> {
  return (await import('./cloudtrail-operations.ts')).compileCloudTrailOperations();
}

async function queryServices(): Promise<readonly QueryService[]> {
  return (await import('./query-operations.ts')).compileQueryServices();
}

function lastUseIn({ index, service }: AwsParts): KmsParts['lastKeyUse'] {
  if (index === undefined) return undefined;
  return (key) => lastKeyUse(index, key, () => service.nowMs());
}

/**
 * Answers in AWS JSON 1.1. When nothing could be recorded, not even that nothing could be, nothing is released (G1), and
 * the SDK is told to try again.
 */
async function answerRecorded(request: HttpRequest, answer: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  try {
    return await answer();
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const message = 'The attempt could not be recorded, so it was refused.';
    const failure = { name: 'KMSInternalException', status: 500, message };
    return jsonError(request.attempt.requestId, undefined, failure);
  }
}

const HTTP_REFUSALS: Readonly<Record<HttpRefusal['status'], string>> = {
  400: 'MalformedHttpRequestException',
  403: 'AccessDeniedException',
  404: 'UnknownOperationException',
  405: 'UnknownOperationException',
  408: 'RequestTimeoutException',
  413: 'RequestEntityTooLargeException',
  417: 'MalformedHttpRequestException',
  431: 'MalformedHttpRequestException',
  500: 'KMSInternalException',
  503: 'KMSInternalException',
};

/** A refusal of HTTP in AWS's form ("Common errors" of AWS's API references). */
function answerHttpRefusal({ status, message, requestId }: HttpRefusal): HttpAnswer {
  return jsonError(requestId, undefined, { name: HTTP_REFUSALS[status], status, message });
}
