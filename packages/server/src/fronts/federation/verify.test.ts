import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompactSign } from 'jose';
import {
  account,
  benchFor,
  type Issuer,
  type IssuerKeyPair,
  makeKey,
  nowSeconds,
  providerOf,
  signToken,
  startIssuer,
  usualClaims,
} from './issuer.test-fixture.ts';
import { createWebIdentityVerifier } from './index.ts';
import { isMultiFactor } from './multi-factor.ts';

const key = await makeKey('k1');

/** What becomes of the usual token with some claims replaced. */
async function outcomeWith(
  issuer: Issuer,
  claims: Readonly<Record<string, unknown>>,
  by = key,
): Promise<string> {
  const token = await signToken(by, { ...usualClaims(issuer.url), ...claims });
  return benchFor(issuer.provider).outcome(token);
}

test('a token of a registered issuer is verified, and its claims are put into our words', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const token = await signToken(key, {
    ...usualClaims(issuer.url),
    auth_time: nowSeconds - 60,
    amr: ['pwd', 'otp'],
    jti: 'token-1',
    email: 'ann@example.com',
    email_verified: true,
    groups: ['auditors', 'staff'],
    level: 3,
    'kubernetes.io': { namespace: 'billing' },
    mixed: ['a', 1],
  });
  assert.deepEqual(await bench.verify(token), {
    kind: 'verified',
    webIdentity: {
      providerArn: issuer.provider.arn,
      issuer: issuer.url,
      subject: 'ann',
      audience: 'keywitness',
      claims: {
        iss: [issuer.url],
        sub: ['ann'],
        aud: ['keywitness'],
        amr: ['pwd', 'otp'],
        jti: ['token-1'],
        email: ['ann@example.com'],
        email_verified: ['true'],
        groups: ['auditors', 'staff'],
      },
      issuedAtMs: nowSeconds * 1000,
      expiresAtMs: (nowSeconds + 600) * 1000,
      authTimeMs: (nowSeconds - 60) * 1000,
      mfa: true,
      tokenId: 'token-1',
    },
  });
});

test('tokens of every accepted algorithm are verified', async () => {
  const algorithms = [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
    'Ed25519',
  ];
  const keys = await Promise.all(algorithms.map((algorithm) => makeKey(`k-${algorithm}`, algorithm)));
  await using issuer = await startIssuer(keys.map(({ jwk }) => jwk));
  const bench = benchFor(issuer.provider);
  for (const one of keys) {
    assert.equal(
      await bench.outcome(await signToken(one, usualClaims(issuer.url))),
      'verified',
      one.algorithm,
    );
  }
});

test('a token without a key id is verified by any key of the issuer that fits', async () => {
  const other = await makeKey('k2');
  await using issuer = await startIssuer([other.jwk, { ...key.jwk, kid: undefined }]);
  const token = await signToken(key, usualClaims(issuer.url), { kid: undefined });
  assert.equal(await benchFor(issuer.provider).outcome(token), 'verified');
});

test('identity and access tokens are taken; tokens of other types are not', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  for (const typ of ['JWT', 'jwt', 'at+jwt', 'application/at+jwt']) {
    assert.equal(
      await bench.outcome(await signToken(key, usualClaims(issuer.url), { typ })),
      'verified',
      typ,
    );
  }
  for (const typ of ['logout+jwt', 'secevent+jwt', 'dpop+jwt', 'kb+jwt', '', 7]) {
    const outcome = await bench.outcome(await signToken(key, usualClaims(issuer.url), { typ }));
    assert.equal(outcome, "InvalidIdentityToken: the token's type is not that of an identity token");
  }
});

