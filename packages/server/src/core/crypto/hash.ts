import { createHash, createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { SecretKey } from './secret-key.ts';
import { keyObjectOf } from './secret-key.ts';

/** SHA-256 (FIPS 180-4) of UTF-8 text or bytes as 64 lower-case hexadecimal digits. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/** SHA-256 over several parts without joining them first. */
export function sha256Parts(parts: readonly Uint8Array[]): Uint8Array {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/** HMAC-SHA-256 (RFC 2104) of `data` under `key`, 32 bytes. */
export function hmacSha256(key: SecretKey, data: Uint8Array | string): Uint8Array {
  return createHmac('sha256', keyObjectOf(key)).update(data).digest();
}

/** HMAC-SHA-256 as 64 lower-case hexadecimal digits. */
export function hmacSha256Hex(key: SecretKey, data: Uint8Array | string): string {
  return createHmac('sha256', keyObjectOf(key)).update(data).digest('hex');
}

/** Compares two byte strings in time that depends on their lengths only. */
export function constantTimeEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
