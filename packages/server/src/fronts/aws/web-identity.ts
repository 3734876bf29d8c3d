import type { WebIdentity } from '../../core/identity/index.ts';
import type { OperationErrorCode, Params } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import { webIdentityError } from './error-names.ts';
import type { FormNode } from './form.ts';
import { MalformedRequest } from './malformed.ts';
import {
  performRead,
  type QueryExchange,
  refuse,
  refuseMalformed,
  refuseUnauthenticated,
  tryReadForm,
} from './query-exchange.ts';
import type { QueryOperation } from './query-operations.ts';

/** Who a token speaks of, or why nobody can tell. Messages hold nothing of the token (G8). */
export type WebIdentityVerdict =
  | { readonly kind: 'verified'; readonly webIdentity: WebIdentity }
  | { readonly kind: 'refused'; readonly code: OperationErrorCode; readonly message: string };

/**
 * Verifies the token among the parameters of AssumeRoleWithWebIdentity, `webIdentityToken`, for the account of
 * `roleArn`. Refusals are answers, whatever was sent.
 */
export type VerifyWebIdentity = (params: Params) => Promise<WebIdentityVerdict>;

const TOKEN = 'webIdentityToken';

/**
 * Answers an operation that takes a web identity, which clients send without a signature: the token is what proves. A signature that
 * is sent nevertheless must hold, and says nothing more.
 */
export async function answerWebIdentity(
  exchange: QueryExchange,
  verifyWebIdentity: VerifyWebIdentity,
  offered: QueryOperation,
  form: FormNode,
): Promise<HttpAnswer> {
  const { proof } = exchange;
  if (proof.kind === 'refused' && proof.unsigned !== true) return refuseUnauthenticated(exchange, proof);
  const read = tryReadForm(offered, form);
  if (read instanceof MalformedRequest) return refuseMalformed(exchange, read.message);
  if (read.kind === 'invalid') {
    const error = { ...webIdentityError('Validation'), message: read.message };
    return refuse(exchange, { outcome: 'error', action: 'request.malformed' }, error);
  }
  const verdict = await verifyWebIdentity(read.params);
  if (verdict.kind === 'refused') {
    const error = { ...webIdentityError(verdict.code), message: verdict.message };
    return refuse(exchange, { outcome: 'denied', action: 'request.unauthenticated' }, error);
  }
  const { webIdentity } = verdict;
  const caller = { principalArn: webIdentity.providerArn, credentialId: 'web-identity', webIdentity };
  // The operation gets what the token says, and never the token.
  return performRead(exchange, caller, offered, { kind: 'read', params: read.params.without(TOKEN) });
}
