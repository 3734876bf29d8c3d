import type { SignatureVerdict } from '../sigv4/index.ts';

type Refused = SignatureVerdict & { readonly kind: 'refused' };

/** The refusal of a request that no page of the console's has made (`spec/console.md`, "cross-site requests"). */
export function crossSite(message: string, claimedAccessKeyId?: string): Refused {
  const refusal = { kind: 'refused', code: 'CrossSiteRequest', message } as const;
  return claimedAccessKeyId === undefined ? refusal : { ...refusal, claimedAccessKeyId };
}
