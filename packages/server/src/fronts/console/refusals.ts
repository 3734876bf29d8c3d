import type { Actor } from '../../core/audit/index.ts';
import type { AttemptRequest, Recorded, Service } from '../../core/operations/index.ts';
import type { HttpAnswer } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';
import { type ConsoleError, errorAnswer } from './answers.ts';

type Refused = SignatureVerdict & { readonly kind: 'refused' };

/** The attempt in the console's own words. */
export function named(attempt: AttemptRequest, operation: string): AttemptRequest {
  return { ...attempt, protocol: { front: 'console', service: 'keywitness', operation } };
}

/** Records and answers a request whose sender did not prove who they are (G2). @throws LedgerError */
export async function refuseUnproven(
  service: Service,
  attempt: AttemptRequest,
  { claimedAccessKeyId, code, message }: Refused,
): Promise<HttpAnswer> {
  const recorded = await service.refuse(attempt, {
    outcome: 'denied',
    action: 'request.unauthenticated',
    code,
    message,
    actor: claimedActor(claimedAccessKeyId),
  });
  const status = code === 'CrossSiteRequest' ? 403 : 401;
  return errorAnswer(attempt.requestId, recorded, { status, code, message });
}

/** Records a request that is none of the console's. @throws LedgerError */
export async function recordUnknown(
  service: Service,
  attempt: AttemptRequest,
  { code, message }: ConsoleError,
): Promise<Recorded> {
  return service.refuse(attempt, { outcome: 'error', action: 'request.unknown', code, message });
}

function claimedActor(accessKeyId: string | undefined): Actor {
  if (accessKeyId === undefined) return { type: 'anonymous' };
  return { type: 'anonymous', credentialId: accessKeyId, unverified: true };
}
