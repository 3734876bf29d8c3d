import assert from 'node:assert/strict';
import { createHmac, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CompactEncrypt, CompactSign, generateKeyPair } from 'jose';
import {
  account,
  benchFor,
  discoveryPath,
  encodePart,
  type IssuerKeyPair,
  makeKey,
  nowSeconds,
  providerOf,
  signToken,
  startIssuer,
  usualClaims,
} from './issuer.test-fixture.ts';
import { createWebIdentityVerifier } from './index.ts';

const key = await makeKey('k1');
const rsa = await makeKey('r1', 'RS256');
const attacker = await makeKey('k1');

const signatureInvalid = "InvalidIdentityToken: the token's signature is not valid";
const keyUnknown = "InvalidIdentityToken: the token's issuer has no key that fits the token";
const algorithmRefused = "InvalidIdentityToken: the token's algorithm is not one of those that are accepted";
const notCompact = 'InvalidIdentityToken: the token is not a signed JWT in compact form';
const notEncoded = 'InvalidIdentityToken: the token is not properly base64url encoded';
const headerMalformed = "InvalidIdentityToken: the token's header is not a JSON object with distinct members";
const claimsMalformed =
  "InvalidIdentityToken: the token's claims are not a JSON object with distinct members";
const issuerUnknown = "InvalidIdentityToken: the account has no identity provider for the token's issuer";

/** Signs a text that may be no JSON at all. */
function signText(by: IssuerKeyPair, payload: string | Uint8Array): Promise<string> {
  return new CompactSign(typeof payload === 'string' ? Buffer.from(payload) : payload)
    .setProtectedHeader({ alg: by.algorithm, kid: by.id })
    .sign(by.privateKey);
}

function partsOf(token: string): readonly [header: string, claims: string, signature: string] {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return [header, claims, signature];
}

test('tokens without a signature are refused, however `none` is written', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const claims = encodePart(usualClaims(issuer.url));
  const [, , signature] = partsOf(await signToken(key, usualClaims(issuer.url)));
  for (const alg of ['none', 'None', 'NONE', 'nOnE', '', null, ['none'], undefined]) {
    const header = encodePart({ alg, kid: 'k1' });
    assert.equal(await bench.outcome(`${header}.${claims}.`), notCompact);
    assert.equal(await bench.outcome(`${header}.${claims}`), notCompact);
    assert.equal(await bench.outcome(`${header}.${claims}.${signature}`), algorithmRefused);
  }
  assert.deepEqual(issuer.requests, []);
});

test('an HMAC with the public key for a secret is refused, in every form of that key', async () => {
  await using issuer = await startIssuer([rsa.jwk, { ...rsa.jwk, kid: 'r2', alg: undefined }]);
  const bench = benchFor(issuer.provider);
  const { n = '', e = '' } = rsa.jwk;
  const publicKey = createPublicKey({ key: { kty: 'RSA', n, e }, format: 'jwk' });
  const secrets = [
    publicKey.export({ type: 'spki', format: 'pem' }),
    publicKey.export({ type: 'spki', format: 'der' }),
    publicKey.export({ type: 'pkcs1', format: 'pem' }),
    JSON.stringify(rsa.jwk),
    n,
    '',
  ];
  for (const secret of secrets) {
    for (const kid of ['r1', 'r2']) {
      const signed = `${encodePart({ alg: 'HS256', kid })}.${encodePart(usualClaims(issuer.url))}`;
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      assert.equal(await bench.outcome(`${signed}.${signature}`), algorithmRefused);
      const relabelled = signed.replace(/^[^.]+/, encodePart({ alg: 'RS256', kid }));
      assert.equal(await bench.outcome(`${relabelled}.${signature}`), signatureInvalid);
    }
  }
});

test('a key id is compared and leads nowhere', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const ids: readonly string[] = [
    '../../../../../../dev/null',
    '/dev/null',
    'file:///etc/passwd',
    `${issuer.url}/attacker-keys`,
    "k1' UNION SELECT 'c2VjcmV0' --",
    'k1\u0000',
    'k1 ',
    'K1',
    '',
    '$(id)|id',
    '__proto__',
    'constructor',
    '0',
  ];
  for (const kid of ids) {
    assert.equal(
      await bench.outcome(await signToken(attacker, usualClaims(issuer.url), { kid })),
      keyUnknown,
      kid,
    );
  }
  for (const kid of [7, null, ['k1'], { k1: true }, 'k'.repeat(257)]) {
    const token = await signToken(attacker, usualClaims(issuer.url), { kid });
    assert.equal(await bench.outcome(token), "InvalidIdentityToken: the token's key id is not a short text");
  }
  assert.deepEqual(new Set(issuer.requests), new Set([discoveryPath, '/keys']));
});

