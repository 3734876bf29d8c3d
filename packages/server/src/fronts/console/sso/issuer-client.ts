import type { SignInError } from '@keywitness/api';
import * as oauth from 'oauth4webapi';
import type { BegunSignIn } from './begun-sign-in.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { SingleSignOn } from '../single-sign-on.ts';

/** Why the issuer's part of a sign-in failed, in words of ours: those of the issuer may hold anything (G8). */
export interface IssuerFailure {
  readonly kind: 'failed';
  readonly error: Extract<SignInError, 'invalid-answer' | 'issuer-refused' | 'issuer-unreachable'>;
  readonly message: string;
}

/** What the issuer gave for a code. */
export type Exchanged = { readonly kind: 'token'; readonly idToken: string } | IssuerFailure;

const LIMITS = { answerBytesMax: 256 * 1024, answerMsMax: 5_000 } as const;
/** The issuer's document is read again when it is older, at the next sign-in. */
const METADATA_MS_MAX = 10 * 60_000;
/** An issuer that failed is left alone for this time. */
const FAILURE_COOLDOWN_MS = 5_000;
const SCOPES = ['openid', 'profile', 'email'] as const;
const loopbackHosts: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * The issuer, as a client of OpenID Connect sees it: authorization code (RFC 6749, section 4.1) with PKCE, state and
 * nonce, and the issuer's name in its answer where it has that (RFC 9207). Whether the token is genuine is for others to
 * say.
 */
export class IssuerClient {
  readonly #sso: SingleSignOn;
  readonly #nowMs: () => number;
  readonly #client: oauth.Client;
  readonly #allowsHttp: boolean;
  readonly #options: oauth.DiscoveryRequestOptions & oauth.TokenEndpointRequestOptions;
  #metadata: Promise<oauth.AuthorizationServer> | undefined;
  #askedAtMs = 0;
  #hasFailed = false;

  constructor(sso: SingleSignOn, nowMs: () => number) {
    this.#sso = sso;
    this.#nowMs = nowMs;
    this.#client = { client_id: sso.clientId, [oauth.clockTolerance]: Math.floor(sso.clockSkewMs / 1000) };
    this.#allowsHttp = sso.allowLoopbackHttp && loopbackHosts.has(new URL(sso.issuer).hostname);
    this.#options = {
      [oauth.customFetch]: boundedFetch(sso.fetch, LIMITS),
      ...(this.#allowsHttp ? { [allowHttp]: true } : {}),
    };
  }

  /** Where a person signs in. */
  async authorizationUrl(
    begun: BegunSignIn,
  ): Promise<{ readonly kind: 'url'; readonly url: string } | IssuerFailure> {
    try {
      const metadata = await this.#discover();
      const url = new URL(metadata.authorization_endpoint ?? '');
      if (url.protocol !== 'https:' && !(this.#allowsHttp && url.protocol === 'http:')) {
        return failed('invalid-answer', 'the issuer does not sign in on an https page');
      }
      const supported = metadata.scopes_supported;
      const scopes = SCOPES.filter((scope) => scope === 'openid' || supported?.includes(scope) !== false);
      const wanted = {
        client_id: this.#sso.clientId,
        code_challenge: await oauth.calculatePKCECodeChallenge(begun.verifier),
        code_challenge_method: 'S256',
        nonce: begun.nonce,
        redirect_uri: this.#sso.redirectUri,
        response_type: 'code',
        scope: scopes.join(' '),
        state: begun.state,
      };
      for (const [name, value] of Object.entries(wanted)) url.searchParams.set(name, value);
      return { kind: 'url', url: url.href };
    } catch (error) {
      return failureOf(error);
    }
  }

  /** Exchanges the code of an answer for an ID token, once the answer is known to belong to this sign-in. */
  async exchange(answer: URLSearchParams, begun: BegunSignIn): Promise<Exchanged> {
    const { redirectUri } = this.#sso;
    try {
      const metadata = await this.#discover();
      const params = oauth.validateAuthResponse(metadata, this.#client, answer, begun.state);
      const response = await oauth.authorizationCodeGrantRequest(
        metadata,
        this.#client,
        this.#authentication(metadata),
        params,
        redirectUri,
        begun.verifier,
        this.#options,
      );
      const expected = { expectedNonce: begun.nonce, requireIdToken: true };
      const tokens = await oauth.processAuthorizationCodeResponse(metadata, this.#client, response, expected);
      return tokens.id_token === undefined
        ? failed('invalid-answer', 'the issuer has sent no ID token')
        : { kind: 'token', idToken: tokens.id_token };
    } catch (error) {
      return failureOf(error);
    }
  }

  /** A client that keeps a secret shows it in a header, as every issuer has to know, unless it wants it in the form. */
  #authentication({
    token_endpoint_auth_methods_supported: methods = ['client_secret_basic'],
  }: oauth.AuthorizationServer): oauth.ClientAuth {
    const { clientSecret } = this.#sso;
    if (clientSecret === undefined) return oauth.None();
    return methods.includes('client_secret_basic')
      ? oauth.ClientSecretBasic(clientSecret())
      : oauth.ClientSecretPost(clientSecret());
  }

  /** The issuer's document (OpenID Connect Discovery 1.0, section 4); everybody who waits for it waits for the same one. */
  async #discover(): Promise<oauth.AuthorizationServer> {
    const ageMs = this.#nowMs() - this.#askedAtMs;
    const isFresh = ageMs >= 0 && ageMs < (this.#hasFailed ? FAILURE_COOLDOWN_MS : METADATA_MS_MAX);
    if (this.#metadata !== undefined && isFresh) return this.#metadata;
    this.#askedAtMs = this.#nowMs();
    this.#hasFailed = false;
    this.#metadata = this.#ask();
    try {
      return await this.#metadata;
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }

  async #ask(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(this.#sso.issuer);
    const response = await oauth.discoveryRequest(issuer, this.#options);
    return oauth.processDiscoveryResponse(issuer, response);
  }
}

// oxlint-disable-next-line typescript/no-deprecated -- deprecated only to stand out; http issuers are on loopback
const allowHttp = oauth.allowInsecureRequests;

function failed(error: IssuerFailure['error'], message: string): IssuerFailure {
  return { kind: 'failed', error, message };
}

/** The library's messages name parameters and claims, and never their values. */
function failureOf(error: unknown): IssuerFailure {
  if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError) {
    const code = /^[a-z_]{1,64}$/.test(error.error) ? `: \`${error.error}\`` : '';
    return failed('issuer-refused', `the issuer refused the sign-in${code}`);
  }
  if (error instanceof oauth.WWWAuthenticateChallengeError) {
    return failed('issuer-refused', 'the issuer did not accept this client');
  }
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    return failed('invalid-answer', `the issuer's answer was not accepted: ${error.message}`);
  }
  return failed('issuer-unreachable', 'the issuer could not be reached');
}