test('the audience is a registered client, and so is the party that a token was made for', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const audienceOf = async (claims: Readonly<Record<string, unknown>>): Promise<string> => {
    const token = await signToken(key, { ...usualClaims(issuer.url), ...claims });
    const verdict = await benchFor(issuer.provider).verify(token);
    if (verdict.kind === 'refused') return verdict.message;
    assert.deepEqual(verdict.webIdentity.claims['aud'], [verdict.webIdentity.audience]);
    return verdict.webIdentity.audience;
  };
  const unregistered = "the token's audience is not registered with the identity provider";
  const unauthorized = "the token's authorized party is not registered with the identity provider";
  const malformed = "the token's audience is not a text or a short list of texts";
  const cases: readonly (readonly [claims: Readonly<Record<string, unknown>>, answer: string])[] = [
    [{ aud: 'keywitness' }, 'keywitness'],
    [{ aud: ['other-client'] }, 'other-client'],
    [{ aud: 'keywitness', azp: 'other-client' }, 'keywitness'],
    [{ aud: ['keywitness', 'other-client'], azp: 'other-client' }, 'other-client'],
    [{ aud: ['elsewhere', 'keywitness'], azp: 'other-client' }, 'keywitness'],
    [{ aud: ['keywitness', 'other-client'] }, 'the token has several audiences and no authorized party'],
    [{ aud: 'elsewhere' }, unregistered],
    [{ aud: 'Keywitness' }, unregistered],
    [{ aud: 'keywitness ' }, unregistered],
    [{ aud: 'elsewhere', azp: 'keywitness' }, unregistered],
    [{ aud: 'keywitness', azp: 'elsewhere' }, unauthorized],
    [{ aud: 'keywitness', azp: null }, unauthorized],
    [{ aud: undefined }, malformed],
    [{ aud: [] }, malformed],
    [{ aud: ['keywitness', 7] }, malformed],
    [{ aud: { keywitness: true } }, malformed],
    [{ aud: Array.from({ length: 33 }, () => 'keywitness') }, malformed],
  ];
  for (const [claims, answer] of cases) {
    assert.equal(await audienceOf(claims), answer, JSON.stringify(claims));
  }
});

test('times hold to the second, with the skew that is allowed', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const without = 'InvalidIdentityToken: the token does not say from when until when it is valid';
  const odd = "InvalidIdentityToken: the token's times are not numbers of seconds";
  const future = 'IdentityProviderRejectedClaim: the token is from the future';
  const cases: readonly (readonly [claims: Readonly<Record<string, unknown>>, outcome: string])[] = [
    [{ iat: nowSeconds - 600, exp: nowSeconds - 59 }, 'verified'],
    [{ iat: nowSeconds - 600, exp: nowSeconds - 60 }, 'ExpiredToken: the token has expired'],
    [{ iat: nowSeconds + 60 }, 'verified'],
    [{ iat: nowSeconds + 61 }, future],
    [{ nbf: nowSeconds + 60 }, 'verified'],
    [{ nbf: nowSeconds + 61 }, 'IdentityProviderRejectedClaim: the token is not valid yet'],
    [{ auth_time: nowSeconds + 61 }, future],
    [{ iat: nowSeconds, exp: nowSeconds }, without],
    [{ exp: undefined }, without],
    [{ iat: undefined }, without],
    [{ exp: String(nowSeconds + 600) }, without],
    [{ exp: 1e300 }, without],
    [{ exp: (nowSeconds + 600) * 1000 }, without],
    [{ nbf: 'now' }, odd],
    [{ auth_time: null }, odd],
  ];
  for (const [claims, outcome] of cases) {
    assert.equal(await outcomeWith(issuer, claims), outcome, JSON.stringify(claims));
  }
});

test('a token may be used again until it expires, and not after', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const token = await signToken(key, { ...usualClaims(issuer.url), jti: 'once' });
  for (let time = 0; time < 3; time += 1) assert.equal(await bench.outcome(token), 'verified');
  bench.nowMs += 660_000;
  assert.equal(await bench.outcome(token), 'ExpiredToken: the token has expired');
});

test('the same issuer stands for a different provider in each account, and only where it is registered', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const second = { ...providerOf(issuer.url, '444455556666'), clientIds: ['second'] };
  const registered = [issuer.provider, second];
  const verifier = createWebIdentityVerifier({
    providers: (ofAccount, url) => registered.find((one) => one.account === ofAccount && one.url === url),
    fetch,
    nowMs: () => nowSeconds * 1000,
    clockSkewMs: 0,
    allowLoopbackHttp: true,
  });
  const outcome = async (token: string, ofAccount: string): Promise<string> => {
    const verdict = await verifier.verify(token, ofAccount);
    return verdict.kind === 'verified' ? verdict.webIdentity.providerArn : verdict.code;
  };
  const [first, other] = await Promise.all([
    signToken(key, usualClaims(issuer.url)),
    signToken(key, { ...usualClaims(issuer.url), aud: 'second' }),
  ]);
  assert.equal(await outcome(first, account), issuer.provider.arn);
  assert.equal(await outcome(first, '444455556666'), 'InvalidIdentityToken');
  assert.equal(await outcome(other, '444455556666'), second.arn);
  assert.equal(await outcome(other, account), 'InvalidIdentityToken');
  assert.equal(await outcome(first, '777788889999'), 'InvalidIdentityToken');
  registered.length = 0;
  assert.equal(await outcome(first, account), 'InvalidIdentityToken');
});

