import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { IdentityProviderRecord } from '../../core/identity/index.ts';
import type { FederationLimits } from './limits.ts';
import { createWebIdentityVerifier, type WebIdentityVerdict, type WebIdentityVerifier } from './verify.ts';

export const account = '111122223333';
const clientId = 'keywitness';
/** When it is in the tests, in seconds. */
export const nowSeconds = 1_780_000_000;

/** A key pair of an issuer's. */
export interface IssuerKeyPair {
  readonly id: string;
  readonly algorithm: string;
  readonly privateKey: Parameters<SignJWT['sign']>[0];
  /** The public half, as it is published. */
  readonly jwk: JWK;
}

export async function makeKey(id: string, algorithm = 'ES256'): Promise<IssuerKeyPair> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: id, alg: algorithm, use: 'sig' };
  return { id, algorithm, privateKey, jwk };
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An issuer on loopback that publishes what a test wants it to. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  readonly provider: IdentityProviderRecord;
  /** Paths that were asked for. */
  readonly requests: readonly string[];
  /** Members of the key set. */
  keys: readonly unknown[];
  /** What the two documents are answered with instead. */
  readonly answers: Map<'discovery' | 'keys', Answer>;
}

export const discoveryPath = '/.well-known/openid-configuration';

export function answerJson(value: unknown): Answer {
  return (_request, response) => void response.end(JSON.stringify(value));
}

export async function startIssuer(keys: readonly unknown[] = []): Promise<Issuer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    const kind = path === discoveryPath ? 'discovery' : 'keys';
    const usual =
      kind === 'discovery' ? { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` } : { keys: issuer.keys };
    (issuer.answers.get(kind) ?? answerJson(usual))(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const url = `http://127.0.0.1:${address.port}`;
  const issuer: Issuer = {
    url,
    provider: providerOf(url),
    requests,
    keys,
    answers: new Map(),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.closeAllConnections();
      server.close();
      await closed;
    },
  };
  return issuer;
}

export function providerOf(url: string, ofAccount: string = account): IdentityProviderRecord {
  return {
    arn: `arn:aws:iam::${ofAccount}:oidc-provider/${url.replace(/^https?:\/\//, '')}`,
    account: ofAccount,
    url,
    clientIds: [clientId, 'other-client'],
    thumbprints: [],
    createdAtMs: 0,
    tags: [],
  };
}

/** A verifier with a clock that tests set, for one issuer. */
export interface VerifierBench {
  readonly verifier: WebIdentityVerifier;
  verify(token: string): Promise<WebIdentityVerdict>;
  /** The words of the refusal; `verified` otherwise. */
  outcome(token: string): Promise<string>;
  nowMs: number;
}

export function benchFor(
  provider: IdentityProviderRecord,
  options: { readonly limits?: Partial<FederationLimits>; readonly fetch?: typeof fetch } = {},
): VerifierBench {
  const verifier = createWebIdentityVerifier({
    providers: (ofAccount, issuer) =>
      ofAccount === provider.account && issuer === provider.url ? provider : undefined,
    fetch,
    nowMs: () => bench.nowMs,
    clockSkewMs: 60_000,
    allowLoopbackHttp: true,
    ...options,
  });
  const bench: VerifierBench = {
    verifier,
    verify: (token) => verifier.verify(token, provider.account),
    outcome: async (token) => {
      const verdict = await bench.verify(token);
      return verdict.kind === 'verified' ? 'verified' : `${verdict.code}: ${verdict.message}`;
    },
    nowMs: nowSeconds * 1000,
  };
  return bench;
}

/** Claims that every test's issuer makes; `undefined` leaves one out. */
export function usualClaims(issuer: string): Readonly<Record<string, unknown>> {
  return { iss: issuer, sub: 'ann', aud: clientId, iat: nowSeconds, exp: nowSeconds + 600 };
}

export function signToken(
  key: IssuerKeyPair,
  claims: Readonly<Record<string, unknown>>,
  header: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: key.algorithm, kid: key.id, ...header })
    .sign(key.privateKey);
}

/** A part of a token, from JSON text or a value. */
export function encodePart(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}