test('keys and URLs of keys that a token brings along are not looked at', async () => {
  await using issuer = await startIssuer([key.jwk]);
  await using other = await startIssuer([attacker.jwk]);
  const bench = benchFor(issuer.provider);
  const headers: readonly Readonly<Record<string, unknown>>[] = [
    { jwk: attacker.jwk },
    { jku: `${other.url}/keys` },
    { x5u: `${other.url}/certificate` },
    { x5c: ['MIIB'] },
    { x5t: 'AAAA', 'x5t#S256': 'AAAA' },
    { jku: `${other.url}/keys`, jwk: attacker.jwk, kid: undefined },
    { iss: other.url },
  ];
  for (const header of headers) {
    assert.equal(
      await bench.outcome(await signToken(attacker, usualClaims(issuer.url), header)),
      signatureInvalid,
    );
    const honest = await bench.outcome(await signToken(key, usualClaims(issuer.url), header));
    assert.equal(honest, 'verified', inspect(header));
  }
  assert.deepEqual(other.requests, []);
});

test('headers that must be understood, nested and encrypted tokens are refused', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const [, claims, signature] = partsOf(await signToken(key, usualClaims(issuer.url)));
  const extensions = "InvalidIdentityToken: the token's header has extensions that must be understood";
  const nested = 'InvalidIdentityToken: the token is nested or encrypted';
  const cases: readonly (readonly [header: object, outcome: string])[] = [
    [{ crit: ['exp'], exp: 1 }, extensions],
    [{ crit: [] }, extensions],
    [{ b64: false, crit: ['b64'] }, extensions],
    [{ b64: true }, extensions],
    [{ cty: 'JWT' }, nested],
    [{ enc: 'A256GCM' }, nested],
    [{ zip: 'DEF' }, nested],
  ];
  for (const [header, outcome] of cases) {
    const encoded = encodePart({ alg: 'ES256', kid: 'k1', ...header });
    assert.equal(await bench.outcome(`${encoded}.${claims}.${signature}`), outcome);
  }
  const { publicKey } = await generateKeyPair('ECDH-ES');
  const encrypted = await new CompactEncrypt(Buffer.from(await signToken(key, usualClaims(issuer.url))))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', cty: 'JWT' })
    .encrypt(publicKey);
  assert.equal(await bench.outcome(encrypted), notCompact);
});

test('a token whose parts were exchanged, changed or left out is refused', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const token = await signToken(key, usualClaims(issuer.url));
  const [header, claims, signature] = partsOf(token);
  const forged = encodePart({ ...usualClaims(issuer.url), sub: 'root' });
  assert.equal(await bench.outcome(token), 'verified');
  const cases: readonly (readonly [token: string, outcome: string])[] = [
    [`${header}.${forged}.${signature}`, signatureInvalid],
    [`${encodePart({ alg: 'ES256', kid: 'k1', x: 1 })}.${claims}.${signature}`, signatureInvalid],
    [`${header}.${claims}.${signature.slice(0, 84)}AA`, signatureInvalid],
    [`${header}.${claims}.${'A'.repeat(86)}`, signatureInvalid],
    [`${header}.${claims}.AA`, signatureInvalid],
    [`${header}..${signature}`, notCompact],
    [`.${claims}.${signature}`, notCompact],
    [`${token}.`, notCompact],
    [`${token}.${signature}`, notCompact],
    [` ${token}`, notCompact],
    [`${token}\n`, notCompact],
    [`Bearer ${token}`, notCompact],
    [JSON.stringify({ protected: header, payload: claims, signature }), notCompact],
    [`${header}=.${claims}.${signature}`, notCompact],
    [`${header}.${claims}.${signature.replace(/.$/, '+')}`, notCompact],
    [`${header}.${claims}.A`, notEncoded],
    [`${header}.${claims}.AB`, notEncoded],
    [`${header.slice(0, -1)}1.${claims}.${signature}`, notEncoded],
  ];
  for (const [changed, outcome] of cases) assert.equal(await bench.outcome(changed), outcome, changed);
});

test('a part that can be read in two ways is refused, signed or not', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const usual = JSON.stringify(usualClaims(issuer.url)).slice(1, -1);
  const payloads = [
    `{${usual},"sub":"root"}`,
    `{"aud":"elsewhere",${usual}}`,
    `{${usual},"s\\u0075b":"root"}`,
    `{${usual},"a":{"b":1,"b":2}}`,
    `{${usual},"a":[{"b":1,"b":2}]}`,
    `{${usual},"deep":${'['.repeat(20)}${']'.repeat(20)}}`,
    `[{${usual}}]`,
    `{${usual}`,
    `{${usual}} x`,
    `\uFEFF{${usual}}`,
    'null',
    '"text"',
    '7',
  ];
  for (const payload of payloads) {
    assert.equal(await bench.outcome(await signText(key, payload)), claimsMalformed);
  }
  const broken = Buffer.concat([
    Buffer.from(`{${usual},"x":"`),
    Buffer.from([0xff, 0xc0]),
    Buffer.from('"}'),
  ]);
  assert.equal(await bench.outcome(await signText(key, broken)), claimsMalformed);
  const [, claims, signature] = partsOf(await signToken(key, usualClaims(issuer.url)));
  for (const header of [
    '{"alg":"none","alg":"ES256","kid":"k1"}',
    '{"alg":"ES256","kid":"k1","kid":"k2"}',
    '["ES256"]',
    'null',
    '{}}',
  ]) {
    assert.equal(await bench.outcome(`${encodePart(header)}.${claims}.${signature}`), headerMalformed);
  }
});

