import { constantTimeEqual, hmacSha256Hex, takeSecretKey } from '../../core/crypto/index.ts';

const DOMAIN = 'keywitness/console-csrf/v1';

/**
 * What pages of the console show with every request that changes something, 64 hexadecimal digits: HMAC-SHA-256 under the
 * session's secret access key, so that it tells nothing of that, and is another one for each session.
 */
export function csrfTokenOf(secretAccessKey: string): string {
  return hmacSha256Hex(takeSecretKey(Buffer.from(secretAccessKey, 'utf8')), DOMAIN);
}

/** Whether a request has shown the token of its session. */
export function isCsrfToken(shown: string | undefined, secretAccessKey: string): boolean {
  if (shown === undefined) return false;
  return constantTimeEqual(Buffer.from(shown, 'utf8'), Buffer.from(csrfTokenOf(secretAccessKey), 'utf8'));
}
