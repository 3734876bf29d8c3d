import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { test } from 'node:test';
import { type StubAnswer, startStubService } from '../testing/stub-service.test-kit.ts';
import { signIn, type SignedInPerson } from './sign-in.ts';

const clientId = 'keywitness';
const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });

type Claims = Readonly<Record<string, unknown>>;

/** How an issuer differs from one that does everything right. */
interface Flaws {
  readonly claims?: Claims;
  readonly key?: KeyObject;
  readonly discovery?: Claims;
  /** Instead of the answer with the token. */
  readonly tokenAnswer?: StubAnswer;
  /** Parameters of the answer that the browser brings. */
  readonly answer?: Readonly<Record<string, string>>;
}

function signJwt(claims: Claims, key: KeyObject): string {
  const header = { alg: 'ES256', kid: 'k1' };
  const signed = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/** Signs in at an issuer with flaws, as somebody whose browser comes back at once. */
async function signInWith(flaws: Flaws): Promise<SignedInPerson> {
  let nonce: string | null = null;
  await using stub = await startStubService(({ path }) => {
    const issuer = stub.env['KEYWITNESS_ENDPOINT'] ?? '';
    const headers = { 'content-type': 'application/json' };
    if (path.startsWith('/.well-known/')) {
      const document = {
        issuer,
        authorization_endpoint: `${issuer}/auth`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        id_token_signing_alg_values_supported: ['ES256'],
      };
      return { headers, body: { ...document, ...flaws.discovery } };
    }
    if (path === '/keys') {
      return {
        headers,
        body: { keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }] },
      };
    }
    const nowSeconds = Math.floor(Date.now() / 1000);
    const claims = { iss: issuer, sub: 'ann', aud: clientId, iat: nowSeconds, exp: nowSeconds + 60, nonce };
    const idToken = signJwt({ ...claims, ...flaws.claims }, flaws.key ?? keys.privateKey);
    const body = { access_token: 'secret-of-the-answer', token_type: 'Bearer', id_token: idToken };
    return flaws.tokenAnswer ?? { headers, body };
  });
  const issuer = new URL(stub.env['KEYWITNESS_ENDPOINT'] ?? '');
  return await signIn(issuer, clientId, async (page) => {
    const { searchParams } = new URL(page);
    nonce = searchParams.get('nonce');
    const answer = { code: 'c', state: searchParams.get('state') ?? '', ...flaws.answer };
    const query = new URLSearchParams(answer).toString();
    await fetch(`${searchParams.get('redirect_uri') ?? ''}?${query}`);
  });
}

test('a person is signed in, and called as the issuer calls them', async () => {
  const { idToken, name } = await signInWith({ claims: { preferred_username: 'Ann' } });
  assert.equal(name, 'Ann');
  assert.equal(idToken.split('.').length, 3);
});

test('a token for another sign-in, client or issuer, out of date or not signed by the issuer is not taken', async () => {
  const cases: readonly (readonly [flaws: Flaws, reason: RegExp])[] = [
    [{ claims: { nonce: 'of-another-sign-in' } }, /unexpected ID Token "nonce"/],
    [{ claims: { nonce: undefined } }, /"nonce" \(nonce\) claim missing/],
    [{ claims: { aud: 'other-client' } }, /"aud" \(audience\)/],
    [{ claims: { iss: 'https://id.example.com' } }, /"iss" \(issuer\) claim/],
    [{ claims: { exp: 1 } }, /"exp" \(expiration time\)/],
    [{ key: otherKeys.privateKey }, /signature verification failed/],
    [{ answer: { iss: 'https://id.example.com' } }, /"iss" \(issuer\) response parameter/],
    [{ discovery: { issuer: 'https://id.example.com' } }, /does not match the expected issuer/],
    [{ discovery: { authorization_endpoint: 'file:///etc/passwd' } }, /only HTTP and HTTPS/],
    [{ discovery: { authorization_endpoint: 'http://id.example.com/auth' } }, /not sign in on an https page/],
    [{ discovery: { authorization_endpoint: undefined } }, /authorization_endpoint/],
  ];
  for (const [flaws, message] of cases) {
    await assert.rejects(signInWith(flaws), { name: 'Failure', code: 'could-not', message });
  }
});

test('what an issuer answers is not repeated where it could hold a token', async () => {
  const headers = { 'content-type': 'application/json' };
  const bodies = [
    'eyJsecret',
    '{"id_token":"eyJsecret"',
    '{"id_token":"eyJsecret","token_type":"x"}',
    '"eyJsecret"',
  ];
  for (const body of bodies) {
    await assert.rejects(signInWith({ tokenAnswer: { headers, body } }), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^could not sign in at `http:/);
      assert.doesNotMatch(error.message, /eyJ|secret/);
      return true;
    });
  }
});