test('the issuer is compared as it is written', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const { port } = new URL(issuer.url);
  const issuers: readonly unknown[] = [
    `${issuer.url}/`,
    issuer.url.toUpperCase(),
    `${issuer.url}?x`,
    `${issuer.url}#x`,
    `${issuer.url} `,
    `http://localhost:${port}`,
    `http://user@127.0.0.1:${port}`,
    `https://127.0.0.1:${port}`,
    `http://127.0.0.1:${port}.example.com`,
    'https://example.com',
    '',
    undefined,
    null,
    7,
    [issuer.url],
    { toString: issuer.url },
  ];
  for (const iss of issuers) {
    assert.equal(
      await bench.outcome(await signToken(key, { ...usualClaims(issuer.url), iss })),
      issuerUnknown,
    );
  }
  assert.deepEqual(issuer.requests, []);
});

test('a lookup that answers with another provider is not believed', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const token = await signToken(key, usualClaims(issuer.url));
  for (const provider of [providerOf(`${issuer.url}/x`), providerOf(issuer.url, '444455556666')]) {
    const verifier = createWebIdentityVerifier({
      providers: () => provider,
      fetch,
      nowMs: () => nowSeconds * 1000,
      clockSkewMs: 0,
      allowLoopbackHttp: true,
    });
    const verdict = await verifier.verify(token, account);
    assert.equal(verdict.kind === 'refused' ? `${verdict.code}: ${verdict.message}` : '', issuerUnknown);
  }
});

test('an issuer cannot speak under the condition keys of a service', async () => {
  const cannot =
    "InvalidIdentityToken: the host of the token's issuer is a single name, which could pass for a service's";
  for (const url of [
    'https://aws',
    'https://AWS/',
    'https://kms',
    'https://keywitness',
    'http://localhost',
  ]) {
    assert.equal(await benchFor(providerOf(url)).outcome(await signToken(key, usualClaims(url))), cannot);
  }
  const fetchNothing = (): Promise<Response> => Promise.reject(new TypeError('no network'));
  for (const url of ['https://aws:8443', 'https://sso/realms/main', 'https://id.example.com']) {
    const bench = benchFor(providerOf(url), { fetch: fetchNothing });
    assert.match(
      await bench.outcome(await signToken(key, usualClaims(url))),
      /^IdentityProviderUnreachable: /,
    );
  }
});

test('keys of one issuer do not verify tokens of another', async () => {
  await using first = await startIssuer([key.jwk]);
  await using second = await startIssuer([attacker.jwk]);
  const bench = benchFor(first.provider);
  assert.equal(await bench.outcome(await signToken(attacker, usualClaims(first.url))), signatureInvalid);
  assert.equal(await bench.outcome(await signToken(attacker, usualClaims(second.url))), issuerUnknown);
});

test('tokens of up to 20,000 bytes are read, longer ones are not', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const claims = { ...usualClaims(issuer.url), fill: Array.from({ length: 14 }, () => 'x'.repeat(1000)) };
  const token = await signToken(key, claims);
  assert.ok(token.length > 18_000 && token.length <= 20_000);
  assert.equal(await bench.outcome(token), 'verified');
  const tooLong = 'InvalidIdentityToken: the token is longer than 20000 bytes';
  assert.equal(await bench.outcome(token + 'A'.repeat(20_001 - token.length)), tooLong);
  assert.equal(await bench.outcome('A'.repeat(10_000_000)), tooLong);
  assert.equal(await bench.outcome(`${'.'.repeat(19_000)}`), notCompact);
});

test('no refusal holds a part of the token', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const canary = 'canary-of-the-token';
  const claims = { ...usualClaims(issuer.url), [canary]: canary };
  const tokens = await Promise.all([
    signToken(attacker, { ...claims, sub: canary }),
    signToken(key, { ...claims, sub: `${canary}\n` }),
    signToken(key, { ...claims, iss: `https://${canary}` }),
    signToken(key, { ...claims, aud: canary }),
    signToken(key, { ...claims, azp: canary }),
    signToken(key, { ...claims, exp: nowSeconds - 600, iat: nowSeconds - 1200 }),
    signToken(key, { ...claims, nbf: nowSeconds + 600 }),
    signToken(key, { ...claims, amr: canary }),
    signToken(key, claims, { kid: canary }),
    signToken(key, claims, { typ: canary }),
    signText(key, `{"${canary}":1,"${canary}":2}`),
    signText(key, canary),
  ]);
  const header = encodePart({ alg: canary });
  for (const token of [...tokens, `${header}.${header}.${header}`, canary, `${canary}.`]) {
    const verdict = await bench.verify(token);
    assert.equal(verdict.kind, 'refused');
    const text = inspect(verdict);
    assert.doesNotMatch(text, new RegExp(canary));
    for (const part of token.split('.').filter((one) => one !== '')) assert.ok(!text.includes(part), text);
  }
});
