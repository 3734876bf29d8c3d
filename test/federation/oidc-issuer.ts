import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import { browse } from './browser.ts';

/** A public client for people, and the audience of all tokens here. */
export const audience = 'keywitness';
/** A confidential client for programs. */
const workload = { id: 'workload', secret: 'secret-of-the-workload' };
/** A confidential client for the console, where it is told where people come back to. */
export const consoleClient = { id: 'console', secret: 'secret-of-the-console' } as const;
/** The person who signs in at every sign-in page. */
export const person = { subject: 'ann', methods: ['pwd', 'otp'] } as const;

/** A real OpenID Connect provider on loopback. */
export interface OidcIssuer extends AsyncDisposable {
  readonly url: string;
  /** From now on it signs with a new key, and publishes this one only. */
  rotateKeys(): void;
  /** An access token for a program, by client credentials; one of a certain age has expired, or will soon. */
  workloadToken(ageSeconds?: number, forAudience?: string): Promise<string>;
  /** An ID token for the person, by authorization code with PKCE. */
  personToken(): Promise<string>;
}

/** What the next token for a program is like. */
interface WorkloadTokens {
  readonly audience: string;
  readonly ageSeconds: number;
}

export async function startOidcIssuer(consoleCallback?: string): Promise<OidcIssuer> {
  let provider: Provider | undefined;
  let keys = 0;
  const workloadTokens = { audience, ageSeconds: 0 };
  const server = createServer((request, response) => {
    if (provider === undefined) response.writeHead(503).end();
    else answer(provider, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the issuer has no port');
  const url = `http://127.0.0.1:${address.port}`;
  const rotateKeys = (): void => {
    keys += 1;
    provider = new Provider(url, configuration(makeKey(`key-${keys}`), workloadTokens, consoleCallback));
  };
  rotateKeys();
  return {
    url,
    rotateKeys,
    workloadToken(ageSeconds = 0, forAudience = audience) {
      Object.assign(workloadTokens, { audience: forAudience, ageSeconds });
      return requestWorkloadToken(url);
    },
    personToken: () => requestPersonToken(url),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Whoever is asked to sign in or to consent has done so at once. */
async function answer(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith('/interaction/') !== true) {
    await provider.callback()(request, response);
    return;
  }
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const result =
    prompt.name === 'login'
      ? { login: { accountId: person.subject, amr: person.methods } }
      : { consent: { grantId: await grant(provider, session?.accountId, params['client_id']) } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
}

async function grant(provider: Provider, accountId: unknown, clientId: unknown): Promise<string> {
  if (typeof accountId !== 'string' || typeof clientId !== 'string') throw new TypeError('nobody to consent');
  const given = new provider.Grant({ accountId, clientId });
  given.addOIDCScope('openid');
  return given.save();
}

function configuration(key: object, workloadTokens: WorkloadTokens, consoleCallback?: string): object {
  return {
    formats: {
      customizers: {
        jwt(_ctx: unknown, _token: unknown, { payload }: { readonly payload: { iat: number; exp: number } }) {
          payload.iat -= workloadTokens.ageSeconds;
          payload.exp -= workloadTokens.ageSeconds;
        },
      },
    },
    jwks: { keys: [key] },
    cookies: { keys: ['cookie-key-of-the-suite'] },
    clients: [
      {
        client_id: audience,
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        redirect_uris: ['http://127.0.0.1/callback'],
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
      {
        client_id: workload.id,
        client_secret: workload.secret,
        redirect_uris: [],
        grant_types: ['client_credentials'],
        response_types: [],
      },
      ...(consoleCallback === undefined ? [] : [consoleClientFor(consoleCallback)]),
    ],
    claims: { openid: ['sub', 'amr', 'auth_time'] },
    pkce: { required: () => true },
    interactions: { url: (_ctx: unknown, { uid }: { readonly uid: string }) => `/interaction/${uid}` },
    findAccount: (_ctx: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:keywitness',
        getResourceServerInfo: () => ({
          scope: '',
          audience: workloadTokens.audience,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

function consoleClientFor(callback: string): object {
  return {
    client_id: consoleClient.id,
    client_secret: consoleClient.secret,
    redirect_uris: [callback],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  };
}

function makeKey(id: string): object {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' };
}

async function requestWorkloadToken(url: string): Promise<string> {
  const credentials = Buffer.from(`${workload.id}:${workload.secret}`).toString('base64');
  const form = { grant_type: 'client_credentials', resource: 'urn:keywitness' };
  const tokens = await requestTokens(url, form, { authorization: `Basic ${credentials}` });
  return textOf(tokens, 'access_token');
}

async function requestPersonToken(url: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  // The browser stops before it comes back, so nobody needs to listen there.
  const redirectUri = 'http://127.0.0.1:1/callback';
  const page = new URL(`${url}/auth`);
  page.search = new URLSearchParams({
    client_id: audience,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString();
  const answered = await browse(page.href, redirectUri);
  const code = answered.url.searchParams.get('code');
  if (code === null) throw new Error(`the issuer gave no code: ${answered.url.href} ${answered.text}`);
  const form = { grant_type: 'authorization_code', client_id: audience, redirect_uri: redirectUri };
  return textOf(await requestTokens(url, { ...form, code, code_verifier: verifier }), 'id_token');
}

async function requestTokens(
  url: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const body = new URLSearchParams(form);
  const response = await fetch(`${url}/token`, { method: 'POST', headers: { ...headers }, body });
  return response.json();
}

function textOf(value: unknown, name: string): string {
  const members = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const text = members.get(name);
  if (typeof text === 'string') return text;
  throw new Error(`the issuer gave no ${name}: ${JSON.stringify(value)}`);
}
