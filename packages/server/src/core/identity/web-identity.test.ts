import assert from 'node:assert/strict';
import { test } from 'node:test';
import { webIdentityConditions } from './index.ts';

test('condition keys are the host and path of the issuer with the name of the claim', () => {
  const claims = { sub: ['ann'], amr: ['pwd', 'otp'], 'https://example.com/roles': ['auditor'] };
  const identity = {
    providerArn: 'arn:aws:iam::111122223333:oidc-provider/id.example.com/realms/main',
    subject: 'ann',
    audience: 'keywitness',
    claims,
    issuedAtMs: 0,
    expiresAtMs: 1,
    mfa: true,
  };
  const cases = [
    ['https://id.example.com/realms/main', 'id.example.com/realms/main'],
    ['https://id.example.com:8443', 'id.example.com:8443'],
    ['https://id.example.com/', 'id.example.com'],
    ['http://127.0.0.1:8080', '127.0.0.1:8080'],
  ] as const;
  for (const [issuer, prefix] of cases) {
    assert.deepEqual(
      [...webIdentityConditions({ ...identity, issuer })],
      [
        [`${prefix}:sub`, ['ann']],
        [`${prefix}:amr`, ['pwd', 'otp']],
        [`${prefix}:https://example.com/roles`, ['auditor']],
      ],
    );
  }
});
