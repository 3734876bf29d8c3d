import assert from 'node:assert/strict';
import { test } from 'node:test';
import { audience, person, startOidcIssuer } from './oidc-issuer.ts';
import { account, verifierFor } from './verifier.ts';

test('tokens of a real provider, for people and for programs, are verified before and after its keys rotate', async () => {
  await using issuer = await startOidcIssuer();
  const verifier = verifierFor(issuer.url);
  const before = { person: await issuer.personToken(), workload: await issuer.workloadToken() };

  const verdict = await verifier.verify(before.person, account);
  assert.equal(verdict.kind, 'verified');
  assert.ok(verdict.kind === 'verified');
  assert.equal(verdict.webIdentity.subject, person.subject);
  assert.equal(verdict.webIdentity.audience, audience);
  assert.deepEqual(verdict.webIdentity.claims['amr'], person.methods);
  assert.equal(verdict.webIdentity.mfa, true);

  const ofWorkload = await verifier.verify(before.workload, account);
  assert.ok(ofWorkload.kind === 'verified', JSON.stringify(ofWorkload));
  assert.equal(ofWorkload.webIdentity.subject, 'workload');
  assert.equal(ofWorkload.webIdentity.mfa, false);
  assert.ok(ofWorkload.webIdentity.tokenId !== undefined);

  issuer.rotateKeys();
  const after = { person: await issuer.personToken(), workload: await issuer.workloadToken() };
  assert.equal((await verifier.verify(after.person, account)).kind, 'refused', 'within the cooldown');
  verifier.skip(10_000);
  for (const token of [after.person, after.workload]) {
    assert.equal((await verifier.verify(token, account)).kind, 'verified');
  }
  assert.equal((await verifier.verify(before.person, account)).kind, 'refused');
});

test('tokens of a real provider are refused once they have expired, and in accounts that do not know it', async () => {
  await using issuer = await startOidcIssuer();
  const verifier = verifierFor(issuer.url);
  const token = await issuer.workloadToken();
  const elsewhere = await verifier.verify(token, '444455556666');
  assert.ok(elsewhere.kind === 'refused' && elsewhere.code === 'InvalidIdentityToken');
  verifier.skip(86_400_000);
  const late = await verifier.verify(token, account);
  assert.ok(late.kind === 'refused' && late.code === 'ExpiredToken');
});
