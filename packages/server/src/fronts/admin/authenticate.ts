import type { Actor } from '../../core/audit/index.ts';
import type { AttemptRequest, Caller } from '../../core/operations/index.ts';
import { type HttpAnswer, type HttpRequest, provingCertificate } from '../http/index.ts';
import type { AdminFront } from './admin-parts.ts';
import { errorAnswer } from './answers.ts';

/** Who sent a request, or the recorded refusal to believe it. */
export type Authenticated =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly answer: HttpAnswer };

/**
 * Checks the signature, or the console's cookie; of a request that has neither, the client certificate of its connection. A signature that does not
 * hold is never made good by a certificate. A request that fails is recorded with the credential that it claimed (G2).
 *
 * @throws LedgerError when the refusal could not be recorded.
 */
export async function authenticate(
  front: AdminFront,
  request: HttpRequest,
  attempt: AttemptRequest,
): Promise<Authenticated> {
  const verdict = front.verifySignature(request);
  if (verdict.kind === 'verified') return { kind: 'caller', caller: verdict.caller };
  const certificate = provingCertificate(request.attempt);
  if (verdict.unsigned === true && certificate !== undefined) {
    const caller = front.service.certificateCaller(certificate);
    if (caller !== undefined) return { kind: 'caller', caller };
  }
  const { code, message, claimedAccessKeyId } = verdict;
  const recorded = await front.service.refuse(attempt, {
    outcome: 'denied',
    action: 'request.unauthenticated',
    code,
    message,
    actor: claimedActor(claimedAccessKeyId),
  });
  const status = code === 'CrossSiteRequest' ? 403 : 401;
  const answer = errorAnswer({ requestId: attempt.requestId, recorded }, status, { code, message });
  return { kind: 'refused', answer };
}

/** The actor of a request whose caller is known and that never became an operation. */
export function signedActor({ principalArn, credentialId }: Caller): Actor {
  const [, , , , account = '', resource = ''] = principalArn.split(':');
  const [kind, ...path] = resource.split('/');
  const isAssumed = kind === 'assumed-role';
  const name = (isAssumed ? path[0] : path.at(-1)) ?? '';
  return { type: isAssumed ? 'role' : 'user', account, arn: principalArn, credentialId, name };
}

function claimedActor(accessKeyId: string | undefined): Actor {
  if (accessKeyId === undefined) return { type: 'anonymous' };
  return { type: 'anonymous', credentialId: accessKeyId, unverified: true };
}
