import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { insecureDeterministicEntropy, newWebhookSigningKey, openWebhookSigningKey } from './index.ts';

function opened(text: string): NonNullable<ReturnType<typeof openWebhookSigningKey>> {
  const key = openWebhookSigningKey(text);
  assert.ok(key !== undefined);
  return key;
}

test('a shared key signs as the library of Standard Webhooks does', () => {
  const secret = `whsec_${Buffer.alloc(24, 3).toString('base64')}`;
  const at = new Date(1_614_265_330_000);
  const body = '{"test": 2432232314}';
  const expected = new Webhook(secret).sign('msg_1', at, body);
  assert.equal(opened(secret).sign(`msg_1.1614265330.${body}`), expected);
  assert.equal(opened(secret).publicKey, undefined);
});

test('a new key is Ed25519, and its public half verifies what it signs', () => {
  const text = newWebhookSigningKey(insecureDeterministicEntropy('webhook signing'));
  const key = opened(text);
  const raw = Buffer.from(key.publicKey?.slice('whpk_'.length) ?? '', 'base64');
  const publicKey = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
    format: 'jwk',
  });
  const [version, signature] = key.sign('msg_1.1.{}').split(',');
  assert.equal(version, 'v1a');
  const bytes = Buffer.from(signature ?? '', 'base64');
  assert.ok(verify(null, Buffer.from('msg_1.1.{}'), publicKey, bytes));
  assert.ok(!verify(null, Buffer.from('msg_1.1.{"a":1}'), publicKey, bytes));
});

test('a seed alone is the same key', () => {
  const text = newWebhookSigningKey(insecureDeterministicEntropy('webhook signing'));
  const seed = Buffer.from(text.slice('whsk_'.length), 'base64').subarray(0, 32);
  assert.equal(opened(`whsk_${seed.toString('base64')}`).sign('x'), opened(text).sign('x'));
});

test('what is no key is none', () => {
  const seedAndOther = Buffer.concat([Buffer.alloc(32, 1), Buffer.alloc(32, 2)]).toString('base64');
  const texts = [
    '',
    'whsec_',
    `whsec_${Buffer.alloc(23).toString('base64')}`,
    `whsec_${Buffer.alloc(65).toString('base64')}`,
    'whsec_not base64!',
    `whsk_${Buffer.alloc(31).toString('base64')}`,
    `whsk_${seedAndOther}`,
    `whpk_${Buffer.alloc(32).toString('base64')}`,
    Buffer.alloc(32).toString('base64'),
  ];
  for (const text of texts) assert.equal(openWebhookSigningKey(text), undefined, text);
});
