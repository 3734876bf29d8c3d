import { type Cipheriv, createCipheriv, createDecipheriv } from 'node:crypto';
import { type SecretKey, keyObjectOf } from './secret-key.ts';

/** Bytes of an XAES-256-GCM nonce. */
export const XAES_NONCE_BYTES: number = 24;
/** Bytes of the authentication tag that ends every sealed text. */
export const XAES_TAG_BYTES: number = 16;

const BLOCK_BYTES = 16;
const GCM_NONCE_BYTES = 12;
const CMAC_POLYNOMIAL = 0x87;
const ZERO_BLOCK = new Uint8Array(BLOCK_BYTES);

/** What deriving message keys from one key takes. */
interface Derivation {
  /** AES-256 in ECB mode keeps no state from block to block, so one cipher serves all messages. */
  readonly cipher: Cipheriv;
  /** The CMAC subkey K1. */
  readonly subkey: Uint8Array;
}

/** By key, for as long as the key lives: setting a cipher up costs more than all the blocks of a derivation. */
const derivations = new WeakMap<SecretKey, Derivation>();

/**
 * Seals `plaintext` with XAES-256-GCM (C2SP `XAES-256-GCM`): a fresh AES-256-GCM key is derived from `key` and
 * the first 12 bytes of the nonce, so random nonces stay safe for 2^80 messages under one key.
 *
 * @param nonce 24 random bytes, never used twice by intent.
 * @returns `ciphertext || tag` (plaintext length + 16 bytes).
 */
export function sealXaes(
  key: SecretKey,
  nonce: Uint8Array,
  plaintext: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array {
  if (nonce.length !== XAES_NONCE_BYTES) {
    throw new TypeError(`a nonce has ${XAES_NONCE_BYTES} bytes, not ${nonce.length}`);
  }
  const derived = deriveKey(key, nonce);
  const cipher = createCipheriv('aes-256-gcm', derived, nonce.subarray(GCM_NONCE_BYTES));
  derived.fill(0);
  cipher.setAAD(associatedData);
  const body = cipher.update(plaintext);
  cipher.final();
  const sealed = new Uint8Array(body.length + XAES_TAG_BYTES);
  sealed.set(body);
  sealed.set(cipher.getAuthTag(), body.length);
  return sealed;
}

/**
 * Opens what {@link sealXaes} sealed.
 *
 * @returns the plaintext, or `undefined` when anything at all (key, nonce, data, tag) does not belong together:
 * the cause is not told apart.
 */
export function openXaes(
  key: SecretKey,
  nonce: Uint8Array,
  sealed: Uint8Array,
  associatedData: Uint8Array,
): Uint8Array | undefined {
  if (nonce.length !== XAES_NONCE_BYTES || sealed.length < XAES_TAG_BYTES) return undefined;
  const derived = deriveKey(key, nonce);
  const decipher = createDecipheriv('aes-256-gcm', derived, nonce.subarray(GCM_NONCE_BYTES));
  derived.fill(0);
  decipher.setAAD(associatedData);
  const bodyBytes = sealed.length - XAES_TAG_BYTES;
  decipher.setAuthTag(sealed.subarray(bodyBytes));
  const plaintext = decipher.update(sealed.subarray(0, bodyBytes));
  try {
    decipher.final();
  } catch {
    plaintext.fill(0);
    return undefined;
  }
  return plaintext;
}

function deriveKey(key: SecretKey, nonce: Uint8Array): Uint8Array {
  const { cipher, subkey } = derivationOf(key);
  const blocks = new Uint8Array(2 * BLOCK_BYTES);
  blocks[1] = 1;
  blocks[BLOCK_BYTES + 1] = 2;
  for (const offset of [0, BLOCK_BYTES]) {
    blocks[offset + 2] = 0x58; // "X"
    for (let i = 0; i < GCM_NONCE_BYTES; i += 1) blocks[offset + 4 + i] = nonce[i] ?? 0;
    for (let i = 0; i < BLOCK_BYTES; i += 1) {
      blocks[offset + i] = (blocks[offset + i] ?? 0) ^ (subkey[i] ?? 0);
    }
  }
  return cipher.update(blocks);
}

function derivationOf(key: SecretKey): Derivation {
  const known = derivations.get(key);
  if (known !== undefined) return known;
  const cipher = createCipheriv('aes-256-ecb', keyObjectOf(key), null);
  cipher.setAutoPadding(false);
  const derivation = { cipher, subkey: subkeyOf(cipher.update(ZERO_BLOCK)) };
  derivations.set(key, derivation);
  return derivation;
}

/** Doubles the encrypted zero block in GF(2^128), as CMAC does (NIST SP 800-38B section 6.1). */
function subkeyOf(block: Uint8Array): Uint8Array {
  const carry = ((block[0] ?? 0) >> 7) & 1;
  const subkey = new Uint8Array(BLOCK_BYTES);
  for (let i = 0; i < BLOCK_BYTES; i += 1) {
    subkey[i] = (((block[i] ?? 0) << 1) | ((block[i + 1] ?? 0) >> 7)) & 0xff;
  }
  const last = BLOCK_BYTES - 1;
  subkey[last] = (subkey[last] ?? 0) ^ (carry * CMAC_POLYNOMIAL);
  return subkey;
}
