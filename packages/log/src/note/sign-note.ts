import { concatBytes, decodeUtf8, encodeUtf8, isSize, uint64 } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { ed25519CosignatureMessage, mlDsa44CosignatureMessage } from './cosignature.ts';
import { formatNote, isNoteText } from './note.ts';
import { keyId, keyTypes } from './verifier-key.ts';

/** Signs notes under one name with one key. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: number;
  /** Takes the text of the note and returns what follows the key id in the signature line. */
  sign(text: Uint8Array): Uint8Array;
}

/** How a signer of checkpoints is made of a bare signature algorithm. */
export type NoteSignerOptions = {
  readonly name: string;
  readonly publicKey: Uint8Array;
  /** The bare signature: 64 bytes of Ed25519, or 2420 bytes of ML-DSA-44 with an empty context. */
  readonly signBytes: (message: Uint8Array) => Uint8Array;
} & (
  | { readonly type: typeof keyTypes.ed25519 }
  | {
      readonly type: typeof keyTypes.ed25519Cosignature | typeof keyTypes.mlDsa44Cosignature;
      /** POSIX seconds. */
      readonly nowSeconds: () => number;
    }
);

/** Signs a text with each signer (signed-note). Throws `malformed-note` for a text that cannot be signed. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  const bytes = isNoteText(text) ? encodeUtf8(text) : undefined;
  if (bytes === undefined) {
    throw new LogError('malformed-note', 'could not sign: no newline at the end, or control characters');
  }
  return formatNote(
    text,
    signers.map((signer) => ({ name: signer.name, keyId: signer.keyId, signature: signer.sign(bytes) })),
  );
}

/**
 * A signer of one of the `keyTypes`. The two types with a time are for checkpoints; a log signs with the key name equal
 * to its origin (tlog-checkpoint).
 */
export function noteSigner(options: NoteSignerOptions): NoteSigner {
  const { name, publicKey, type } = options;
  const id = keyId(name, type, publicKey);
  switch (type) {
    case keyTypes.ed25519:
      return { name, keyId: id, sign: options.signBytes };
    case keyTypes.ed25519Cosignature:
      return timestamped(options, id, (text, timestamp) => ed25519CosignatureMessage(text, timestamp));
    case keyTypes.mlDsa44Cosignature:
      return timestamped(options, id, (text, timestamp) => statement(name, text, timestamp));
  }
}

interface Timestamping {
  readonly name: string;
  readonly signBytes: (message: Uint8Array) => Uint8Array;
  readonly nowSeconds: () => number;
}

function timestamped(
  { name, signBytes, nowSeconds }: Timestamping,
  id: number,
  messageOf: (text: Uint8Array, timestamp: number) => Uint8Array,
): NoteSigner {
  const sign = (text: Uint8Array): Uint8Array => {
    const timestamp = Math.floor(nowSeconds());
    if (!isSize(timestamp)) throw new LogError('out-of-range', `could not sign at second \`${timestamp}\``);
    return concatBytes(uint64(timestamp), signBytes(messageOf(text, timestamp)));
  };
  return { name, keyId: id, sign };
}

function statement(cosigner: string, text: Uint8Array, timestamp: number): Uint8Array {
  const decoded = decodeUtf8(text);
  if (decoded === undefined) throw new LogError('malformed-checkpoint', 'could not sign: it is not UTF-8');
  const { origin, size, root } = parseCheckpoint(decoded);
  return mlDsa44CosignatureMessage({ cosigner, timestamp, origin, start: 0, end: size, hash: root });
}
