import { parseArn } from '../../core/identity/index.ts';
import type { Params, Service } from '../../core/operations/index.ts';
import { createWebIdentityVerifier, type WebIdentityVerdict } from '../../fronts/federation/index.ts';

/** How tokens of identity providers are verified here. */
export interface WebIdentityRules {
  readonly clockSkewMs: number;
  /** Whether issuers on loopback may speak plain HTTP. */
  readonly insecureLoopback: boolean;
}

/** Joins the AWS front to the verifier of identity providers' tokens: against those of the wanted role's account. */
export function webIdentities(
  service: Service,
  { clockSkewMs, insecureLoopback }: WebIdentityRules,
): (params: Params) => Promise<WebIdentityVerdict> {
  const verifier = createWebIdentityVerifier({
    providers: (account, issuer) => service.identityProvider(account, issuer),
    fetch,
    nowMs: () => service.nowMs(),
    clockSkewMs,
    allowLoopbackHttp: insecureLoopback,
  });
  return (params) => {
    const account = parseArn(params.optionalText('roleArn') ?? '')?.account ?? '';
    return verifier.verify(params.text('webIdentityToken'), account);
  };
}
