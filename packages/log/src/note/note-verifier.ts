import type { LogCrypto } from '../crypto/index.ts';
import { decodeUtf8, isSize } from '../encoding/index.ts';
import { LogError } from '../errors.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { ed25519CosignatureMessage, mlDsa44CosignatureMessage } from './cosignature.ts';
import { type KeyType, keyTypes, parseVerifierKey, type VerifierKey } from './verifier-key.ts';

const timestampBytes = 8;

/** Whether a signature is good, and for cosignatures the POSIX second that it states. */
export type SignatureVerdict = { readonly ok: true; readonly timestamp?: number } | { readonly ok: false };

/** Checks the signatures of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly type: KeyType;
  readonly keyId: number;
  /** `signature` is what follows the key id. Never throws. */
  verify(text: Uint8Array, signature: Uint8Array): SignatureVerdict;
}

/** The verifier of a verifier key. Throws `malformed-key`. */
export function noteVerifier(vkey: string, crypto: LogCrypto): NoteVerifier {
  const key = parseVerifierKey(vkey);
  return {
    name: key.name,
    type: key.type,
    keyId: key.keyId,
    verify: (text, signature) => verify(key, crypto, text, signature),
  };
}

function verify(
  key: VerifierKey,
  crypto: LogCrypto,
  text: Uint8Array,
  signature: Uint8Array,
): SignatureVerdict {
  switch (key.type) {
    case keyTypes.ed25519:
      return { ok: crypto.verifyEd25519(key.publicKey, text, signature) };
    case keyTypes.ed25519Cosignature:
      return verifyTimestamped(signature, (timestamp, bare) =>
        crypto.verifyEd25519(key.publicKey, ed25519CosignatureMessage(text, timestamp), bare),
      );
    case keyTypes.mlDsa44Cosignature:
      return verifyTimestamped(signature, (timestamp, bare) => {
        const message = statementOf(key.name, text, timestamp);
        return message !== undefined && crypto.verifyMlDsa44(key.publicKey, message, bare);
      });
  }
}

/** Cosignatures are 8 bytes of time and the signature (tlog-cosignature, "Format"). */
function verifyTimestamped(
  signature: Uint8Array,
  check: (timestamp: number, bare: Uint8Array) => boolean,
): SignatureVerdict {
  if (signature.length <= timestampBytes) return { ok: false };
  const view = new DataView(signature.buffer, signature.byteOffset, timestampBytes);
  const timestamp = Number(view.getBigUint64(0));
  if (!isSize(timestamp)) return { ok: false };
  return check(timestamp, signature.subarray(timestampBytes)) ? { ok: true, timestamp } : { ok: false };
}

/** ML-DSA-44 signs what the checkpoint says, not its letters. `undefined` when the text is no checkpoint. */
function statementOf(cosigner: string, text: Uint8Array, timestamp: number): Uint8Array | undefined {
  try {
    const { origin, size, root } = checkpointOf(text);
    return mlDsa44CosignatureMessage({ cosigner, timestamp, origin, start: 0, end: size, hash: root });
  } catch (error) {
    if (error instanceof LogError) return undefined;
    throw error;
  }
}

function checkpointOf(text: Uint8Array): Checkpoint {
  const decoded = decodeUtf8(text);
  if (decoded === undefined) throw new LogError('malformed-checkpoint', 'the checkpoint is not UTF-8');
  return parseCheckpoint(decoded);
}
