import { createHash, createPrivateKey, sign } from 'node:crypto';
import { invert } from '@noble/curves/abstract/modular.js';
import type { Entropy } from '../entropy.ts';
import { type Curve, encodeScalar } from './curves.ts';
import { der, DER_SEQUENCE, derSequence, derUnsigned, unsignedOf } from './der.ts';

const STAND_IN_BYTES = 32;

/**
 * Signs a digest, which Node has no way to, with OpenSSL, whose nonces and inverses take the same time whatever they
 * are. OpenSSL signs a random stand-in message instead, whose hash is e', with the key times f, where f = e' / e and e is
 * the digest. What it makes is
 *
 *     s' = (e' + r f d) / k = f (e + r d) / k
 *
 * so that s' / f is the signature's s over e with the key d, and r is r. All of it modulo the order. As f is random and
 * stays here, the one product with the key in it tells a clock nothing.
 *
 * @param hash OpenSSL's name of the hash, which is as long as the digest and no longer than the order.
 * @returns DER, or undefined when the digest is zero modulo the order, which this way cannot sign.
 */
export function signDigestByStandIn(
  curve: Curve,
  hash: string,
  scalar: Uint8Array,
  digest: Uint8Array,
  entropy: Entropy,
): Uint8Array | undefined {
  const standIn = entropy.bytes(STAND_IN_BYTES);
  const e = integer(digest) % curve.order;
  const standInE = integer(createHash(hash).update(standIn).digest()) % curve.order;
  if (e === 0n || standInE === 0n) return undefined;
  const inverse = invert(e * standInE, curve.order);
  const factor = (standInE * standInE * inverse) % curve.order;
  const factorInverse = (e * e * inverse) % curve.order;
  const product = toBytes((factor * integer(scalar)) % curve.order, curve.size);
  const pkcs8 = encodeScalar(curve, product);
  product.fill(0);
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  pkcs8.fill(0);
  const [r, s] = (derSequence(sign(hash, standIn, key)) ?? []).map((part) => unsignedOf(part, curve.size));
  standIn.fill(0);
  if (r === undefined || s === undefined) return undefined;
  const own = (integer(s) * factorInverse) % curve.order;
  return der(DER_SEQUENCE, derUnsigned(r), derUnsigned(toBytes(own, curve.size)));
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

function toBytes(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
}
