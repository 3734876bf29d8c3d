import { constantTimeEqual } from '../hash.ts';
import { DER_INTEGER, DER_OCTET_STRING, DER_SEQUENCE, derSequence } from './der.ts';

const ATTRIBUTES = 0xa0;
const PUBLIC_KEY = 0x81;

/** A PKCS #8 private key, taken apart as far as all kinds of keys have in common. */
export interface PrivateKeyInfo {
  /** The AlgorithmIdentifier, without its tag and length. */
  readonly algorithm: Uint8Array;
  readonly privateKey: Uint8Array;
  /** The public key that OneAsymmetricKey may carry. */
  readonly publicKey?: Uint8Array;
}

/**
 * Takes PrivateKeyInfo (RFC 5208) or OneAsymmetricKey (RFC 5958) apart: version 0 or 1, with nothing behind it.
 * Undefined for anything else, such as PEM, an encrypted key, or PKCS #1.
 */
export function parsePrivateKeyInfo(bytes: Uint8Array): PrivateKeyInfo | undefined {
  const [version, algorithm, privateKey, ...rest] = derSequence(bytes) ?? [];
  if (version?.tag !== DER_INTEGER || version.content.length !== 1) return undefined;
  if ((version.content[0] ?? 2) > 1) return undefined;
  if (algorithm?.tag !== DER_SEQUENCE || privateKey?.tag !== DER_OCTET_STRING) return undefined;
  const tags = rest.map(({ tag }) => tag);
  const isKnown = tags.every((tag) => tag === ATTRIBUTES || tag === PUBLIC_KEY);
  if (!isKnown || tags.length > 2) return undefined;
  const carried = rest.find(({ tag }) => tag === PUBLIC_KEY)?.content;
  if (carried !== undefined && carried[0] !== 0) return undefined;
  const parsed = { algorithm: algorithm.content, privateKey: privateKey.content };
  return carried === undefined ? parsed : { ...parsed, publicKey: carried.subarray(1) };
}

/** Whether a key is of the kind that `algorithm`, the content of an AlgorithmIdentifier, names. */
export function isOfAlgorithm(info: PrivateKeyInfo, algorithm: Uint8Array): boolean {
  return constantTimeEqual(info.algorithm, algorithm);
}
