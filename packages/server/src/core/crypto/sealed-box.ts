import type { SecretKey } from './secret-key.ts';
import { openXaes, sealXaes, XAES_NONCE_BYTES } from './xaes-256-gcm.ts';

const FORMAT_VERSION = 1;
const DOMAIN = 'keywitness/sealed-box/v1';

/**
 * Seals a secret under a wrapping key, bound to a label that says what it is and whose
 * (`spec/key-hierarchy.md`, "sealed box"): `0x01 || nonce[24] || ciphertext || tag[16]`.
 *
 * @param label what the secret is, for example `['key-material', keyId, materialId]`.
 */
export function sealBox(
  key: SecretKey,
  label: readonly string[],
  nonce: Uint8Array,
  secret: Uint8Array,
): Uint8Array {
  const sealed = sealXaes(key, nonce, secret, encodeLabel(label));
  const box = new Uint8Array(1 + XAES_NONCE_BYTES + sealed.length);
  box[0] = FORMAT_VERSION;
  box.set(nonce, 1);
  box.set(sealed, 1 + XAES_NONCE_BYTES);
  return box;
}

/** Opens a sealed box; `undefined` when key, label, version or bytes do not belong together. */
export function openBox(key: SecretKey, label: readonly string[], box: Uint8Array): Uint8Array | undefined {
  if (box[0] !== FORMAT_VERSION) return undefined;
  const nonce = box.subarray(1, 1 + XAES_NONCE_BYTES);
  return openXaes(key, nonce, box.subarray(1 + XAES_NONCE_BYTES), encodeLabel(label));
}

/** `lp(domain) || lp(part)...`, where `lp` is a 32-bit big-endian byte length and then UTF-8. */
function encodeLabel(label: readonly string[]): Uint8Array {
  const parts = [DOMAIN, ...label].map((part) => Buffer.from(part, 'utf8'));
  const bytes = Buffer.alloc(parts.reduce((sum, part) => sum + 4 + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    offset = bytes.writeUInt32BE(part.length, offset);
    offset += part.copy(bytes, offset);
  }
  return bytes;
}
