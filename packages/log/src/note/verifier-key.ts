import { sha256 } from '../crypto/index.ts';
import { concatBytes, decodeBase64, encodeBase64, encodeUtf8 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';

/** Signature types of signed-note that this package knows ("Signature types"). */
export const keyTypes = {
  /** Ed25519 over the text of the note: how a log signs. */
  ed25519: 0x01,
  /** Ed25519 over the text and a time: how a witness cosigns (tlog-cosignature). */
  ed25519Cosignature: 0x04,
  /** ML-DSA-44 over what a checkpoint says and a time: how a log signs and a witness cosigns (tlog-cosignature). */
  mlDsa44Cosignature: 0x06,
} as const;

/** One of `keyTypes`. */
export type KeyType = (typeof keyTypes)[keyof typeof keyTypes];

/** A public key for notes with the name of who signs (signed-note, "Verifier keys"). */
export interface VerifierKey {
  readonly name: string;
  readonly type: KeyType;
  /** Four bytes of a hash as a number: a hint for finding the key, not its proof. */
  readonly keyId: number;
  /** 32 bytes of Ed25519 or 1312 bytes of ML-DSA-44. */
  readonly publicKey: Uint8Array;
}

const publicKeyBytes: ReadonlyMap<number, number> = new Map([
  [keyTypes.ed25519, 32],
  [keyTypes.ed25519Cosignature, 32],
  [keyTypes.mlDsa44Cosignature, 1312],
]);

const idDigits = /^[0-9a-f]{8}$/;

/** How much of a bad verifier key an error quotes. */
const shownLettersMax = 200;

// oxlint-disable-next-line eslint/no-control-regex -- control characters are what names must not have
const forbiddenInName = /[\u0000-\u001f+]|\p{White_Space}/u;

/** The id of a key: the first four bytes of SHA-256(name || newline || type || public key), big-endian (signed-note). */
export function keyId(name: string, type: KeyType, publicKey: Uint8Array): number {
  return recommendedKeyId(name, type, publicKey);
}

function recommendedKeyId(name: string, type: number, publicKey: Uint8Array): number {
  const hash = sha256(concatBytes(nameBytes(name), Uint8Array.of(0x0a, type), publicKey));
  return new DataView(hash.buffer).getUint32(0);
}

/** Writes `<name>+<id>+<base64 of type and public key>`. Throws `malformed-key` for a bad name or length of key. */
export function formatVerifierKey(name: string, type: KeyType, publicKey: Uint8Array): string {
  if (publicKey.length !== publicKeyBytes.get(type)) {
    throw new LogError('malformed-key', `public key of \`${name}\` has \`${publicKey.length}\` bytes`);
  }
  return `${name}+${formatKeyId(keyId(name, type, publicKey))}+${encodeBase64(concatBytes(Uint8Array.of(type), publicKey))}`;
}

/**
 * Reads a verifier key. Throws `malformed-key` for other types, and when the id is not the one of the name and key:
 * then a part of it was mistyped.
 */
export function parseVerifierKey(vkey: string): VerifierKey {
  const { name, type, keyId: id, publicKey } = readVerifierKey(vkey);
  if (type === undefined) {
    throw new LogError('malformed-key', `verifier key of \`${name}\` has an unknown type`);
  }
  return { name, type, keyId: id, publicKey };
}

/** A verifier key whose type, when `undefined`, is none of ours. */
export interface AnyVerifierKey extends Omit<VerifierKey, 'type'> {
  readonly type: KeyType | undefined;
}

/** Reads a verifier key of any type whose id is the recommended hash. Throws `malformed-key`. */
export function readVerifierKey(vkey: string): AnyVerifierKey {
  const [name = '', id = '', encoded = '', ...rest] = vkey.split('+');
  // Base64 has `+` as well, so the key may be in several pieces.
  const bytes = decodeBase64([encoded, ...rest].join('+'));
  const typeByte = bytes?.[0];
  if (bytes === undefined || typeByte === undefined || !isKeyName(name) || !idDigits.test(id)) {
    throw new LogError('malformed-key', `could not read verifier key \`${vkey.slice(0, shownLettersMax)}\``);
  }
  const type = Object.values(keyTypes).find((known) => known === typeByte);
  const publicKey = bytes.slice(1);
  if (type !== undefined && publicKey.length !== publicKeyBytes.get(type)) {
    throw new LogError(
      'malformed-key',
      `public key in the verifier key of \`${name}\` has \`${publicKey.length}\` bytes`,
    );
  }
  const expected = recommendedKeyId(name, typeByte, publicKey);
  if (formatKeyId(expected) !== id) {
    throw new LogError('malformed-key', `verifier key of \`${name}\` has the id \`${id}\` of another key`);
  }
  return { name, type, keyId: expected, publicKey };
}

/** Whether a name can stand in a signature line: not empty, without white space, `+` and control characters. */
export function isKeyName(name: string): boolean {
  return name !== '' && name.isWellFormed() && !forbiddenInName.test(name);
}

function nameBytes(name: string): Uint8Array {
  const bytes = isKeyName(name) ? encodeUtf8(name) : undefined;
  if (bytes === undefined) throw new LogError('malformed-key', `\`${name}\` cannot be the name of a key`);
  return bytes;
}

/** Eight hexadecimal digits. */
export function formatKeyId(id: number): string {
  return id.toString(16).padStart(8, '0');
}
