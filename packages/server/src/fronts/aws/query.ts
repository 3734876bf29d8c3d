import { LedgerError } from '../../core/audit/index.ts';
import type { Service } from '../../core/operations/index.ts';
import type { HttpAnswer, HttpRequest } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import { type AwsError, xmlError } from './answers.ts';
import { attemptOf } from './attempt.ts';
import { queryError } from './error-names.ts';
import { type FormNode, parseForm } from './form.ts';
import { MalformedRequest } from './malformed.ts';
import { type CertificateCaller, proofOf } from './proof.ts';
import {
  type Completion,
  performRead,
  performUnsupported,
  type QueryExchange,
  refuse,
  refuseMalformed,
  refuseUnauthenticated,
  tryReadForm,
} from './query-exchange.ts';
import type { Loaded } from './loaded.ts';
import type { QueryService } from './query-operations.ts';
import type { RequestHead } from './request-head.ts';
import { answerWebIdentity, type VerifyWebIdentity } from './web-identity.ts';

/** What requests in the AWS Query protocol are answered with. */
export interface QueryParts {
  readonly service: Service;
  readonly services: Loaded<readonly QueryService[]>;
  /** By the name of the operation. */
  readonly completions: ReadonlyMap<string, Completion>;
  /** Absent where no web identities are accepted. */
  readonly verifyWebIdentity: VerifyWebIdentity | undefined;
  readonly certificateCaller: CertificateCaller;
}

/** What a form asks for, as far as it could be read. */
interface Asked {
  readonly form: FormNode | MalformedRequest;
  /** The operation's name; empty when there is none. */
  readonly action: string;
  readonly version: string;
}

const FORM_TYPE = 'application/x-www-form-urlencoded';
/** Words of the client's in our messages are cut to this length. */
const WORD_MAX = 128;

/** Whether a request speaks the AWS Query protocol. One with `X-Amz-Target` never does. */
export function isQuery({ target, contentType }: RequestHead): boolean {
  if (target !== undefined || contentType === undefined) return false;
  return (contentType.split(';')[0] ?? '').trim().toLowerCase() === FORM_TYPE;
}

/**
 * Answers a request in the AWS Query protocol. Every way through here ends in exactly one call of the service, so
 * exactly one attempt is recorded for one answer (G2). The version of the API tells which service is asked, and a
 * signature for another one is refused. Parameters count in the body alone: a request that has others in its target is
 * refused, whatever they are.
 */
export async function answerQuery(
  parts: QueryParts,
  request: HttpRequest,
  head: RequestHead,
  verdict: SignatureVerdict,
): Promise<HttpAnswer> {
  const asked = readAsked(request.body);
  const api = serviceOf(await parts.services(), asked.version, verdict);
  const attempt = attemptOf(request.attempt, api.name, asked.action, head.traceId);
  const { certificateCaller, completions, service } = parts;
  const proof = proofOf(verdict, api.name, attempt, certificateCaller);
  const exchange = { service, api, attempt, proof, completions };
  try {
    if (request.target !== '/') return await refuseMalformed(exchange, IN_THE_TARGET);
    return await answer(exchange, parts.verifyWebIdentity, asked);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    // Nothing could be recorded, not even that nothing could be: nothing is released (G1), and SDKs try again.
    const message = 'The attempt could not be recorded, so it was refused.';
    const failure = { ...queryError(api.name, 'Unavailable'), message };
    return xmlError(attempt.requestId, undefined, api.namespace, failure);
  }
}

const IN_THE_TARGET = 'The parameters of a request must be in its body.';

function readAsked(body: Uint8Array): Asked {
  try {
    const form = parseForm(body);
    const word = (name: string): string => form.members.get(name)?.text ?? '';
    return { form, action: word('Action'), version: word('Version') };
  } catch (error) {
    if (error instanceof MalformedRequest) return { form: error, action: '', version: '' };
    throw error;
  }
}

/** The service that a version names; of other requests, the one that they were signed for, or the first. */
function serviceOf(
  services: readonly QueryService[],
  version: string,
  verdict: SignatureVerdict,
): QueryService {
  const signed = verdict.kind === 'verified' ? verdict.scope.service : undefined;
  const named =
    services.find((candidate) => candidate.version === version) ??
    services.find(({ name }) => name === signed) ??
    services[0];
  if (named === undefined) throw new TypeError('no service speaks the query protocol');
  return named;
}

async function answer(
  exchange: QueryExchange,
  verifyWebIdentity: VerifyWebIdentity | undefined,
  { form, action, version }: Asked,
): Promise<HttpAnswer> {
  if (form instanceof MalformedRequest) return refuseMalformed(exchange, form.message);
  const { api, proof } = exchange;
  const offered = api.operations.get(action);
  if (version !== api.version || (offered === undefined && !api.unsupported.has(action))) {
    return refuse(exchange, { outcome: 'error', action: 'request.unknown' }, unknown(action, version));
  }
  const byToken = offered?.operation.takesWebIdentity === true;
  if (byToken && verifyWebIdentity !== undefined) {
    return answerWebIdentity(exchange, verifyWebIdentity, offered, form);
  }
  if (proof.kind === 'refused') return refuseUnauthenticated(exchange, proof);
  if (byToken || offered === undefined) return performUnsupported(exchange, proof.caller, action);
  const read = tryReadForm(offered, form);
  if (read instanceof MalformedRequest) return refuseMalformed(exchange, read.message);
  return performRead(exchange, proof.caller, offered, read);
}

function unknown(action: string, version: string): AwsError {
  if (action === '') {
    return {
      name: 'MissingAction',
      status: 400,
      message: 'The request must contain the parameter Action.',
    };
  }
  const named = version === '' ? 'NO_VERSION_SPECIFIED' : version.slice(0, WORD_MAX);
  const message = `Could not find operation ${action.slice(0, WORD_MAX)} for version ${named}`;
  return { name: 'InvalidAction', status: 400, message };
}
