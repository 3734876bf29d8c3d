import { LedgerError } from '../../core/audit/index.ts';
import type { Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRefusal, HttpRequest, Route } from '../http/index.ts';
import type { SignatureVerdict, SignedRequest } from '../sigv4/index.ts';
import { jsonError, xmlError } from './answers.ts';
import { answerKms } from './kms.ts';
import { compileKmsOperations } from './kms-operations.ts';
import { readHead, type RequestHead } from './request-head.ts';
import { answerSts, isQuery } from './sts.ts';

/** What the AWS front is made of. */
export interface AwsParts {
  readonly service: Service;
  /** Says who signed a request. Never throws for anything that a client can send. */
  readonly verifySignature: (request: SignedRequest) => SignatureVerdict;
}

/** The listener refuses longer bodies before anything else is looked at. */
const BODY_BYTES_MAX = 1_048_576;

/** The route of AWS's protocols: KMS in AWS JSON 1.1 and STS in AWS Query, both as `POST /`. */
export function awsRoute({ service, verifySignature }: AwsParts): Route {
  const kms = { service, operations: compileKmsOperations() };
  const answer = async (request: HttpRequest, head: RequestHead): Promise<HttpAnswer> => {
    const asksSts = isQuery(head);
    const verdict = inScope(verifySignature(request), asksSts ? 'sts' : 'kms');
    return asksSts ? answerSts(service, request, head, verdict) : answerKms(kms, request, head, verdict);
  };
  return {
    name: 'aws',
    protocol: { front: 'aws', service: 'kms', operation: '-' },
    matches: (method, path) => path === '/' && method === 'POST',
    bodyBytesMax: BODY_BYTES_MAX,
    handle: async (request) => {
      const head = readHead(request.rawHeaders);
      try {
        return await answer(request, head);
      } catch (error) {
        if (error instanceof LedgerError) return answerUnrecorded(request, head);
        throw error;
      }
    },
    refuse: answerHttpRefusal,
  };
}

/** A signature for another service says nothing to this one. */
function inScope(verdict: SignatureVerdict, service: 'kms' | 'sts'): SignatureVerdict {
  if (verdict.kind === 'refused' || verdict.scope.service === service) return verdict;
  return {
    kind: 'refused',
    code: 'InvalidSignature',
    message: `Credential should be scoped to correct service: '${service}'.`,
    claimedAccessKeyId: verdict.caller.credentialId,
  };
}

/**
 * Nothing could be recorded, not even that nothing could be: nothing is released (G1), and the SDK is told to try
 * again.
 */
function answerUnrecorded({ attempt }: HttpRequest, head: RequestHead): HttpAnswer {
  const message = 'The attempt could not be recorded, so it was refused.';
  return isQuery(head)
    ? xmlError(attempt.requestId, undefined, { name: 'InternalFailure', status: 500, message })
    : jsonError(attempt.requestId, undefined, { name: 'KMSInternalException', status: 500, message });
}

const HTTP_REFUSALS: Readonly<Record<HttpRefusal['status'], string>> = {
  400: 'MalformedHttpRequestException',
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
