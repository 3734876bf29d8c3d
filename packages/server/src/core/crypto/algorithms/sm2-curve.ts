import { createHash } from 'node:crypto';
import { weierstrass, type WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js';
import type { Entropy } from '../entropy.ts';
import { newScalar, SM2_CURVE } from './curves.ts';

/** A point of the curve of GB/T 32918.5 (draft-shen-sm2-ecdsa). */
export type Sm2Point = WeierstrassPoint<bigint>;

const p = 'fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff';
const n = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123';
const a = 'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc';
const b = '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93';
const Gx = '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7';
const Gy = 'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0';

/** What signatures hash of the curve, besides the signer. */
export const SM2_CURVE_BYTES: Uint8Array = Buffer.from(a + b + Gx + Gy, 'hex');

/** Arithmetic of the curve. OpenSSL has SM2, but Node has no way to the signer's id, nor to encryption. */
export const Sm2: ReturnType<typeof weierstrass<bigint>> = weierstrass({
  p: BigInt(`0x${p}`),
  n: BigInt(`0x${n}`),
  h: 1n,
  a: BigInt(`0x${a}`),
  b: BigInt(`0x${b}`),
  Gx: BigInt(`0x${Gx}`),
  Gy: BigInt(`0x${Gy}`),
});

/** SM3 (GB/T 32905) over several parts, 32 bytes. */
export function sm3(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sm3');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

export function toInteger(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
}

/** 32 bytes, big-endian. */
export function toBytes(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(SM2_CURVE.size * 2, '0'), 'hex');
}

/** A fresh scalar. */
export function drawScalar(entropy: Entropy): bigint {
  const bytes = newScalar(SM2_CURVE, entropy);
  const scalar = toInteger(bytes);
  bytes.fill(0);
  return scalar;
}
