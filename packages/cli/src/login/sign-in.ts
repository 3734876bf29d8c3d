import * as oidc from 'openid-client';
import { Failure, reasonOf } from '../failure.ts';
import { listenForAnswer } from './loopback-answer.ts';
import { isPrivate } from './private-url.ts';

/** Somebody who has signed in. */
export interface SignedInPerson {
  /** Signed by the issuer, for the client; a secret while it is valid. */
  readonly idToken: string;
  /** What their sessions may be called: see `sessionName`. */
  readonly name: string;
}

/** Shows a person where to sign in. */
export type ShowUrl = (url: string) => Promise<void>;

/**
 * Signs a person in: authorization code with PKCE (RFC 7636) and a redirect to this machine (RFC 8252), as a public
 * client. State and nonce tie the answer and the token to this very sign-in; the token's signature is checked.
 *
 * @throws Failure
 */
export async function signIn(issuer: URL, clientId: string, show: ShowUrl): Promise<SignedInPerson> {
  try {
    return await signInAt(issuer, clientId, show);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('could-not', `could not sign in at \`${issuer.href}\`: ${reasonFor(error)}`, {
      cause: error,
    });
  }
}

async function signInAt(issuer: URL, clientId: string, show: ShowUrl): Promise<SignedInPerson> {
  const configuration = await discover(issuer, clientId);
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const verifier = oidc.randomPKCECodeVerifier();
  await using listener = await listenForAnswer(state);
  const url = oidc.buildAuthorizationUrl(configuration, {
    redirect_uri: listener.redirectUri,
    scope: 'openid',
    state,
    nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  });
  // The system opens whatever its programs take for a URL, so only pages may be shown.
  if (!isPrivate(url)) {
    throw new Failure('could-not', `the issuer \`${issuer.href}\` does not sign in on an https page`);
  }
  await show(url.href);
  const tokens = await oidc.authorizationCodeGrant(configuration, await listener.answer(), {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
  });
  const { id_token: idToken } = tokens;
  if (idToken === undefined) throw new Failure('could-not', 'the issuer has sent no ID token');
  return { idToken, name: sessionName(tokens.claims() ?? {}) };
}

function discover(issuer: URL, clientId: string): Promise<oidc.Configuration> {
  const execute = [oidc.enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [allowHttp] : [])];
  return oidc.discovery(issuer, clientId, {}, oidc.None(), { execute });
}

// oxlint-disable-next-line typescript/no-deprecated -- deprecated only to stand out; http issuers are on loopback
const allowHttp = oidc.allowInsecureRequests;

/** A name for the session in the record: what people are known by, in the characters that STS takes. */
export function sessionName(claims: Readonly<Record<string, unknown>>): string {
  for (const name of [claims['preferred_username'], claims['email'], claims['sub']]) {
    if (typeof name !== 'string') continue;
    const clean = name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, nameCharactersMax);
    if (clean.length >= nameCharactersMin) return clean;
  }
  return 'keywitness-login';
}

const nameCharactersMin = 2;
const nameCharactersMax = 64;

/** The issuer's own words where it has some. A parser quotes what it cannot read, and that could be a token. */
function reasonFor(error: unknown): string {
  if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError) {
    const description = error.error_description === undefined ? '' : ` (${error.error_description})`;
    return `${error.error}${description}`;
  }
  return isParserError(error) ? 'an answer of the issuer is not what it should be' : reasonOf(error);
}

function isParserError(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < causesMax && cause instanceof Error; depth += 1) {
    if (cause instanceof SyntaxError) return true;
    cause = cause.cause;
  }
  return false;
}

const causesMax = 8;
