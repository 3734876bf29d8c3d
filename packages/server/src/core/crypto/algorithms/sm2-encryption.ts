import type { Entropy } from '../entropy.ts';
import { constantTimeEqual } from '../hash.ts';
import { der, DER_OCTET_STRING, DER_SEQUENCE, derSequence, derUnsigned, unsignedOf } from './der.ts';
import { drawScalar, Sm2, sm3, type Sm2Point, toBytes, toInteger } from './sm2-curve.ts';

const SIZE = 32;
/** SM3's digest, which is what the key derivation is made of. */
const BLOCK_BYTES = 32;
const UNCOMPRESSED = Uint8Array.of(0x04);

/**
 * Encrypts one byte or more (GB/T 32918.4, 6.1). The ciphertext is the SEQUENCE of GB/T 35276, which OpenSSL writes
 * too: x and y of the ephemeral point, the hash (C3), the encrypted bytes (C2).
 */
export function encryptSm2(point: Sm2Point, plaintext: Uint8Array, entropy: Entropy): Uint8Array {
  for (;;) {
    const k = drawScalar(entropy);
    const ephemeral = Sm2.BASE.multiply(k);
    const shared = coordinates(point.multiply(k));
    const encrypted = xorStream(shared, plaintext);
    // The standard starts again when the stream is all zeros.
    if (encrypted === undefined) continue;
    return der(
      DER_SEQUENCE,
      derUnsigned(toBytes(ephemeral.x)),
      derUnsigned(toBytes(ephemeral.y)),
      der(DER_OCTET_STRING, hashOf(shared, plaintext)),
      der(DER_OCTET_STRING, encrypted),
    );
  }
}

/** The plaintext, or undefined for whatever reason (GB/T 32918.4, 7.1). */
export function decryptSm2(scalar: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined {
  const [x, y, hash, encrypted, ...rest] = derSequence(ciphertext) ?? [];
  const [xBytes, yBytes] = [unsignedOf(x, SIZE), unsignedOf(y, SIZE)];
  if (xBytes === undefined || yBytes === undefined || rest.length > 0) return undefined;
  if (hash?.tag !== DER_OCTET_STRING || encrypted?.tag !== DER_OCTET_STRING) return undefined;
  const ephemeral = parsePoint(Buffer.concat([UNCOMPRESSED, xBytes, yBytes]));
  if (ephemeral === undefined || encrypted.content.length === 0) return undefined;
  const shared = coordinates(ephemeral.multiply(toInteger(scalar)));
  const plaintext = xorStream(shared, encrypted.content);
  if (plaintext === undefined) return undefined;
  if (constantTimeEqual(hash.content, hashOf(shared, plaintext))) return plaintext;
  plaintext.fill(0);
  return undefined;
}

/** A point from its uncompressed bytes, or undefined when it is not on the curve. */
export function parsePoint(bytes: Uint8Array): Sm2Point | undefined {
  try {
    const point = Sm2.fromBytes(bytes);
    point.assertValidity();
    return point;
  } catch {
    return undefined;
  }
}

interface Coordinates {
  readonly x: Uint8Array;
  readonly y: Uint8Array;
}

function coordinates(point: Sm2Point): Coordinates {
  const { x, y } = point.toAffine();
  return { x: toBytes(x), y: toBytes(y) };
}

function hashOf({ x, y }: Coordinates, plaintext: Uint8Array): Uint8Array {
  return sm3(x, plaintext, y);
}

/** Adds the derived stream (GB/T 32918.4, 5.4.3); undefined when that is all zeros. */
function xorStream({ x, y }: Coordinates, data: Uint8Array): Uint8Array | undefined {
  const counter = Buffer.alloc(4);
  const result = new Uint8Array(data.length);
  let seen = 0;
  for (let at = 0; at < data.length; at += BLOCK_BYTES) {
    counter.writeUInt32BE(at / BLOCK_BYTES + 1);
    const stream = sm3(x, y, counter).subarray(0, data.length - at);
    for (const [index, byte] of stream.entries()) {
      seen |= byte;
      result[at + index] = (data[at + index] ?? 0) ^ byte;
    }
  }
  return seen === 0 ? undefined : result;
}
