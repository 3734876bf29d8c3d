import {
  type Entropy,
  openXaes,
  type SecretKey,
  sealXaes,
  XAES_NONCE_BYTES,
  XAES_TAG_BYTES,
} from '../crypto/index.ts';
import { canonicalContext, type EncryptionContext } from './encryption-context.ts';

/** What a ciphertext says of itself, in clear (`spec/ciphertext.md`). */
export interface CiphertextHeader {
  /** A UUID in lower case, or the id of a multi-Region key: `mrk-` and 32 lower-case hexadecimal digits. */
  readonly keyId: string;
  /** 64 lower-case hexadecimal digits. */
  readonly keyMaterialId: string;
}

const FORMAT_VERSION = 1;
const KEY_ID_KIND_UUID = 0;
const KEY_ID_KIND_MULTI_REGION = 1;
const MULTI_REGION_PREFIX = 'mrk-';
const KEY_ID_OFFSET = 2;
const MATERIAL_OFFSET = 18;
const NONCE_OFFSET = 50;
const BODY_OFFSET = NONCE_OFFSET + XAES_NONCE_BYTES;

/** Bytes by which a ciphertext is longer than its plaintext. */
export const CIPHERTEXT_OVERHEAD_BYTES: number = BODY_OFFSET + XAES_TAG_BYTES;

/**
 * Encrypts under one key material: header || nonce || body || tag. The header and the canonical encryption context
 * are authenticated data.
 */
export function encryptUnder(
  key: SecretKey,
  header: CiphertextHeader,
  context: EncryptionContext | undefined,
  plaintext: Uint8Array,
  entropy: Entropy,
): Uint8Array {
  const nonce = entropy.bytes(XAES_NONCE_BYTES);
  const head = headerOf(header);
  const sealed = sealXaes(key, nonce, plaintext, canonicalContext(context, head));
  const ciphertext = Buffer.allocUnsafe(BODY_OFFSET + sealed.length);
  head.copy(ciphertext, 0);
  ciphertext.set(nonce, NONCE_OFFSET);
  ciphertext.set(sealed, BODY_OFFSET);
  return ciphertext;
}

/** Decrypts; `undefined` whatever part of key, header, context or body is wrong. */
export function decryptUnder(
  key: SecretKey,
  ciphertext: Uint8Array,
  context: EncryptionContext | undefined,
): Uint8Array | undefined {
  const head = ciphertext.subarray(0, NONCE_OFFSET);
  const nonce = ciphertext.subarray(NONCE_OFFSET, BODY_OFFSET);
  return openXaes(key, nonce, ciphertext.subarray(BODY_OFFSET), canonicalContext(context, head));
}

/** Reads the header of a ciphertext; `undefined` when these bytes are not one of ours. Nothing is verified yet. */
export function unverifiedHeader(ciphertext: Uint8Array): CiphertextHeader | undefined {
  if (ciphertext.length < CIPHERTEXT_OVERHEAD_BYTES) return undefined;
  if (ciphertext[0] !== FORMAT_VERSION || !isKnownKind(ciphertext[1])) return undefined;
  return unverifiedIds(Buffer.from(ciphertext.buffer, ciphertext.byteOffset, NONCE_OFFSET));
}

function isKnownKind(kind: number | undefined): boolean {
  return kind === KEY_ID_KIND_UUID || kind === KEY_ID_KIND_MULTI_REGION;
}

function unverifiedIds(head: Buffer): CiphertextHeader {
  const id = head.toString('hex', KEY_ID_OFFSET, MATERIAL_OFFSET);
  const uuid = `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
  return {
    keyId: head[1] === KEY_ID_KIND_MULTI_REGION ? `${MULTI_REGION_PREFIX}${id}` : uuid,
    keyMaterialId: head.toString('hex', MATERIAL_OFFSET, NONCE_OFFSET),
  };
}

/** Headers of the materials that encrypt now, ready made: they are the same for every message of a material. */
const HEADERS_MAX = 10_000;
const headers = new Map<string, { readonly keyId: string; readonly head: Buffer }>();

function headerOf(header: CiphertextHeader): Buffer {
  const known = headers.get(header.keyMaterialId);
  if (known?.keyId === header.keyId) return known.head;
  const head = encodeHeader(header);
  if (headers.size >= HEADERS_MAX) headers.clear();
  headers.set(header.keyMaterialId, { keyId: header.keyId, head });
  return head;
}

function encodeHeader(header: CiphertextHeader): Buffer {
  const head = Buffer.alloc(NONCE_OFFSET);
  head[0] = FORMAT_VERSION;
  const isMultiRegion = header.keyId.startsWith(MULTI_REGION_PREFIX);
  head[1] = isMultiRegion ? KEY_ID_KIND_MULTI_REGION : KEY_ID_KIND_UUID;
  const digits = isMultiRegion
    ? header.keyId.slice(MULTI_REGION_PREFIX.length)
    : header.keyId.replaceAll('-', '');
  head.write(digits, KEY_ID_OFFSET, 'hex');
  head.write(header.keyMaterialId, MATERIAL_OFFSET, 'hex');
  // An id that did not fit would make a ciphertext that names no key and is lost.
  const written = unverifiedIds(head);
  if (written.keyId !== header.keyId || written.keyMaterialId !== header.keyMaterialId) {
    throw new TypeError(
      `the ids \`${header.keyId}\` and \`${header.keyMaterialId}\` do not fit a ciphertext`,
    );
  }
  return head;
}
