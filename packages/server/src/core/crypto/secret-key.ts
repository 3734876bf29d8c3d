import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';

/**
 * A secret key whose bytes stay inside OpenSSL. It may be posted between threads (a `KeyObject` can be),
 * its bytes never are.
 */
export type SecretKey = KeyObject;

/**
 * The token that reading secret bytes takes. Everybody who reads key bytes imports this name, so that one
 * search finds them all (G8).
 */
export const exposeSecretToken: unique symbol = Symbol('expose secret');

/** The type of {@link exposeSecretToken}. */
export type ExposeSecretToken = typeof exposeSecretToken;

/** Makes a secret key from raw bytes and overwrites those bytes with zeros. */
export function takeSecretKey(bytes: Uint8Array): SecretKey {
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** Reads the raw bytes of a secret key. The caller owns the copy and zeroes it when done. */
export function exposeSecret(key: SecretKey, token: ExposeSecretToken): Uint8Array {
  if (token !== exposeSecretToken) throw new TypeError('reading a secret takes the token');
  return key.export();
}

/** The `KeyObject` behind a secret key. Stays inside core/crypto. */
export function keyObjectOf(key: SecretKey): KeyObject {
  return key;
}
