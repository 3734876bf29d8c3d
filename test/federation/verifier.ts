import {
  createWebIdentityVerifier,
  type WebIdentityVerifier,
} from '../../packages/server/src/fronts/federation/index.ts';
import { audience } from './oidc-issuer.ts';

/** The account that knows the issuer. */
export const account = '111122223333';

/** A verifier whose clock can be put forward, with the issuer registered in one account. */
export function verifierFor(url: string): WebIdentityVerifier & { skip(ms: number): void } {
  let skippedMs = 0;
  const host = url.replace(/^https?:\/\//, '');
  const provider = {
    arn: `arn:aws:iam::${account}:oidc-provider/${host}`,
    account,
    url,
    clientIds: [audience],
    thumbprints: [],
    createdAtMs: 0,
    tags: [],
  };
  const verifier = createWebIdentityVerifier({
    providers: (ofAccount, issuer) => (ofAccount === account && issuer === url ? provider : undefined),
    fetch,
    nowMs: () => Date.now() + skippedMs,
    clockSkewMs: 60_000,
    allowLoopbackHttp: true,
  });
  return { verify: (token, of) => verifier.verify(token, of), skip: (ms) => void (skippedMs += ms) };
}
