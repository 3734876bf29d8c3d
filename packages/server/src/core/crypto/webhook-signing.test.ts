import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { insecureDeterministicEntropy, newWebhookSigningKey, openWebhookSigningKey } from './index.ts';

test('a shared key signs by HMAC-SHA-256, as Standard Webhooks says', () => {
  const bytes = Buffer.alloc(24, 3);
  const content = 'msg_1.1614265330.{}';
  const expected = createHmac('sha256', bytes).update(content).digest('base64');
  const key = openWebhookSigningKey(`whsec_${bytes.toString('base64')}`);
  assert.equal(key?.sign(content), `v1,${expected}`);
});

test('a new key is Ed25519, and what is none is not opened', () => {
  const key = openWebhookSigningKey(newWebhookSigningKey(insecureDeterministicEntropy('webhooks')));
  assert.match(key?.publicKey ?? '', /^whpk_/);
  assert.match(key?.sign('a') ?? '', /^v1a,/);
  for (const text of ['', 'whsec_', 'whsec_AAAA', 'whsk_AAAA', 'other']) {
    assert.equal(openWebhookSigningKey(text), undefined);
  }
});
