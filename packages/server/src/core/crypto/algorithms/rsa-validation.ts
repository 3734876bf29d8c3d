import { checkPrimeSync, type KeyObject } from 'node:crypto';
import { constantTimeEqual } from '../hash.ts';
import { parsePrivateKeyInfo } from './private-key-info.ts';

const EXPONENT_MIN = 65_537n;
const EXPONENT_BITS_MAX = 256;

/**
 * Whether an imported key is one: two primes of half the size whose product is the modulus, exponents and coefficients
 * that belong to them (NIST SP 800-56B, 6.4.1), a public exponent that FIPS 186-5 allows, and nothing besides in the
 * DER that it came in. Most of the time goes into the primes, to which OpenSSL gives 64 rounds of Miller-Rabin and more: a
 * third of a second for 4096 bits.
 */
export function isConsistentRsaKey(privateKey: KeyObject, pkcs8: Uint8Array, bits: number): boolean {
  if (privateKey.asymmetricKeyType !== 'rsa') return false;
  if (!isCanonical(privateKey, pkcs8)) return false;
  const { n, e, d, p, q, dp, dq, qi } = privateKey.export({ format: 'jwk' });
  const [modulus, exponent, secret] = [integer(n), integer(e), integer(d)];
  const [first, second, firstExponent, secondExponent, coefficient] = [p, q, dp, dq, qi].map(integer);
  if (first === undefined || second === undefined) return false;
  const areParts =
    modulus.toString(2).length === bits &&
    first * second === modulus &&
    first.toString(2).length === bits / 2 &&
    second.toString(2).length === bits / 2 &&
    first !== second;
  const isExponent =
    exponent >= EXPONENT_MIN && exponent % 2n === 1n && exponent.toString(2).length <= EXPONENT_BITS_MAX;
  if (!areParts || !isExponent) return false;
  return (
    (exponent * secret) % (first - 1n) === 1n &&
    (exponent * secret) % (second - 1n) === 1n &&
    secret < modulus &&
    firstExponent === secret % (first - 1n) &&
    secondExponent === secret % (second - 1n) &&
    ((coefficient ?? 0n) * second) % first === 1n &&
    [first, second].every((prime) => checkPrimeSync(prime))
  );
}

/** Whether RSAPrivateKey is what OpenSSL writes: two primes, shortest numbers, nothing behind them. */
function isCanonical(privateKey: KeyObject, pkcs8: Uint8Array): boolean {
  const written = privateKey.export({ format: 'der', type: 'pkcs8' });
  const given = parsePrivateKeyInfo(pkcs8);
  const own = parsePrivateKeyInfo(written);
  const isSame =
    given !== undefined && own !== undefined && constantTimeEqual(given.privateKey, own.privateKey);
  written.fill(0);
  return isSame;
}

function integer(base64url: string | undefined): bigint {
  const hex = Buffer.from(base64url ?? '', 'base64url').toString('hex');
  return BigInt(`0x${hex === '' ? '0' : hex}`);
}
