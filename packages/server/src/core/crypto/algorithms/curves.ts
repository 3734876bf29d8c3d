import { createECDH } from 'node:crypto';
import type { Entropy } from '../entropy.ts';
import { constantTimeEqual } from '../hash.ts';
import {
  der,
  DER_BIT_STRING,
  DER_INTEGER,
  DER_OCTET_STRING,
  DER_SEQUENCE,
  type DerElement,
  derContent,
  derElements,
  derSequence,
} from './der.ts';
import { isOfAlgorithm, parsePrivateKeyInfo } from './private-key-info.ts';

/** An elliptic curve in short Weierstrass form. */
export interface Curve {
  /** OpenSSL's name. */
  readonly name: string;
  /** Bytes of a coordinate, and of a private scalar. */
  readonly size: number;
  /** Of the generator. */
  readonly order: bigint;
  /** The largest private scalar. */
  readonly scalarMax: bigint;
  /** Content of the AlgorithmIdentifier (RFC 5480): id-ecPublicKey with the curve's name. */
  readonly algorithm: Uint8Array;
}

const ID_EC_PUBLIC_KEY = '06072a8648ce3d0201';
const FIRST_VERSION = Uint8Array.of(1);
const PARAMETERS = 0xa0;
const PUBLIC_KEY = 0xa1;
/** The leading byte of a point that is not compressed (SEC 1, 2.3.3). */
const UNCOMPRESSED = 0x04;

export const P256: Curve = curve(
  'prime256v1',
  256,
  '06082a8648ce3d030107',
  'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
);
export const P384: Curve = curve(
  'secp384r1',
  384,
  '06052b81040022',
  'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
);
export const P521: Curve = curve(
  'secp521r1',
  521,
  '06052b81040023',
  '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
);
export const SECP256K1: Curve = curve(
  'secp256k1',
  256,
  '06052b8104000a',
  'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
);
export const SM2_CURVE: Curve = curve(
  'SM2',
  256,
  '06082a811ccf5501822d',
  'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123',
  // One more is taken away, for signing inverts the scalar plus one (GB/T 32918.2, 6.1).
  2n,
);

function curve(name: string, bits: number, oid: string, order: string, excluded = 1n): Curve {
  const algorithm = Buffer.from(ID_EC_PUBLIC_KEY + oid, 'hex');
  return {
    name,
    size: Math.ceil(bits / 8),
    order: BigInt(`0x${order}`),
    scalarMax: BigInt(`0x${order}`) - excluded,
    algorithm,
  };
}

/** A private scalar and its public point, uncompressed. The owner zeroes the scalar. */
export interface CurveKey {
  readonly scalar: Uint8Array;
  readonly point: Uint8Array;
}

/** A private scalar by rejection (FIPS 186-5, A.2.2): evenly distributed over 1 to `scalarMax`. */
export function newScalar(on: Curve, entropy: Entropy): Uint8Array {
  const excessBits = on.size * 8 - on.scalarMax.toString(2).length;
  for (;;) {
    const candidate = entropy.bytes(on.size);
    candidate[0] = (candidate[0] ?? 0) & (0xff >> excessBits);
    if (isScalar(on, candidate)) return candidate;
    candidate.fill(0);
  }
}

/** The public point of a scalar, uncompressed; computed by OpenSSL. */
export function publicPoint(on: Curve, scalar: Uint8Array): Uint8Array {
  const pair = createECDH(on.name);
  pair.setPrivateKey(scalar);
  return pair.getPublicKey();
}

/** SubjectPublicKeyInfo of an uncompressed point. */
export function encodePublicKey(on: Curve, point: Uint8Array): Uint8Array {
  return der(DER_SEQUENCE, der(DER_SEQUENCE, on.algorithm), der(DER_BIT_STRING, Uint8Array.of(0), point));
}

/** The uncompressed point of a SubjectPublicKeyInfo of this curve; whether it is on the curve is not looked at. */
export function decodePublicKey(on: Curve, spki: Uint8Array): Uint8Array | undefined {
  const [algorithm, bits, ...rest] = derSequence(spki) ?? [];
  if (algorithm?.tag !== DER_SEQUENCE || bits?.tag !== DER_BIT_STRING || rest.length > 0) return undefined;
  if (!constantTimeEqual(algorithm.content, on.algorithm)) return undefined;
  const point = bits.content.subarray(1);
  const isPoint = bits.content[0] === 0 && point.length === 1 + 2 * on.size && point[0] === UNCOMPRESSED;
  return isPoint ? point : undefined;
}

/** PKCS #8 around ECPrivateKey (RFC 5915) with the public point. */
export function encodePrivateKey(on: Curve, { scalar, point }: CurveKey): Uint8Array {
  return encodeScalar(on, scalar, der(PUBLIC_KEY, der(DER_BIT_STRING, Uint8Array.of(0), point)));
}

/** The same of a scalar alone: whoever reads it computes the point. */
export function encodeScalar(on: Curve, scalar: Uint8Array, ...more: readonly Uint8Array[]): Buffer {
  const first = der(DER_INTEGER, FIRST_VERSION);
  const key = der(DER_SEQUENCE, first, der(DER_OCTET_STRING, scalar), ...more);
  const version = der(DER_INTEGER, Uint8Array.of(0));
  const encoded = der(DER_SEQUENCE, version, der(DER_SEQUENCE, on.algorithm), der(DER_OCTET_STRING, key));
  key.fill(0);
  return encoded;
}

/**
 * The scalar and point of a PKCS #8 private key of this curve; undefined when it is none, its scalar is out of range,
 * or the public point that it carries is not the scalar's.
 */
export function decodePrivateKey(on: Curve, pkcs8: Uint8Array): CurveKey | undefined {
  const info = parsePrivateKeyInfo(pkcs8);
  if (info === undefined || !isOfAlgorithm(info, on.algorithm)) return undefined;
  const [version, octets, ...rest] = derSequence(info.privateKey) ?? [];
  const isFirstVersion = version?.tag === DER_INTEGER && constantTimeEqual(version.content, FIRST_VERSION);
  if (!isFirstVersion) return undefined;
  if (octets?.tag !== DER_OCTET_STRING || octets.content.length !== on.size) return undefined;
  if (!isScalar(on, octets.content)) return undefined;
  const scalar = Uint8Array.from(octets.content);
  const point = publicPoint(on, scalar);
  const isWhole =
    (info.publicKey === undefined || constantTimeEqual(info.publicKey, point)) &&
    rest.every((part) => isCurveName(on, part) || isCarriedPoint(part, point));
  if (isWhole) return { scalar, point };
  scalar.fill(0);
  return undefined;
}

function isScalar(on: Curve, bytes: Uint8Array): boolean {
  const value = BigInt(`0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`);
  return value > 0n && value <= on.scalarMax;
}

function isCurveName(on: Curve, { tag, content }: DerElement): boolean {
  const [, name] = derElements(on.algorithm) ?? [];
  return tag === PARAMETERS && name !== undefined && constantTimeEqual(der(name.tag, name.content), content);
}

function isCarriedPoint({ tag, content }: DerElement, point: Uint8Array): boolean {
  const bits = tag === PUBLIC_KEY ? derContent(content, DER_BIT_STRING) : undefined;
  return bits !== undefined && constantTimeEqual(bits, Buffer.concat([Uint8Array.of(0), point]));
}
