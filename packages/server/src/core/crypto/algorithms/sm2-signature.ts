import type { Entropy } from '../entropy.ts';
import { der, DER_SEQUENCE, derSequence, derUnsigned, unsignedOf } from './der.ts';
import { SM2_CURVE_BYTES, drawScalar, Sm2, sm3, type Sm2Point, toBytes, toInteger } from './sm2-curve.ts';

const SIZE = 32;
/** The signer's id where nothing else is agreed (GB/T 35276; AWS uses it too). */
const SIGNER_ID = Buffer.from('1234567812345678');

/** What SM2 signs of a message: SM3 of the signer, who is hashed with the curve, and the message (GB/T 32918.2, 5.5). */
export function sm2MessageDigest(point: Uint8Array, message: Uint8Array): Uint8Array {
  const idBits = Buffer.alloc(2);
  idBits.writeUInt16BE(SIGNER_ID.length * 8);
  return sm3(sm3(idBits, SIGNER_ID, SM2_CURVE_BYTES, point.subarray(1)), message);
}

/** Signs a digest (GB/T 32918.2, 6.1): DER of r and s. */
export function signSm2(scalar: Uint8Array, digest: Uint8Array, entropy: Entropy): Uint8Array {
  const { Fn } = Sm2;
  const d = toInteger(scalar);
  const e = Fn.create(toInteger(digest));
  for (;;) {
    const k = drawScalar(entropy);
    const r = Fn.create(e + Sm2.BASE.multiply(k).x);
    // The inverse is taken of a product with a random number, so that its time says nothing about the key.
    const blind = drawScalar(entropy);
    const inverse = Fn.mul(Fn.inv(Fn.mul(Fn.create(d + 1n), blind)), blind);
    const s = Fn.mul(inverse, Fn.create(k - Fn.mul(r, d)));
    const isUsable = r !== 0n && Fn.create(r + k) !== 0n && s !== 0n;
    if (isUsable) return der(DER_SEQUENCE, derUnsigned(toBytes(r)), derUnsigned(toBytes(s)));
  }
}

/** Verifies a signature over a digest (GB/T 32918.2, 7.1). */
export function verifySm2(point: Sm2Point, digest: Uint8Array, signature: Uint8Array): boolean {
  const { Fn } = Sm2;
  const [first, second, ...rest] = derSequence(signature) ?? [];
  const [rBytes, sBytes] = [unsignedOf(first, SIZE), unsignedOf(second, SIZE)];
  if (rBytes === undefined || sBytes === undefined || rest.length > 0) return false;
  const [r, s] = [toInteger(rBytes), toInteger(sBytes)];
  if (!Fn.isValidNot0(r) || !Fn.isValidNot0(s)) return false;
  const t = Fn.create(r + s);
  if (t === 0n) return false;
  const sum = Sm2.BASE.multiplyUnsafe(s).add(point.multiplyUnsafe(t));
  return !sum.is0() && Fn.create(toInteger(digest) + sum.x) === r;
}
