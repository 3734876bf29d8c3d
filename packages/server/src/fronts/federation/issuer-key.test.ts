import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { CompactSign, exportJWK, generateKeyPair } from 'jose';
import { benchFor, encodePart, makeKey, signToken, startIssuer, usualClaims } from './issuer.test-fixture.ts';

const key = await makeKey('k1');
const rsa = await makeKey('r1', 'RS256');

const signatureInvalid = "InvalidIdentityToken: the token's signature is not valid";
const keyUnknown = "InvalidIdentityToken: the token's issuer has no key that fits the token";
const algorithmRefused = "InvalidIdentityToken: the token's algorithm is not one of those that are accepted";

test('a key verifies only what it was published for', async () => {
  const loose = { ...rsa.jwk, alg: undefined, use: undefined };
  const token = async (published: object, alg: string): Promise<string> => {
    await using issuer = await startIssuer([published]);
    const signed = await new CompactSign(Buffer.from(JSON.stringify(usualClaims(issuer.url))))
      .setProtectedHeader({ alg, kid: 'r1' })
      .sign(rsaPrivateJwk);
    return await benchFor(issuer.provider).outcome(signed);
  };
  const pair = await generateKeyPair('RS256', { extractable: true });
  const rsaPrivateJwk = await exportJWK(pair.privateKey);
  const rsaPublic = { ...loose, ...(await exportJWK(pair.publicKey)) };
  assert.equal(await token(rsaPublic, 'RS256'), 'verified');
  assert.equal(await token(rsaPublic, 'PS512'), 'verified');
  assert.equal(await token({ ...rsaPublic, key_ops: ['verify'] }, 'RS256'), 'verified');
  const misfits: readonly object[] = [
    { ...rsaPublic, alg: 'RS512' },
    { ...rsaPublic, alg: 'RSA-OAEP' },
    { ...rsaPublic, use: 'enc' },
    { ...rsaPublic, key_ops: ['encrypt'] },
    { ...rsaPublic, key_ops: 'verify' },
    { ...rsaPublic, kty: 'EC' },
    { ...rsaPublic, kid: 'r2' },
    { ...rsaPublic, kid: undefined },
    { ...rsaPublic, n: 'A'.repeat(1367) },
    { ...rsaPublic, e: 'AQABAQAB' },
    { kty: 'oct', k: 'c2VjcmV0', kid: 'r1', alg: 'RS256' },
    { kty: 'EC', crv: 'secp256k1', x: 'AA', y: 'AA', kid: 'r1' },
    { kty: 'OKP', crv: 'X25519', x: 'AA', kid: 'r1' },
  ];
  for (const published of misfits) {
    assert.equal(await token(published, 'RS256'), keyUnknown, inspect(published));
  }
});

test('weak and broken keys of an issuer verify nothing', async () => {
  const outcomes: string[] = [];
  for (const broken of [{ n: 'AQAB' }, { n: '!!!' }, { n: '' }, { e: '' }, { n: rsa.jwk.n?.slice(0, 171) }]) {
    await using issuer = await startIssuer([{ ...rsa.jwk, ...broken }]);
    outcomes.push(await benchFor(issuer.provider).outcome(await signToken(rsa, usualClaims(issuer.url))));
  }
  assert.deepEqual([...new Set(outcomes)], [signatureInvalid]);
});

test('a secret key in a key set does not make HMACs acceptable', async () => {
  const secret = Buffer.alloc(32, 7);
  await using issuer = await startIssuer([
    { kty: 'oct', k: secret.toString('base64url'), kid: 'k1', alg: 'HS256', use: 'sig' },
    key.jwk,
  ]);
  const signed = `${encodePart({ alg: 'HS256', kid: 'k1' })}.${encodePart(usualClaims(issuer.url))}`;
  const signature = createHmac('sha256', secret).update(signed).digest('base64url');
  const bench = benchFor(issuer.provider);
  assert.equal(await bench.outcome(`${signed}.${signature}`), algorithmRefused);
  assert.equal(await bench.outcome(await signToken(key, usualClaims(issuer.url))), 'verified');
});

test('an issuer with more keys of one id than are tried is refused', async () => {
  const more = await Promise.all(Array.from({ length: 4 }, () => makeKey('k1')));
  await using issuer = await startIssuer([...more.slice(0, 3), key].map(({ jwk }) => jwk));
  const token = await signToken(key, usualClaims(issuer.url));
  assert.equal(await benchFor(issuer.provider).outcome(token), 'verified');
  issuer.keys = [...more, key].map(({ jwk }) => jwk);
  assert.equal(await benchFor(issuer.provider).outcome(token), signatureInvalid);
});
