import type { AttemptRequest, Caller } from '../../core/operations/index.ts';
import { provingCertificate } from '../http/index.ts';
import type { SignatureVerdict } from '../sigv4/index.ts';

/** Somebody proved who they are. */
export interface Verified {
  readonly kind: 'verified';
  readonly caller: Caller;
}

/** Nobody did. */
export type Refused = SignatureVerdict & { readonly kind: 'refused' };

/** Who a request comes from. */
export type Proof = Verified | Refused;

/** Who a TLS client certificate stands for, by the SHA-256 of its DER encoding. */
export type CertificateCaller = (sha256: string) => Caller | undefined;

/**
 * Who sent a request to a service: whoever signed it for that service, or proved it for all of them, or, when no signature was sent at all, whoever
 * the client certificate of its connection stands for. A signature that does not hold is never made good by a
 * certificate.
 */
export function proofOf(
  verdict: SignatureVerdict,
  service: string,
  attempt: AttemptRequest,
  certificateCaller: CertificateCaller,
): Proof {
  if (verdict.kind === 'verified') {
    const { caller, scope } = verdict;
    return (scope.service ?? service) === service ? verdict : outOfScope(caller, service);
  }
  const certificate = provingCertificate(attempt);
  if (verdict.unsigned !== true || certificate === undefined) return verdict;
  const caller = certificateCaller(certificate);
  return caller === undefined ? verdict : { kind: 'verified', caller };
}

/** A signature for another service says nothing to this one. */
function outOfScope({ credentialId }: Caller, service: string): Refused {
  return {
    kind: 'refused',
    code: 'InvalidSignature',
    message: `Credential should be scoped to correct service: '${service}'.`,
    claimedAccessKeyId: credentialId,
  };
}
