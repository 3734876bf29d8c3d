import type { WebIdentity } from '../../core/identity/index.ts';
import type { OperationErrorCode, Params } from '../../core/operations/index.ts';

/** How people sign in with their organization's account. */
export interface SingleSignOn {
  /** The issuer's URL, as it stands in its tokens. */
  readonly issuer: string;
  readonly clientId: string;
  /** Reads the client's secret; absent for a public client. */
  readonly clientSecret?: (() => string) | undefined;
  /** ARNs of the roles that people may sign in to. */
  readonly roles: readonly string[];
  /** Where the issuer sends people back to: an address of this console. */
  readonly redirectUri: string;
  readonly fetch: typeof fetch;
  /** For tests and development: issuers on this machine may be reached by `http`. */
  readonly allowLoopbackHttp: boolean;
  readonly clockSkewMs: number;
  /** Seals what nobody but this installation may read or make, as characters of a cookie. */
  readonly seal: (bytes: Uint8Array) => string;
  /** Opens what was sealed; `undefined` for anything else. */
  readonly open: (sealed: string) => Uint8Array | undefined;
  /** Verifies the token among the parameters, `webIdentityToken`, for the account of `roleArn`. */
  readonly verifyWebIdentity: (params: Params) => Promise<WebIdentityVerdict>;
}

/** Who a token speaks of, or why nobody can tell. Messages hold nothing of the token (G8). */
export type WebIdentityVerdict =
  | { readonly kind: 'verified'; readonly webIdentity: WebIdentity }
  | { readonly kind: 'refused'; readonly code: OperationErrorCode; readonly message: string };