test('methods are multi-factor when the issuer says so or when they are of two kinds', () => {
  const cases: readonly (readonly [methods: readonly string[], mfa: boolean])[] = [
    [['mfa'], true],
    [['pwd', 'otp'], true],
    [['pin', 'hwk'], true],
    [['swk', 'fpt'], true],
    [['pwd', 'face'], true],
    [[], false],
    [['pwd'], false],
    [['otp'], false],
    [['hwk', 'user'], false],
    [['pwd', 'pin', 'kba'], false],
    [['otp', 'sms', 'hwk'], false],
    [['pwd', 'mca'], false],
    [['pwd', 'geo', 'rba', 'wia', 'pop'], false],
    [['MFA'], false],
    [['constructor', '__proto__'], false],
  ];
  for (const [methods, mfa] of cases) assert.equal(isMultiFactor(methods), mfa, methods.join(' '));
});

test('claims that conditions could not see as they are make a token invalid', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const many = Object.fromEntries(Array.from({ length: 130 }, (_, at) => [`c${at}`, 'x']));
  const tooMuch = 'InvalidIdentityToken: the token has too many or too long claims, or one of them twice';
  const cases: readonly (readonly [claims: Readonly<Record<string, unknown>>, outcome: string])[] = [
    [many, tooMuch],
    [{ SUB: 'root' }, tooMuch],
    [{ ['n'.repeat(257)]: 'x' }, tooMuch],
    [{ long: 'x'.repeat(4097) }, tooMuch],
    [{ groups: Array.from({ length: 1001 }, () => 'g') }, tooMuch],
    [{ amr: 'mfa' }, "InvalidIdentityToken: the token's authentication methods are not a list of texts"],
    [{ jti: 7 }, "InvalidIdentityToken: the token's id is not a short text"],
  ];
  for (const [claims, outcome] of cases) assert.equal(await outcomeWith(issuer, claims), outcome);
  for (const sub of [undefined, '', 7, 'x'.repeat(256), 'ann\nroot', ['ann']]) {
    assert.match(await outcomeWith(issuer, { sub }), /^InvalidIdentityToken: the token's subject is not /);
  }
});

test('a claim cannot pass for a claim of an issuer on another port of the same host', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const token = await signToken(key, {
    ...usualClaims(issuer.url),
    '8443:sub': 'root',
    '8443/x:sub': 'root',
  });
  const verdict = await benchFor(issuer.provider).verify(token);
  assert.equal(verdict.kind, 'verified');
  assert.deepEqual(Object.keys(verdict.kind === 'verified' ? verdict.webIdentity.claims : {}), [
    'iss',
    'sub',
    'aud',
  ]);
});

test('claims with names of objects’ own machinery are claims like others', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const claims: unknown = JSON.parse(`{"__proto__": "x", "constructor": "y"}`);
  assert.ok(typeof claims === 'object' && claims !== null);
  const token = await signTokenOf(key, { ...usualClaims(issuer.url) }, claims);
  const verdict = await benchFor(issuer.provider).verify(token);
  assert.equal(verdict.kind, 'verified');
  const read = verdict.kind === 'verified' ? verdict.webIdentity.claims : {};
  assert.ok(Object.hasOwn(read, '__proto__') && Object.hasOwn(read, 'constructor'));
  assert.equal(Object.getPrototypeOf(read), Object.prototype);
});

/** Signs claims with own members of any name. */
function signTokenOf(
  by: IssuerKeyPair,
  usual: Readonly<Record<string, unknown>>,
  more: object,
): Promise<string> {
  const own = Object.defineProperties({ ...usual }, Object.getOwnPropertyDescriptors(more));
  return new CompactSign(Buffer.from(JSON.stringify(own)))
    .setProtectedHeader({ alg: by.algorithm, kid: by.id })
    .sign(by.privateKey);
}
