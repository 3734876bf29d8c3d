import { exportJWK, generateKeyPair, SignJWT } from 'jose';

export const ISSUER = 'https://id.example/realms/main';
export const CLIENT_ID = 'console';
/** The secret of the client, which is nowhere to be seen but in requests to the issuer. */
export const CLIENT_SECRET = 'secret-of-the-console+/%';

/** A request that the issuer has got. */
export interface Received {
  readonly url: string;
  readonly authorization: string | null;
  readonly form: URLSearchParams;
}

/** An issuer without a network: what it answers is up to the test. */
export interface TestIssuer {
  readonly fetch: typeof fetch;
  readonly received: readonly Received[];
  /** Members of its document that are other than usual. */
  document: Readonly<Record<string, unknown>>;
  /** Claims of its tokens that are other than usual. */
  claims: Readonly<Record<string, unknown>>;
  /** What the token endpoint answers instead. */
  answer: (() => Response) | undefined;
  isDown: boolean;
  /** Signs tokens with a key that it does not publish. */
  signsWithOtherKey: boolean;
  /** The person signs in at the page: what the browser comes back with. */
  signIn(page: string, nonce?: string): URLSearchParams;
}

export async function makeIssuer(): Promise<TestIssuer> {
  const keys = await generateKeyPair('ES256', { extractable: true });
  const otherKeys = await generateKeyPair('ES256', { extractable: true });
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'key-1', alg: 'ES256', use: 'sig' };
  const codes = new Map<string, { readonly nonce: string; readonly challenge: string }>();
  const received: Received[] = [];
  const token = async (form: URLSearchParams): Promise<Response> => {
    if (issuer.answer !== undefined) return issuer.answer();
    const code = form.get('code') ?? '';
    const begun = codes.get(code);
    codes.delete(code);
    if (begun === undefined) return Response.json({ error: 'invalid_grant' }, { status: 400 });
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      aud: CLIENT_ID,
      sub: '4711',
      preferred_username: 'ann',
      iat: now,
      exp: now + 300,
      nonce: begun.nonce,
      ...issuer.claims,
    };
    const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'key-1' });
    const key = issuer.signsWithOtherKey ? otherKeys.privateKey : keys.privateKey;
    return Response.json({ access_token: 'opaque', token_type: 'Bearer', id_token: await jwt.sign(key) });
  };
  const issuer: TestIssuer = {
    received,
    document: {},
    claims: {},
    answer: undefined,
    isDown: false,
    signsWithOtherKey: false,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      if (issuer.isDown) throw new TypeError('fetch failed');
      const form = new URLSearchParams(await request.text());
      received.push({ url: request.url, authorization: request.headers.get('authorization'), form });
      if (request.url === `${ISSUER}/.well-known/openid-configuration`) {
        return Response.json({
          issuer: ISSUER,
          authorization_endpoint: `${ISSUER}/auth?kind=web`,
          token_endpoint: `${ISSUER}/token`,
          jwks_uri: `${ISSUER}/keys`,
          id_token_signing_alg_values_supported: ['ES256'],
          authorization_response_iss_parameter_supported: true,
          ...issuer.document,
        });
      }
      return request.url === `${ISSUER}/keys` ? Response.json({ keys: [jwk] }) : token(form);
    },
    signIn(page, nonce) {
      const asked = new URL(page).searchParams;
      const code = `code-${codes.size}-of-the-issuer`;
      codes.set(code, {
        nonce: nonce ?? asked.get('nonce') ?? '',
        challenge: asked.get('code_challenge') ?? '',
      });
      return new URLSearchParams({ code, state: asked.get('state') ?? '', iss: ISSUER });
    },
  };
  return issuer;
}
