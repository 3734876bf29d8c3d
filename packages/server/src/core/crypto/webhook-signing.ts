import type { Entropy } from './entropy.ts';
import { constantTimeEqual, hmacSha256 } from './hash.ts';
import { openLogSigningKey } from './log-signing.ts';
import { takeSecretKey } from './secret-key.ts';

/** A key that webhooks are signed with (Standard Webhooks 1.0.0, "signature scheme"). */
export interface WebhookSigningKey {
  /** `whpk_` and base64 of the public key; absent for a key that both sides share. */
  readonly publicKey: string | undefined;
  /** One entry of the header `webhook-signature` over `id.timestamp.body`. */
  sign(content: string): string;
}

const ED25519_PREFIX = 'whsk_';
const HMAC_PREFIX = 'whsec_';
const SEED_BYTES = 32;
/** The seed alone, or with the public key behind it. */
const ED25519_BYTES: readonly number[] = [SEED_BYTES, 2 * SEED_BYTES];
const HMAC_BYTES_MIN = 24;
const HMAC_BYTES_MAX = 64;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Makes an Ed25519 key, as the text that it is kept in: the seed and the public key behind it. */
export function newWebhookSigningKey(entropy: Entropy): string {
  const seed = entropy.bytes(SEED_BYTES);
  const { publicKey } = openLogSigningKey('ed25519', takeSecretKey(seed.slice()));
  const text = `${ED25519_PREFIX}${Buffer.concat([seed, publicKey]).toString('base64')}`;
  seed.fill(0);
  return text;
}

/** Opens a key from its text, `whsk_…` or `whsec_…`; `undefined` when it is none. */
export function openWebhookSigningKey(text: string): WebhookSigningKey | undefined {
  if (text.startsWith(ED25519_PREFIX)) return openEd25519(text.slice(ED25519_PREFIX.length));
  return text.startsWith(HMAC_PREFIX) ? openHmac(text.slice(HMAC_PREFIX.length)) : undefined;
}

function openEd25519(base64: string): WebhookSigningKey | undefined {
  const bytes = bytesOf(base64);
  if (bytes === undefined || !ED25519_BYTES.includes(bytes.length)) return undefined;
  const stated = bytes.slice(SEED_BYTES);
  const key = openLogSigningKey('ed25519', takeSecretKey(bytes.slice(0, SEED_BYTES)));
  bytes.fill(0);
  if (stated.length > 0 && !constantTimeEqual(stated, key.publicKey)) return undefined;
  return {
    publicKey: `whpk_${Buffer.from(key.publicKey).toString('base64')}`,
    sign: (content) => `v1a,${Buffer.from(key.sign(Buffer.from(content, 'utf8'))).toString('base64')}`,
  };
}

function openHmac(base64: string): WebhookSigningKey | undefined {
  const bytes = bytesOf(base64);
  if (bytes === undefined || bytes.length < HMAC_BYTES_MIN || bytes.length > HMAC_BYTES_MAX) return undefined;
  const key = takeSecretKey(bytes);
  return {
    publicKey: undefined,
    sign: (content) => `v1,${Buffer.from(hmacSha256(key, content)).toString('base64')}`,
  };
}

function bytesOf(base64: string): Uint8Array | undefined {
  return BASE64.test(base64) ? new Uint8Array(Buffer.from(base64, 'base64')) : undefined;
}
